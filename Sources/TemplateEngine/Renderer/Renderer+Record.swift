extension Renderer {
    /// Takes the steps that ask nothing but the dot, as long as they follow one another.
    ///
    /// They are most of the steps of most templates. Holding the record here, instead of reading the dot for each of
    /// them, spares the reference counting.
    mutating func walkRecord(
        _ record: Record, _ operations: Span<Operation>, at place: inout Int, in program: Program,
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
                if operation.count == 2, case .record(let inner) = fields[slot] {
                    let innerSlot = try self.slot(Int(operation.a) + 1, in: inner, program)
                    let innerValues = inner.fields
                    emit(innerValues.span, innerSlot, at: place, in: program)
                } else {
                    emit(try walk(dot, operation, in: program), at: place, in: program)
                }
            case .branchUnlessCompares:
                if try !compares(record, fields, shape, operation, in: program) {
                    place = Int(operation.c)
                    if watch.isDue { try checkBounds() }
                    continue
                }
            case .branchUnlessPath:
                if try !walk(dot, operation, in: program).isTrue {
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

    /// Writes the text that an operation brings along.
    @inline(__always)
    mutating func writeText(_ operation: Operation, in program: Program) {
        guard operation.c > 0 else { return }
        output.append(program.text.span.extracting(Int(operation.b)..<Int(operation.b) + Int(operation.c)))
    }

    @inline(__always)
    private mutating func slot(
        _ site: Int, shape: ObjectIdentifier, of record: Record, in program: Program,
    ) throws(RenderFault) -> Int {
        if sites[site].shape == shape { return sites[site].slot }
        return try findSlot(site, in: record, program)
    }

    /// Compares a path of the dot with a constant.
    @inline(__always)
    private mutating func compares(
        _ record: Record, _ fields: Span<Value>, _ shape: ObjectIdentifier, _ operation: Operation, in program: Program,
    ) throws(RenderFault) -> Bool {
        let comparison = Comparison(rawValue: operation.flag) ?? .eq
        if operation.count == 1, comparison == .eq || comparison == .ne {
            let slot = try slot(Int(operation.a), shape: shape, of: record, in: program)
            let constants = program.constants.span
            if case .text(let text) = fields[slot], case .text(let constant) = constants[Int(operation.b)] {
                return bytesEqual(text.string, constant.string) == (comparison == .eq)
            }
        }
        return try comparison(walk(dot, operation, in: program), program.constants[Int(operation.b)])
    }
}
