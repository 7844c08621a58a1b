import Diagnostics

extension Compiler {
    mutating func statements(_ nodes: [SyntaxTree.Node]) {
        for node in nodes {
            switch node {
            case .text(let range): text(range, at: range)
            case .action(let pipeline): action(pipeline)
            case .branch(let branch):
                scoped { branch.setsDot ? $0.with(branch) : $0.condition(branch) }
            case .loop(let loop): scoped { $0.loop(loop) }
            case .call(let call): templateCall(call)
            case .exit(let exit):
                let index = add(exit.leavesLoop ? .breakLoop : .continueLoop, at: exit.range)
                guard !loops.isEmpty else { continue }
                if exit.leavesLoop {
                    loops[loops.count - 1].breaks.append(index)
                } else {
                    loops[loops.count - 1].continues.append(index)
                }
            }
        }
    }

    private mutating func action(_ pipeline: SyntaxTree.Pipeline) {
        if pipeline.variables.isEmpty, emitDirectly(pipeline) || emitFormatted(pipeline) { return }
        value(of: pipeline)
        if pipeline.variables.isEmpty {
            if !emitCall() { add(.emit, at: pipeline.range) }
        } else {
            // The value was stored; Go prints nothing for a declaration.
            program.operations[program.operations.count - 1].code = .store
        }
    }

    /// Writes a plain field, variable or constant without making a value of it.
    private mutating func emitDirectly(_ pipeline: SyntaxTree.Pipeline) -> Bool {
        guard pipeline.commands.count == 1, let command = pipeline.commands.first, command.arguments.isEmpty else {
            return false
        }
        let head = command.head
        switch head.kind {
        case .dot:
            guard !head.fields.isEmpty else { return false }
            let text = takeText()
            add(
                head.fields.count == 1 ? .emitField : .emitPath,
                at: head.range,
                count: head.fields.count,
                a: path(head.fields),
                b: text.start,
                c: text.count,
            )
        case .variable(let name):
            guard let slot = slot(of: name) else { return false }
            add(.emitVariable, at: head.range, count: head.fields.count, a: path(head.fields), b: slot)
        case .constant(let value): text(formatValue(value).string, at: head.range)
        case .function, .null, .pipeline: return false
        }
        return true
    }

    // MARK: if and with

    private mutating func condition(_ branch: SyntaxTree.Branch) {
        var ends: [Int] = []
        for (index, clause) in branch.clauses.enumerated() {
            let jumps = jumpsUnless(clause.condition)
            scoped { $0.statements(clause.body) }
            if index + 1 < branch.clauses.count || !branch.otherwise.isEmpty {
                ends.append(add(.jump, at: clause.condition.range))
            }
            let next = mark()
            for jump in jumps { retarget(jump, to: next) }
        }
        scoped { $0.statements(branch.otherwise) }
        let end = mark()
        for jump in ends { retarget(jump, to: end) }
    }

    /// Evaluates a condition; gives the operations that jump if it is false: one for each operand of an `and`.
    private mutating func jumpsUnless(_ condition: SyntaxTree.Pipeline) -> [Int] {
        guard condition.variables.isEmpty, condition.commands.count == 1, let command = condition.commands.first,
            case .function("and") = command.head.kind, command.head.fields.isEmpty, !command.arguments.isEmpty
        else { return [jumpUnless(condition)] }
        return command.arguments.flatMap { operand in
            if case .pipeline(let pipeline) = operand.kind, operand.fields.isEmpty { return jumpsUnless(pipeline) }
            let command = SyntaxTree.Command(head: operand, arguments: [], range: operand.range)
            return jumpsUnless(SyntaxTree.Pipeline(commands: [command], range: operand.range))
        }
    }

    /// Evaluates a condition; gives the operation that jumps if it is false.
    private mutating func jumpUnless(_ condition: SyntaxTree.Pipeline) -> Int {
        if condition.variables.isEmpty, condition.commands.count == 1 {
            let command = condition.commands[0]
            if case .dot = command.head.kind, command.arguments.isEmpty, !command.head.fields.isEmpty {
                return add(
                    .branchUnlessPath,
                    at: command.head.range,
                    count: command.head.fields.count,
                    a: path(command.head.fields),
                )
            }
            if let comparison = fieldComparison(command) {
                if comparison.fields.count == 1, comparison.kind == .eq || comparison.kind == .ne,
                    case .text(let text) = comparison.constant, text.string.utf8.count < UInt16.max
                {
                    let start = program.text.count
                    program.text.append(contentsOf: text.string.utf8)
                    // It is compared by words.
                    program.text.append(contentsOf: repeatElement(0, count: 8))
                    return add(
                        .branchUnlessText,
                        at: command.range,
                        flag: comparison.kind.rawValue,
                        count: text.string.utf8.count,
                        a: path(comparison.fields),
                        b: start,
                    )
                }
                return add(
                    .branchUnlessCompares,
                    at: command.range,
                    flag: comparison.kind.rawValue,
                    count: comparison.fields.count,
                    a: path(comparison.fields),
                    b: constant(comparison.constant),
                )
            }
        }
        value(of: condition)
        return add(.jumpIfFalse, at: condition.range)
    }

