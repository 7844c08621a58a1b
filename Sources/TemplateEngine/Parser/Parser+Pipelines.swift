import Diagnostics

extension Parser {
    /// A pipeline, or an empty one where it could not be read: what it opens is still opened.
    mutating func pipelineOrDamaged(in context: String) -> SyntaxTree.Pipeline {
        (try? pipeline(in: context, until: .end)) ?? SyntaxTree.Pipeline(range: actionRange)
    }

    /// Declarations, then commands with `|` between, up to and including `end`.
    mutating func pipeline(in context: String, until end: Token.Kind) throws(Abandoned) -> SyntaxTree.Pipeline {
        let start = current.range.lowerBound
        var pipeline = SyntaxTree.Pipeline(range: shifted(start..<start))
        try declarations(of: &pipeline, in: context)
        while true {
            switch current.kind {
            case end:
                pipeline.range =
                    pipeline.range
                    .lowerBound..<max(
                        pipeline.range.lowerBound + 1,
                        pipeline.commands.last?.range.upperBound ?? 0,
                    )
                guard !pipeline.commands.isEmpty else {
                    report("missing value for \(context)", at: shifted(current.range), hint: "an action needs a value")
                    throw Abandoned()
                }
                advance()
                return pipeline
            case .bool, .character, .dot, .field, .identifier, .number, .null, .rawString, .string, .variable,
                .leftParenthesis:
                let command = try command()
                if !pipeline.commands.isEmpty, !command.head.isCallable {
                    report(
                        "a value cannot be piped into \(quoted(lexer.text(unshifted(command.head.range))))",
                        at: command.head.range,
                        hint: "only functions and methods take a piped value",
                    )
                }
                pipeline.commands.append(command)
            default: throw unexpected(in: context)
            }
        }
    }

    /// `$x :=`, `$x =`, or, in a range, `$i, $x :=`.
    private mutating func declarations(of pipeline: inout SyntaxTree.Pipeline, in context: String) throws(Abandoned) {
        while current.kind == .variable {
            let following = tokens[min(place + 1, tokens.count - 1)]
            let variable = SyntaxTree.Variable(name: text(current), range: shifted(current.range))
            switch following.kind {
            case .assign, .declare:
                place += 2
                pipeline.variables.append(variable)
                pipeline.assigns = following.kind == .assign
                variables.append(variable.name)
                return
            case .symbol(UInt8(ascii: ",")):
                place += 2
                pipeline.variables.append(variable)
                variables.append(variable.name)
                guard context == "range" else {
                    report(
                        "\(context) declares one variable only",
                        at: shifted(following.range),
                        hint: "only range takes two"
                    )
                    throw Abandoned()
                }
                guard pipeline.variables.count < 2 else {
                    report("range declares two variables at the most", at: shifted(following.range))
                    throw Abandoned()
                }
                switch current.kind {
                case .variable, .end, .rightParenthesis: break
                default: throw unexpected(in: "range", expected: "a second variable")
                }
            default: return
            }
        }
    }

    // MARK: Commands

    /// Operands with space between, up to a `|` (which is read) or the pipeline's end (which is not).
    private mutating func command() throws(Abandoned) -> SyntaxTree.Command {
        let start = current.range.lowerBound
        guard let head = try operand() else { throw unexpected(in: "command") }
        var command = SyntaxTree.Command(head: head, arguments: [], range: shifted(start..<start))
        while true {
            let end = tokens[place - 1].range.upperBound
            command.range = command.range.lowerBound..<end + base
            switch current.kind {
            case .end, .rightParenthesis:
                noteInclude(command)
                return command
            case .pipe:
                advance()
                noteInclude(command)
                return command
            default:
                guard current.isSpaced else {
                    throw unexpected(in: "operand", expected: "a space, '|' or the end")
                }
                guard command.arguments.count < Self.maximumLength else {
                    report("more than \(Self.maximumLength) arguments", at: shifted(current.range))
                    throw Abandoned()
                }
                guard let argument = try operand() else { throw unexpected(in: "command") }
                command.arguments.append(argument)
            }
        }
    }

    /// Files are read before anything is rendered, so that their names cannot be worked out.
    private mutating func noteInclude(_ command: SyntaxTree.Command) {
        guard readsIncludes, case .function(Builtin.include.rawValue) = command.head.kind else { return }
        guard let file = command.arguments.first, case .constant(.text(let path)) = file.kind else {
            report(
                "include needs the name of the file in quotes",
                at: command.head.range,
                hint: "files are read before anything is rendered; to choose among several, include each in an {{if}}",
            )
            return
        }
        includes.append(Include(path: path.string, range: file.range))
    }

