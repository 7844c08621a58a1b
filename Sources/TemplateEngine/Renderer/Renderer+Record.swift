extension Renderer {
    /// Takes the steps that ask nothing but the dot, as long as they follow one another.
    ///
    /// They are most of the steps of most templates. Holding the record here, instead of reading the dot for each of
    /// them, spares the reference counting.
    mutating func walkRecord(
        _ record: Record,
        _ operations: Span<Operation>,
        at place: inout Int,
        in program: Program,
    ) throws(RenderFault) {
        let shape = ObjectIdentifier(record.shape)
        let values = record.fields
        let fields = values.span
        while true {
            let operation = operations[place]
            switch operation.code {
            case .text: writeText(operation, in: program)
            case .emitField:
                writeText(operation, in: program)
                let slot = try slot(Int(operation.a), shape: shape, of: record, in: program)
                emit(fields, slot, at: place, in: program)
            case .emitPath:
                writeText(operation, in: program)
                let slot = try slot(Int(operation.a), shape: shape, of: record, in: program)
                try emitPath(operation, fields, slot, at: place, in: program)
            case .branchUnlessText:
                let slot = try slot(Int(operation.a), shape: shape, of: record, in: program)
                guard let isEqual = equals(fields, slot, operation, in: program) else { return }
                if isEqual != (operation.flag == Comparison.eq.rawValue) {
                    place = Int(operation.c)
                    if watch.isDue { try checkBounds() }
                    continue
                }
            case .branchUnlessCompares, .branchUnlessPath:
                if try !holds(operation, in: program) {
                    place = Int(operation.c)
                    if watch.isDue { try checkBounds() }
                    continue
                }
            case .jump:
                place = Int(operation.a)
                if watch.isDue { try checkBounds() }
                continue
            default: return
            }
            place += 1
            if watch.isDue { try checkBounds() }
        }
    }

    /// Writes the end of a path that begins with the field at `slot`; two fields are the usual case.
    @inline(never)
    private mutating func emitPath(
        _ operation: Operation,
        _ fields: Span<Value>,
        _ slot: Int,
        at place: Int,
        in program: Program,
    ) throws(RenderFault) {
        if operation.count == 2, case .record(let inner) = fields[slot] {
            let innerSlot = try self.slot(Int(operation.a) + 1, in: inner, program)
            let innerFields = inner.fields
            emit(innerFields.span, innerSlot, at: place, in: program)
        } else {
            emit(try walk(dot, operation, in: program), at: place, in: program)
        }
    }

    /// Writes a path of a variable.
    mutating func emitVariable(_ operation: Operation, at place: Int, in program: Program) throws(RenderFault) {
        let variable = variableBase + Int(operation.b)
        if operation.count == 1, case .record(let record) = variables[variable] {
            let slot = try slot(Int(operation.a), in: record, program)
            let fields = record.fields
            emit(fields.span, slot, at: place, in: program)
        } else {
            emit(try walk(variables[variable], operation, in: program), at: place, in: program)
        }
    }

    /// Whether the text at `slot` is the operation's; nil if it is no text.
    @inline(never)
    private func equals(_ fields: Span<Value>, _ slot: Int, _ operation: Operation, in program: Program) -> Bool? {
        guard case .text(let text) = fields[slot] else { return nil }
        return text.string == program.text.span.extracting(Int(operation.b)..<Int(operation.b) + Int(operation.count))
    }

    /// Whether a condition on the dot holds.
    @inline(never)
    mutating func holds(_ operation: Operation, in program: Program) throws(RenderFault) -> Bool {
        let value = try walk(dot, operation, in: program)
        if operation.code == .branchUnlessPath { return value.isTrue }
        let comparison = Comparison(rawValue: operation.flag) ?? .eq
        return try comparison(value, program.constants[Int(operation.b)])
    }

    /// Writes the text that an operation brings along.
    @inline(__always)
    mutating func writeText(_ operation: Operation, in program: Program) {
        guard operation.c > 0 else { return }
        output.append(program.text.span.extracting(Int(operation.b)..<Int(operation.b) + Int(operation.c)))
    }

    @inline(__always)
    private mutating func slot(
        _ site: Int,
        shape: ObjectIdentifier,
        of record: Record,
        in program: Program,
    ) throws(RenderFault) -> Int {
        if sites[site].shape == shape { return sites[site].slot }
        return try findSlot(site, in: record, program)
    }
}