    /// `eq .Field "constant"` and its like.
    private func fieldComparison(
        _ command: SyntaxTree.Command
    ) -> (kind: Comparison, fields: [SyntaxTree.Field], constant: Value)? {
        guard case .function(let name) = command.head.kind, command.head.fields.isEmpty, functions[name] == nil,
            let builtin = Builtin(rawValue: name), let kind = builtin.comparison, command.arguments.count == 2,
            case .dot = command.arguments[0].kind, !command.arguments[0].fields.isEmpty,
            case .constant(let constant) = command.arguments[1].kind
        else { return nil }
        return (kind, command.arguments[0].fields, constant)
    }

    private func isBranch(_ code: Operation.Code) -> Bool {
        code == .branchUnlessPath || code == .branchUnlessCompares || code == .branchUnlessText
    }

    /// Makes the jump at `index` lead to `target`.
    private mutating func retarget(_ index: Int, to target: Int) {
        if isBranch(program.operations[index].code) || program.operations[index].code == .rangeBegin {
            program.operations[index].c = Int32(clamping: target)
        } else {
            program.operations[index].a = Int32(clamping: target)
        }
    }

    /// The dot of an `else with` is the outer one again.
    private mutating func with(_ branch: SyntaxTree.Branch) {
        var ends: [Int] = []
        for clause in branch.clauses {
            value(of: clause.condition)
            let begin = add(.withBegin, at: clause.condition.range)
            scoped { $0.statements(clause.body) }
            add(.withEnd, at: clause.condition.range)
            ends.append(add(.jump, at: clause.condition.range))
            retarget(begin, to: mark())
        }
        scoped { $0.statements(branch.otherwise) }
        let end = mark()
        for jump in ends { retarget(jump, to: end) }
    }

    // MARK: range

    private mutating func loop(_ loop: SyntaxTree.Loop) {
        value(of: loop.subject)
        let slots = loop.subject.variables.map { slot(of: $0.name) ?? 0 }
        let firstPiece = program.formatPieces.count
        let begin = add(.rangeBegin, at: loop.subject.range, a: slots.first ?? 0, b: slots.last ?? 0)
        let body = mark()
        loops.append(OpenLoop())
        scoped { $0.statements(loop.body) }
        let open = loops.removeLast()
        let next = mark()
        add(.rangeNext, at: loop.subject.range, a: body)
        let skip = add(.jump, at: loop.subject.range)
        retarget(begin, to: mark())
        scoped { $0.statements(loop.otherwise) }
        let end = mark()
        retarget(skip, to: end)
        var variables: Operation.LoopVariables = slots.count > 1 ? [.index] : []
        if let slot = slots.last, loop.subject.assigns || reads(slot, from: begin, firstPiece) {
            variables.insert(.element)
        }
        program.operations[begin].flag = variables.rawValue
        for jump in open.breaks { retarget(jump, to: end) }
        for jump in open.continues { retarget(jump, to: next) }
    }

    /// Whether an operation from `first` on, or a format piece from `firstPiece` on, reads the variable at `slot`.
    private func reads(_ slot: Int, from first: Int, _ firstPiece: Int) -> Bool {
        program.operations[first...].contains {
            ($0.code == .pushVariable || $0.code == .emitVariable) && Int($0.b) == slot
        } || program.formatPieces[firstPiece...].contains { Int($0.variable) == slot }
    }

    // MARK: template

    private mutating func templateCall(_ call: SyntaxTree.TemplateCall) {
        guard let index = program.entryIndices[call.name] else {
            let near = nearest(to: call.name, among: program.entries.map(\.name))
            fault(
                "template \(quoted(call.name)) not defined",
                at: call.range,
                hint: near.map { "did you mean \(quoted($0))?" } ?? "write {{define \(quoted(call.name))}}…{{end}}",
            )
            return
        }
        if let argument = call.argument {
            value(of: argument)
        } else {
            add(.pushConstant, at: call.range, a: constant(.null))
        }
        add(.callTemplate, at: call.range, a: index)
    }
}

extension Builtin {
    /// The comparison that a builtin of its name makes.
    var comparison: Comparison? {
        switch self {
        case .eq: .eq
        case .ne: .ne
        case .lt: .lt
        case .le: .le
        case .gt: .gt
        case .ge: .ge
        default: nil
        }
    }
}
