import Diagnostics

extension Compiler {
    /// Pushes the value of `pipeline`, and stores it in the variables that it declares.
    ///
    /// The last operation then is `storeKeeping`, if there are any.
    mutating func value(of pipeline: SyntaxTree.Pipeline) {
        for (index, command) in pipeline.commands.enumerated() { value(of: command, isPiped: index > 0) }
        for variable in pipeline.variables {
            if !pipeline.assigns {
                add(.storeKeeping, at: variable.range, a: declare(variable.name))
            } else if let slot = slot(of: variable.name) {
                add(.storeKeeping, at: variable.range, a: slot)
            } else {
                undefined(variable.name, at: variable.range)
                add(.storeKeeping, at: variable.range)
            }
        }
    }

    /// Pushes the value of `command`; with `isPiped` the value on the stack becomes its last argument.
    mutating func value(of command: SyntaxTree.Command, isPiped: Bool) {
        let head = command.head
        guard let last = head.fields.last else {
            if case .function(let name) = head.kind {
                call(name, command.arguments, isPiped: isPiped, at: head.range, all: command.range)
            } else if !command.arguments.isEmpty || isPiped {
                fault("\(description(head)) is no function and takes no argument", at: head.range)
            } else if case .null = head.kind {
                fault("nil is not a command", at: head.range, hint: "nil can be an argument: eq .Field nil")
            } else {
                value(of: head)
            }
            return
        }
        guard !command.arguments.isEmpty || isPiped else {
            value(of: head)
            return
        }
        var receiver = head
        receiver.fields.removeLast()
        value(of: receiver)
        for argument in command.arguments { value(of: argument) }
        if isPiped { add(.roll, at: command.range, count: command.arguments.count + 1) }
        add(
            .callMethod,
            at: last.range,
            count: command.arguments.count + (isPiped ? 1 : 0),
            a: method(last.name),
        )
    }

    /// Pushes the value of an operand that stands as an argument.
    mutating func value(of operand: SyntaxTree.Operand) {
        switch operand.kind {
        case .dot:
            add(.pushPath, at: operand.range, count: operand.fields.count, a: path(operand.fields))
            return
        case .variable(let name):
            if let slot = slot(of: name) {
                add(.pushVariable, at: operand.range, count: operand.fields.count, a: path(operand.fields), b: slot)
            } else {
                undefined(name, at: operand.range)
            }
            return
        case .null: add(.pushConstant, at: operand.range, a: constant(.null))
        case .constant(let value): add(.pushConstant, at: operand.range, a: constant(value))
        case .pipeline(let pipeline): value(of: pipeline)
        case .function(let name): call(name, [], isPiped: false, at: operand.range, all: operand.range)
        }
        if !operand.fields.isEmpty {
            add(.walk, at: operand.range, count: operand.fields.count, a: path(operand.fields))
        }
    }

    // MARK: Calls

    private mutating func call(
        _ name: String,
        _ arguments: [SyntaxTree.Operand],
        isPiped: Bool,
        at range: Range<Int>,
        all: Range<Int>,
    ) {
        let count = arguments.count + (isPiped ? 1 : 0)
        let function = functions[name]
        let builtin = Builtin(rawValue: name)
        guard let arity = function?.arity ?? builtin?.arity else {
            fault("function \(quoted(name)) not defined", at: range)
            return
        }
        guard arity.contains(count) else {
            fault("wrong number of arguments for \(name): want \(describe(arity)), got \(count)", at: all)
            return
        }
        if !isPiped, let judge = function?.judgesConstants, let texts = constantTexts(arguments),
            let flaw = judge(texts)
        {
            warnings.append(
                program.sources.diagnostic(flaw.message, at: all, severity: .warning, hint: flaw.hint)
            )
        }
        if function == nil, let builtin, builtin == .and || builtin == .or {
            shortCircuit(builtin, arguments, isPiped: isPiped, at: range)
            return
        }
        if function == nil, builtin == .include {
            include(arguments, isPiped: isPiped, at: range)
            return
        }
        for (index, argument) in arguments.enumerated() {
            value(of: function?.integerArguments.contains(index) == true ? argument.asInteger : argument)
        }
        if isPiped, !arguments.isEmpty { add(.roll, at: range, count: arguments.count) }
        if let function {
            add(.callFunction, at: range, count: count, a: functionIndex(function))
        } else if let builtin {
            add(builtin.operation, at: range, flag: builtin.flag, count: count)
        }
    }

