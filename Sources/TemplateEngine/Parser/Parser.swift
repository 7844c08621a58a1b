import Diagnostics

/// Reads a template's text into definitions and reports every fault of it.
///
/// After a fault the rest of the action is passed over; what the action opens still counts as opened, so that its
/// `end` finds it.
struct Parser {
    /// Thrown when the rest of an action cannot be read; the fault has been reported.
    struct Abandoned: Error {}

    /// How deep blocks and parentheses may nest.
    static let maximumNesting = 200
    /// How many arguments a command and how many fields a chain may have.
    static let maximumLength = 10_000
    /// How many faults are reported; one cause may have thousands.
    static let maximumFaults = 50

    let sources: SourceMap
    let functions: Set<String>
    var lexer: Lexer
    private(set) var faults: [Diagnostic] = []
    private(set) var definitions: [SyntaxTree.Definition]
    private var definitionIndices: [String: Int] = [:]
    private(set) var isAborted = false

    /// The tokens of the action being read, and the next of them.
    var tokens: [Token] = []
    var place = 0
    /// The whole action being read.
    var actionRange = 0..<0
    /// The names of the variables declared so far, innermost last.
    var variables = ["$"]
    var loopDepth = 0
    var nesting = 0
    /// Where the text of this file begins in `sources`.
    let base: Int
    /// Whether `include` names files, and is not a function of the caller.
    let readsIncludes: Bool
    /// The files that the text includes.
    var includes: [Include] = []

    /// `include "path"`, with the place of the path.
    struct Include {
        var path: String
        var range: Range<Int>
    }

    /// - Parameter definitions: those of the files read before.
    init(
        sources: SourceMap,
        base: Int,
        source: TemplateSource,
        functions: Set<String>,
        definitions: [SyntaxTree.Definition],
        readsIncludes: Bool,
    ) {
        self.readsIncludes = readsIncludes
        self.definitions = definitions
        for (index, definition) in definitions.enumerated() { definitionIndices[definition.name] = index }
        self.sources = sources
        self.base = base
        self.functions = functions
        self.lexer = Lexer(bytes: source.text, left: source.leftDelimiter, right: source.rightDelimiter)
    }

    /// Reads the whole text as the template `name`.
    mutating func parse(as name: String) {
        var nodes: [SyntaxTree.Node] = []
        while !isAborted {
            let (list, terminator) = nodeList(isTopLevel: true)
            nodes += list
            guard let terminator else { break }
            report("unexpected \(terminator.name)", at: terminator.range, hint: "no block is open here")
            if case .elseClause = terminator.kind { skipAction() }
        }
        define(SyntaxTree.Definition(name: name, body: nodes, range: base..<base))
    }

    // MARK: Lists

    /// What ended a list of nodes.
    struct Terminator {
        enum Kind {
            case end
            /// The tokens after `else` are still to be read.
            case elseClause
        }

        var kind: Kind
        var range: Range<Int>
        var name: String { if case .end = kind { "{{end}}" } else { "{{else}}" } }
    }

    /// Nodes up to an `end` or `else`; nil at the end of the text.
    mutating func nodeList(isTopLevel: Bool = false) -> ([SyntaxTree.Node], Terminator?) {
        var nodes: [SyntaxTree.Node] = []
        while !isAborted {
            let piece = lexer.next()
            for fault in lexer.faults { report(fault.message, at: shifted(fault.range), hint: fault.hint) }
            lexer.faults = []
            switch piece {
            case .end: return (nodes, nil)
            case .text(let range): nodes.append(.text(shifted(range)))
            case .action(let tokens, let range):
                self.tokens = tokens
                actionRange = shifted(range)
                place = 0
                if case .keyword(let keyword) = tokens[0].kind {
                    place = 1
                    switch keyword {
                    case .end:
                        try? expectEnd(of: "{{end}}")
                        return (nodes, Terminator(kind: .end, range: shifted(tokens[0].range)))
                    case .else: return (nodes, Terminator(kind: .elseClause, range: shifted(tokens[0].range)))
                    case .define: definition(isTopLevel: isTopLevel)
                    default: if let node = control(keyword) { nodes.append(node) }
                    }
                } else if let pipeline = try? pipeline(in: "command", until: .end) {
                    nodes.append(.action(pipeline))
                }
            }
        }
        return (nodes, nil)
    }

