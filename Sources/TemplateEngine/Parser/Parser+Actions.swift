import Diagnostics

extension Parser {
    /// The action that `keyword`, already read, begins.
    mutating func control(_ keyword: Keyword) -> SyntaxTree.Node? {
        let opening = actionRange
        switch keyword {
        case .if, .with:
            return nested(at: opening) { .branch($0.branch(keyword, opening: opening)) }
        case .range:
            return nested(at: opening) { .loop($0.loop(opening: opening)) }
        case .block:
            return block(opening: opening)
        case .template: return templateCall()
        case .break, .continue: return exit(keyword)
        case .define, .end, .else: return nil
        }
    }

    private mutating func branch(_ keyword: Keyword, opening: Range<Int>) -> SyntaxTree.Branch {
        let scope = variables.count
        defer { variables.removeLast(variables.count - scope) }
        var branch = SyntaxTree.Branch(clauses: [], otherwise: [], setsDot: keyword == .with)
        while true {
            let condition = pipelineOrDamaged(in: keyword.rawValue)
            let (body, terminator) = nodeList()
            branch.clauses.append(SyntaxTree.Branch.Clause(condition: condition, body: body))
            guard let terminator else {
                unclosed(keyword, opening)
                return branch
            }
            guard case .elseClause = terminator.kind else { return branch }
            if current.kind == .keyword(keyword) {
                advance()
                continue
            }
            branch.otherwise = elseList(of: keyword, opening: opening)
            return branch
        }
    }

    private mutating func loop(opening: Range<Int>) -> SyntaxTree.Loop {
        let scope = variables.count
        defer { variables.removeLast(variables.count - scope) }
        let subject = pipelineOrDamaged(in: "range")
        loopDepth += 1
        let (body, terminator) = nodeList()
        loopDepth -= 1
        var loop = SyntaxTree.Loop(subject: subject, body: body, otherwise: [])
        switch terminator?.kind {
        case nil: unclosed(.range, opening)
        case .elseClause: loop.otherwise = elseList(of: .range, opening: opening)
        case .end: break
        }
        return loop
    }

    /// What follows an `else` that has no condition, up to the `end`.
    private mutating func elseList(of keyword: Keyword, opening: Range<Int>) -> [SyntaxTree.Node] {
        if case .keyword(let other) = current.kind, other == .if || other == .with {
            _ = unexpected(
                in: "{{else}} of a \(keyword.rawValue)",
                hint: "only \"if\" takes \"else if\", only \"with\" takes \"else with\"; nest the other",
            )
        } else {
            try? expectEnd(of: "{{else}}")
        }
        var nodes: [SyntaxTree.Node] = []
        while true {
            let (list, terminator) = nodeList()
            nodes += list
            switch terminator?.kind {
            case .end: return nodes
            case nil:
                unclosed(keyword, opening)
                return nodes
            case .elseClause:
                report(
                    "a second {{else}} for one \(keyword.rawValue); expected {{end}}",
                    at: actionRange,
                    hint: "the \(keyword.rawValue) began at line \(sources.position(of: opening.lowerBound).line)",
                )
                skipAction()
            }
        }
    }

    private mutating func unclosed(_ keyword: Keyword, _ opening: Range<Int>) {
        report("{{\(keyword.rawValue)}} is not closed before the end of the text", at: opening, hint: "add {{end}}")
    }

    private mutating func exit(_ keyword: Keyword) -> SyntaxTree.Node? {
        guard (try? expectEnd(of: "{{\(keyword.rawValue)}}")) != nil else { return nil }
        guard loopDepth > 0 else {
            report("{{\(keyword.rawValue)}} outside of a {{range}}", at: actionRange)
            return nil
        }
        return .exit(SyntaxTree.Exit(leavesLoop: keyword == .break, range: actionRange))
    }

    // MARK: Templates

    /// `define "name"`, its keyword already read.
    mutating func definition(isTopLevel: Bool) {
        let opening = actionRange
        if !isTopLevel {
            report(
                "{{define}} inside of another block",
                at: opening,
                hint: "definitions stand at the top level; {{block}} defines and calls in place",
            )
        }
        let name = try? templateName(in: "{{define}}")
        if name != nil { try? expectEnd(of: "{{define}}") }
        guard let body = separateBody(.define, opening: opening), let name else { return }
        define(SyntaxTree.Definition(name: name, body: body, range: opening))
    }

    /// `block "name" pipeline`: a definition and its call.
    private mutating func block(opening: Range<Int>) -> SyntaxTree.Node? {
        var name: String?
        var argument: SyntaxTree.Pipeline?
        do throws(Abandoned) {
            name = try templateName(in: "{{block}}")
            argument = try pipeline(in: "block clause", until: .end)
        } catch {}
        guard let body = separateBody(.block, opening: opening), let name else { return nil }
        define(SyntaxTree.Definition(name: name, body: body, range: opening))
        return .call(SyntaxTree.TemplateCall(name: name, argument: argument, range: opening))
    }

    /// A body that sees none of the variables around it.
    private mutating func separateBody(_ keyword: Keyword, opening: Range<Int>) -> [SyntaxTree.Node]? {
        let outer = (variables, loopDepth)
        (variables, loopDepth) = (["$"], 0)
        defer { (variables, loopDepth) = outer }
        return nested(at: opening) { parser in
            var nodes: [SyntaxTree.Node] = []
            while true {
                let (list, terminator) = parser.nodeList()
                nodes += list
                switch terminator?.kind {
                case .end: return nodes
                case nil:
                    parser.unclosed(keyword, opening)
                    return nodes
                case .elseClause:
                    parser.report("unexpected {{else}} in {{\(keyword.rawValue)}}", at: parser.actionRange)
                    parser.skipAction()
                }
            }
        }
    }

    private mutating func templateCall() -> SyntaxTree.Node? {
        let range = actionRange
        guard let name = try? templateName(in: "{{template}}") else { return nil }
        if current.kind == .end {
            advance()
            return .call(SyntaxTree.TemplateCall(name: name, argument: nil, range: range))
        }
        guard let argument = try? pipeline(in: "template clause", until: .end) else { return nil }
        return .call(SyntaxTree.TemplateCall(name: name, argument: argument, range: range))
    }

    private mutating func templateName(in context: String) throws(Abandoned) -> String {
        guard current.kind == .string || current.kind == .rawString else {
            throw unexpected(in: context, expected: "a name in quotes")
        }
        return try string(advance())
    }
}