    /// The arguments, if they are constant texts all of them.
    private func constantTexts(_ arguments: [SyntaxTree.Operand]) -> [String]? {
        var texts: [String] = []
        for argument in arguments {
            guard case .constant(.text(let text)) = argument.kind, argument.fields.isEmpty else { return nil }
            texts.append(text.string)
        }
        return texts
    }

    /// `include "file" argument`: without an argument the file sees the dot as it is.
    private mutating func include(_ arguments: [SyntaxTree.Operand], isPiped: Bool, at range: Range<Int>) {
        guard let file = arguments.first, let name = includedNames[file.range.lowerBound] else {
            fault("include needs the name of the file in quotes", at: range)
            return
        }
        add(.pushConstant, at: range, a: constant(.string(name)))
        if isPiped {
            add(.roll, at: range, count: 1)
        } else if arguments.count > 1 {
            value(of: arguments[1])
        } else {
            add(.pushPath, at: range)
        }
        add(.executeTemplate, at: range, count: 2)
    }

    /// `and` gives its first false operand, `or` its first true one, or else the last; what follows is not evaluated.
    private mutating func shortCircuit(
        _ builtin: Builtin,
        _ arguments: [SyntaxTree.Operand],
        isPiped: Bool,
        at range: Range<Int>,
    ) {
        var jumps: [Int] = []
        for (index, argument) in arguments.enumerated() {
            value(of: argument)
            if isPiped || index + 1 < arguments.count {
                jumps.append(add(builtin == .and ? .jumpIfFalseKeeping : .jumpIfTrueKeeping, at: range))
            }
        }
        guard isPiped else {
            let end = mark()
            for jump in jumps { program.operations[jump].a = Int32(clamping: end) }
            return
        }
        // The piped value lies below: it is the result if no operand was, and else has to go.
        let skip = add(.jump, at: range)
        let stopped = mark()
        add(.nip, at: range)
        for jump in jumps { program.operations[jump].a = Int32(clamping: stopped) }
        program.operations[skip].a = Int32(clamping: mark())
    }

    // MARK: Faults

    private mutating func undefined(_ name: String, at range: Range<Int>) {
        fault(
            "undefined variable \(quoted(name))",
            at: range,
            hint: nearest(to: name, among: variables).map { "did you mean \(quoted($0))?" }
                ?? "declare it with {{\(name) := …}}",
        )
    }

    private func description(_ operand: SyntaxTree.Operand) -> String {
        let bytes = program.sources.bytes
        return quoted(String(decoding: bytes[operand.range.clamped(to: 0..<bytes.count)], as: UTF8.self))
    }

    private func describe(_ arity: ClosedRange<Int>) -> String {
        if arity.lowerBound == arity.upperBound { return "\(arity.lowerBound)" }
        if arity.upperBound == Int.max { return "at least \(arity.lowerBound)" }
        return "\(arity.lowerBound) to \(arity.upperBound)"
    }
}

extension Builtin {
    fileprivate var operation: Operation.Code {
        switch self {
        case .eq, .ne, .lt, .le, .gt, .ge: .compare
        case .not: .not
        case .len: .length
        case .index: .index
        case .slice: .slice
        case .print: .print
        case .println: .printLine
        case .printf: .printFormatted
        case .html, .js, .urlquery: .escape
        case .call: .call
        case .executeTemplate, .include: .executeTemplate
        case .and, .or: .nip  // Never asked for: they become jumps.
        }
    }

    fileprivate var flag: UInt8 {
        switch self {
        case .html: Escaping.html.rawValue
        case .js: Escaping.js.rawValue
        case .urlquery: Escaping.urlquery.rawValue
        default: comparison?.rawValue ?? 0
        }
    }
}

extension SyntaxTree.Operand {
    /// The operand in a place for an integer: Go's constants have no type of their own, so `1e3` is 1000 there.
    fileprivate var asInteger: SyntaxTree.Operand {
        let integer: Int? =
            switch kind {
            case .constant(.float(let double)): Int(exactly: double)
            case .constant(.object(let number as ComplexNumber)): number.integer
            default: nil
            }
        guard let integer else { return self }
        var operand = self
        operand.kind = .constant(.int(integer))
        return operand
    }
}