    /// Goes one block deeper for `body`; past the limit nothing more is read.
    mutating func nested<Result>(at range: Range<Int>, _ body: (inout Parser) -> Result) -> Result? {
        guard nesting < Self.maximumNesting else {
            report(
                "blocks are nested deeper than \(Self.maximumNesting)",
                at: range,
                hint: "move the inner ones to a define"
            )
            isAborted = true
            return nil
        }
        nesting += 1
        defer { nesting -= 1 }
        return body(&self)
    }

    // MARK: Definitions

    /// Adds a definition under Go's rules: an empty one gives way, two that say something clash.
    mutating func define(_ definition: SyntaxTree.Definition) {
        guard let index = definitionIndices[definition.name] else {
            definitionIndices[definition.name] = definitions.count
            definitions.append(definition)
            return
        }
        if isEmpty(definitions[index].body) {
            definitions[index] = definition
        } else if !isEmpty(definition.body) {
            let earlier =
                definitions[index].range.isEmpty ? nil : sources.position(of: definitions[index].range.lowerBound)
            report(
                "template \(quoted(definition.name)) is defined twice",
                at: definition.range,
                hint: "give one of them another name",
                notes: [Diagnostic.Note("the other definition", at: earlier)],
            )
        }
    }

    /// Go's `IsEmptyTree`: nothing but white space.
    private func isEmpty(_ nodes: [SyntaxTree.Node]) -> Bool {
        nodes.allSatisfy {
            if case .text(let range) = $0 {
                sources.bytes[range].allSatisfy { isSpace($0) || $0 == 0x0B || $0 == 0x0C }
            } else {
                false
            }
        }
    }

    // MARK: Tokens

    var current: Token { tokens[min(place, tokens.count - 1)] }

    /// Moves past the current token.
    @discardableResult
    mutating func advance() -> Token {
        let token = current
        if place < tokens.count { place += 1 }
        return token
    }

    mutating func skipAction() { place = tokens.count }

    func text(_ token: Token) -> String { lexer.text(token.range) }

    func shifted(_ range: Range<Int>) -> Range<Int> { range.lowerBound + base..<range.upperBound + base }

    /// The current token as messages name it.
    var found: String {
        current.kind == .end ? "the end of the action" : quoted(text(current))
    }

    /// Reads the right delimiter.
    mutating func expectEnd(of context: String) throws(Abandoned) {
        guard current.kind == .end else { throw unexpected(in: context, expected: "its end") }
        advance()
    }

    // MARK: Faults

    /// Reports the current token as out of place.
    mutating func unexpected(in context: String, expected: String? = nil, hint: String? = nil) -> Abandoned {
        if current.kind != .damaged {
            let expectation = expected.map { "; expected \($0)" } ?? ""
            report("unexpected \(found) in \(context)\(expectation)", at: shifted(current.range), hint: hint)
        }
        return Abandoned()
    }

    mutating func report(_ message: String, at range: Range<Int>, hint: String? = nil, notes: [Diagnostic.Note] = []) {
        guard !isAborted else { return }
        faults.append(sources.diagnostic(message, at: range, hint: hint, notes: notes))
        if faults.count >= Self.maximumFaults {
            isAborted = true
            faults[faults.count - 1].notes.append(Diagnostic.Note("further faults are not reported"))
        }
    }
}

/// `text` in quotation marks, for messages.
func quoted(_ text: String) -> String { "\"\(text)\"" }
