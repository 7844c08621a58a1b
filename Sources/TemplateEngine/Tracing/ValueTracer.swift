/// Follows records through the definitions of a template. Where a value comes from several places, it is the worst of
/// them; the walk is repeated until nothing changes.
struct ValueTracer {
    /// What a value may hold, from nothing to what nobody can tell.
    private enum Content: Comparable {
        /// None of the records.
        case nothing
        /// One of them, or a list.
        case records
        /// A map of records.
        case grouped
        /// They are in it somewhere.
        case somewhere
    }

    private let trace: ValueTrace
    private let definitions: [SyntaxTree.Definition]
    /// What each definition's dot may hold.
    private var dots: [String: Content] = [:]
    /// What a definition's variables may hold, by its place and their names.
    private var variables: [Int: [String: Content]] = [:]
    /// Whether something of the records is kept by `scratch`.
    private var scratchHolds = false
    private var reveals = false
    private var isSettled = false
    /// The place of the definition that is walked.
    private var place = 0

    private init(_ trace: ValueTrace, _ definitions: [SyntaxTree.Definition]) {
        self.trace = trace
        self.definitions = definitions
    }

    /// Whether a template of `definitions` can show the part that `trace` is about.
    static func canReveal(_ trace: ValueTrace, in definitions: [SyntaxTree.Definition]) -> Bool {
        var tracer = ValueTracer(trace, definitions)
        while !tracer.isSettled, !tracer.reveals {
            tracer.isSettled = true
            for (place, definition) in definitions.enumerated() {
                tracer.place = place
                tracer.walk(definition.body, dot: tracer.dots[definition.name] ?? .nothing)
            }
        }
        return tracer.reveals
    }

    // MARK: - Statements

    private mutating func walk(_ nodes: [SyntaxTree.Node], dot: Content) {
        for node in nodes {
            switch node {
            case .text, .exit: break
            case .action(let pipeline):
                let content = value(of: pipeline, dot: dot)
                if pipeline.variables.isEmpty, content != .nothing { reveals = true }
            case .branch(let branch):
                for clause in branch.clauses {
                    let condition = value(of: clause.condition, dot: dot)
                    walk(clause.body, dot: branch.setsDot ? condition : dot)
                }
                walk(branch.otherwise, dot: dot)
            case .loop(let loop):
                let element = element(of: loop, dot: dot)
                walk(loop.body, dot: element)
                walk(loop.otherwise, dot: dot)
            case .call(let call):
                let argument = call.argument.map { value(of: $0, dot: dot) } ?? .nothing
                enter(call.name, argument)
            }
        }
    }

    /// What an element of the list or map that a loop goes through holds. Keys are no records.
    private mutating func element(of loop: SyntaxTree.Loop, dot: Content) -> Content {
        let subject = value(ofCommandsOf: loop.subject, dot: dot)
        let element: Content = subject == .grouped ? .records : subject
        if let variable = loop.subject.variables.last { assign(element, to: variable.name) }
        return element
    }

    // MARK: - Values

    private mutating func value(of pipeline: SyntaxTree.Pipeline, dot: Content) -> Content {
        let content = value(ofCommandsOf: pipeline, dot: dot)
        for variable in pipeline.variables { assign(content, to: variable.name) }
        return content
    }

    private mutating func value(ofCommandsOf pipeline: SyntaxTree.Pipeline, dot: Content) -> Content {
        var piped: Content?
        for command in pipeline.commands { piped = value(of: command, piped: piped, dot: dot) }
        return piped ?? .nothing
    }

    private mutating func value(of command: SyntaxTree.Command, piped: Content?, dot: Content) -> Content {
        var arguments = command.arguments.map { value(of: $0, dot: dot) }
        if let piped { arguments.append(piped) }
        if case .function(let name) = command.head.kind, command.head.fields.isEmpty {
            if trace.choosing.contains(name), !Self.isConstant(command.arguments.first) {
                // Which field that is cannot be told.
                if arguments.contains(where: { $0 != .nothing }) { reveals = true }
            }
            return result(of: name, arguments, dot: dot)
        }
        // Methods are those of `scratch`.
        if arguments.contains(where: { $0 != .nothing }), !scratchHolds {
            scratchHolds = true
            isSettled = false
        }
        return value(of: command.head, dot: dot)
    }

    private mutating func value(of operand: SyntaxTree.Operand, dot: Content) -> Content {
        var content: Content
        switch operand.kind {
        case .dot: content = dot
        case .null: content = .nothing
        case .constant(let value):
            content = .nothing
            if case .text(let text) = value, mentions(text.string) { reveals = true }
        case .function("scratch"): content = scratchHolds ? .somewhere : .nothing
        case .function(let name): content = result(of: name, [], dot: dot)
        case .variable(let name): content = variables[place]?[name] ?? (name == "$" ? rootDot : .nothing)
        case .pipeline(let pipeline): content = value(of: pipeline, dot: dot)
        }
        for field in operand.fields {
            if trace.revealing.contains(field.name) { reveals = true }
            switch content {
            case .nothing, .somewhere: break
            case .records: if trace.harmless.contains(field.name) { content = .nothing }
            case .grouped: content = .records
            }
        }
        return content
    }

    private mutating func result(of name: String, _ arguments: [Content], dot: Content) -> Content {
        if trace.sources.contains(name) { return .records }
        let worst = arguments.max() ?? .nothing
        if name == "executeTemplate" || name == "include" {
            // An included file sees the dot unless it is given something else.
            let given = name == "include" && arguments.count < 2 ? dot : worst
            for definition in definitions { enter(definition.name, given) }
            return .nothing
        }
        guard worst != .nothing, !trace.opaque.contains(name) else { return .nothing }
        if trace.wrapping.contains(name) { return .somewhere }
        if trace.grouping.contains(name) { return worst == .records ? .grouped : .somewhere }
        if trace.keeping.contains(name) { return worst }
        reveals = true
        return .nothing
    }

    private var rootDot: Content { dots[definitions[place].name] ?? .nothing }

    // MARK: - What is known

    private mutating func enter(_ name: String, _ content: Content) {
        guard content > dots[name] ?? .nothing else { return }
        dots[name] = content
        isSettled = false
    }

    private mutating func assign(_ content: Content, to name: String) {
        guard content > variables[place]?[name] ?? .nothing else { return }
        variables[place, default: [:]][name] = content
        isSettled = false
    }

    /// Whether a text may be the path of a field that shows the part.
    private func mentions(_ text: String) -> Bool {
        text.split(separator: ".").contains { trace.revealing.contains(String($0)) }
    }

    private static func isConstant(_ operand: SyntaxTree.Operand?) -> Bool {
        if case .constant? = operand?.kind { true } else { false }
    }
}
