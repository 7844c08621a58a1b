extension Renderer {
    /// Takes the steps that only look at the dot and at variables, turn after turn of a loop, as long as they follow
    /// one another and the dot is a record.
    ///
    /// They are most of the steps of most templates. Looking at the records where they lie, instead of making each of
    /// them the dot, spares the reference counting. Whatever is not as usual is left to `step`, before anything of it
    /// is done.
    mutating func walkRecords(
        _ operations: Span<Operation>,
        at place: inout Int,
        in program: Program,
    ) throws(RenderFault) {
        guard case .record(let first) = dot else { return }
        let firstTurn = loop.turn
        // The dot and the loop's elements keep alive what is viewed: both stay as they are for so long.
        var goesOn = try walk(RecordView(first), operations, at: &place, in: program)
        while goesOn, loop.variableCount == 0, loop.turn + 1 < loop.elements.count,
            case .record(let record) = loop.elements[loop.turn + 1]
        {
            loop.turn += 1
            place = Int(operations[place].a)
            goesOn = try walk(RecordView(record), operations, at: &place, in: program)
        }
        if loop.turn != firstTurn { dot = loop.elements[loop.turn] }
    }

    /// Takes the steps that only look at `record`, the dot, and at variables; true if it got to the turn's end.
    @inline(__always)
    private mutating func walk(
        _ record: RecordView,
        _ operations: Span<Operation>,
        at place: inout Int,
        in program: Program,
    ) throws(RenderFault) -> Bool {
        while true {
            let operation = operations[place]
            var next = place + 1
            switch operation.code {
            case .text: emitter.writeText(operation, in: program)
            case .emitField:
                guard let slot = slot(Int(operation.a), of: record) else { return false }
                emitter.writeText(operation, in: program)
                emitter.emit(record, slot, at: place, in: program)
            case .emitPath:
                guard let (inner, slot) = slot(operation, of: record) else { return false }
                emitter.writeText(operation, in: program)
                emitter.emit(inner, slot, at: place, in: program)
            case .emitVariable:
                guard emitVariableInPlace(operation, at: place, in: program) else { return false }
            case .emitFormattedFields:
                guard emitFormattedInPlace(operation, record, at: place, in: program) else { return false }
            case .pushPath:
                guard let value = value(operation, of: record, in: program) else { return false }
                stack.append(value)
            case .branchUnlessText:
                guard let slot = slot(Int(operation.a), of: record),
                    let isEqual = equals(record, slot, operation, in: program)
                else { return false }
                if isEqual != (operation.flag == Comparison.eq.rawValue) { next = Int(operation.c) }
            case .branchUnlessCompares:
                guard let (inner, slot) = slot(operation, of: record),
                    let holds = compare(unsafe inner.fields.span, slot, operation, in: program)
                else { return false }
                if !holds { next = Int(operation.c) }
            case .branchUnlessPath:
                guard let (inner, slot) = slot(operation, of: record) else { return false }
                if unsafe !inner.fields[slot].isTrue { next = Int(operation.c) }
            case .jump: next = Int(operation.a)
            case .rangeNext: return true
            default: return false
            }
            place = next
            if watch.isDue { try checkBounds() }
        }
    }

    /// The slot of the site's field, if a record of this shape was the last to come by.
    @inline(__always)
    private func slot(_ site: Int, of record: RecordView) -> Int? {
        sites[site].shape == record.shape ? sites[site].slot : nil
    }

    /// The record and slot at the end of the operation's path, if all is as it was the last time.
    @inline(__always)
    private func slot(_ operation: Operation, of record: RecordView) -> (RecordView, Int)? {
        slot(from: Int(operation.a), count: Int(operation.count), of: record)
    }

    /// The record and slot at the end of a path of `count` sites, if all is as it was the last time.
    @inline(__always)
    func slot(from site: Int, count: Int, of record: RecordView) -> (RecordView, Int)? {
        guard count > 0, var slot = slot(site, of: record) else { return nil }
        var record = record
        for site in site + 1..<site + count {
            guard case .record(let inner) = unsafe record.fields[slot] else { return nil }
            record = RecordView(inner)
            guard let innerSlot = self.slot(site, of: record) else { return nil }
            slot = innerSlot
        }
        return (record, slot)
    }

    /// The value at the end of the operation's path, the last site of which may be of a map.
    @inline(__always)
    private func value(_ operation: Operation, of record: RecordView, in program: Program) -> Value? {
        if let (inner, slot) = slot(operation, of: record) { return unsafe inner.fields[slot] }
        guard operation.count == 2, let slot = slot(Int(operation.a), of: record),
            case .map(let map) = unsafe record.fields[slot]
        else { return nil }
        return map[program.siteNames[Int(operation.a) + 1]]
    }

    /// Writes a variable, or a field of one that is a record; false if that takes more than a look.
    @inline(__always)
    private mutating func emitVariableInPlace(_ operation: Operation, at place: Int, in program: Program) -> Bool {
        let variable = variableBase + Int(operation.b)
        if operation.count == 0 {
            emitter.emit(variables, variable, at: place, in: program)
            return true
        }
        guard case .record(let record) = variables[variable] else { return false }
        // The variable keeps it alive: nothing is assigned before it is written.
        guard let (inner, slot) = slot(operation, of: RecordView(record)) else { return false }
        emitter.emit(inner, slot, at: place, in: program)
        return true
    }

    /// Whether the text at `slot` is the operation's; nil if it is no text.
    @inline(__always)
    private func equals(_ record: RecordView, _ slot: Int, _ operation: Operation, in program: Program) -> Bool? {
        let printed = record.printed(slot)
        guard printed.isText else { return unsafe equals(record.fields.span, slot, operation, in: program) }
        guard printed.count == Int(operation.count) else { return false }
        let text = unsafe program.text.span.bytes
        for word in 0..<(printed.count + 7) / 8 {
            // The compiler puts zeros behind the text; any eight bytes are a number.
            let bytes = unsafe text.unsafeLoadUnaligned(fromByteOffset: Int(operation.b) + word * 8, as: UInt64.self)
            if UInt64(littleEndian: bytes) != record.word(word, of: printed) { return false }
        }
        return true
    }

    @inline(never)
    private func equals(_ fields: Span<Value>, _ slot: Int, _ operation: Operation, in program: Program) -> Bool? {
        guard case .text(let text) = fields[slot] else { return nil }
        return text.string == program.text.span.extracting(Int(operation.b)..<Int(operation.b) + Int(operation.count))
    }

    /// Whether the comparison holds for the number at `slot`; nil if it is not one number with another of its kind.
    @inline(__always)
    private func compare(_ fields: Span<Value>, _ slot: Int, _ operation: Operation, in program: Program) -> Bool? {
        guard case .int(let left) = fields[slot], case .int(let right) = program.constants[Int(operation.b)] else {
            return nil
        }
        return switch Comparison(rawValue: operation.flag) {
        case .eq: left == right
        case .ne: left != right
        case .lt: left < right
        case .le: left <= right
        case .gt: left > right
        case .ge: left >= right
        case nil: nil
        }
    }
}