    /// A term with the fields after it; nil if none begins here.
    private mutating func operand() throws(Abandoned) -> SyntaxTree.Operand? {
        let start = current.range.lowerBound
        guard var operand = try term() else { return nil }
        while current.kind == .field, !current.isSpaced {
            switch operand.kind {
            case .constant, .null:
                throw unexpected(in: "operand", expected: "a space: a constant has no fields")
            case .dot where operand.fields.isEmpty:
                throw unexpected(in: "operand", hint: "a field of the dot is written .Name")
            default: break
            }
            guard operand.fields.count < Self.maximumLength else {
                report("more than \(Self.maximumLength) fields in a row", at: shifted(current.range))
                throw Abandoned()
            }
            let token = advance()
            operand.fields.append(SyntaxTree.Field(name: String(text(token).dropFirst()), range: shifted(token.range)))
        }
        operand.range = shifted(start..<tokens[place - 1].range.upperBound)
        return operand
    }

    private mutating func term() throws(Abandoned) -> SyntaxTree.Operand? {
        let token = current
        let range = shifted(token.range)
        var operand = SyntaxTree.Operand(kind: .dot, fields: [], range: range)
        switch token.kind {
        case .dot: advance()
        case .field:
            advance()
            operand.fields = [SyntaxTree.Field(name: String(text(token).dropFirst()), range: range)]
        case .variable:
            advance()
            let name = text(token)
            if !variables.contains(name) {
                report(
                    "undefined variable \(quoted(name))",
                    at: range,
                    hint: nearest(to: name, among: variables).map { "did you mean \(quoted($0))?" }
                        ?? "declare it with {{\(name) := …}} in this block or around it",
                )
                variables.append(name)
            }
            operand.kind = .variable(name)
        case .identifier:
            advance()
            let name = text(token)
            if !functions.contains(name) {
                report(
                    "function \(quoted(name)) not defined",
                    at: range,
                    hint: nearest(to: name, among: functions.sorted()).map { "did you mean \(quoted($0))?" }
                        ?? "a field of the dot is written .\(name)",
                )
            }
            operand.kind = .function(name)
        case .bool(let bool):
            advance()
            operand.kind = .constant(.bool(bool))
        case .null:
            advance()
            operand.kind = .null
        case .number:
            advance()
            operand.kind = .constant(
                try literal(token) { bytes throws(Literals.Malformed) in try Literals.number(bytes) }
            )
        case .character:
            advance()
            operand.kind = .constant(
                .int(try literal(token) { bytes throws(Literals.Malformed) in try Literals.character(bytes) })
            )
        case .string, .rawString:
            advance()
            operand.kind = .constant(.string(try string(token)))
        case .leftParenthesis:
            advance()
            operand.kind = .pipeline(try parenthesized(from: range))
        default: return nil
        }
        return operand
    }

    private mutating func parenthesized(from range: Range<Int>) throws(Abandoned) -> SyntaxTree.Pipeline {
        guard nesting < Self.maximumNesting else {
            report(
                "parentheses are nested deeper than \(Self.maximumNesting)",
                at: range,
                hint: "use variables for the parts"
            )
            throw Abandoned()
        }
        nesting += 1
        defer { nesting -= 1 }
        return try pipeline(in: "parenthesized pipeline", until: .rightParenthesis)
    }

    // MARK: Constants

    /// The content of a string token.
    mutating func string(_ token: Token) throws(Abandoned) -> String {
        try literal(token) { bytes throws(Literals.Malformed) in try Literals.string(bytes) }
    }

    private mutating func literal<Result>(
        _ token: Token,
        _ convert: (ArraySlice<UInt8>) throws(Literals.Malformed) -> Result,
    ) throws(Abandoned) -> Result {
        do {
            return try convert(lexer.bytes[token.range])
        } catch {
            report(error.message, at: shifted(token.range), hint: error.hint)
            throw Abandoned()
        }
    }

    func unshifted(_ range: Range<Int>) -> Range<Int> { range.lowerBound - base..<range.upperBound - base }
}

extension SyntaxTree.Operand {
    /// Whether a piped value may go into it: not into a constant or the bare dot.
    fileprivate var isCallable: Bool {
        switch kind {
        case .constant, .null: false
        case .dot: !fields.isEmpty
        case .function, .variable, .pipeline: true
        }
    }
}
