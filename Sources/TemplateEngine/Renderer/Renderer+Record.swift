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
        while goesOn, loop.turn + 1 < loop.elements.count,
            case .record(let record) = loop.elements[loop.turn + 1]
        {
            loop.turn += 1
            setVariables()
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
            case .emitField, .emitPath:
                guard let (owner, site) = locate(operation, from: record) else { return false }
                emitter.writeText(operation, in: program)
                emitter.emit(owner, site, at: place, in: program)
            case .emitVariable:
                guard emitVariableInPlace(operation, at: place, in: program) else { return false }
            case .emitFormattedFields:
                guard emitFormattedInPlace(operation, record, at: place, in: program) else { return false }
            case .pushPath:
                guard let value = value(operation, of: record, in: program) else { return false }
                stack.append(value)
            case .branchUnlessText:
                guard let (owner, site) = locate(operation, from: record, count: 1),
                    let isEqual = equals(owner, site, operation, in: program)
                else { return false }
                if isEqual != (operation.flag == Comparison.eq.rawValue) { next = Int(operation.c) }
            case .branchUnlessCompares:
                guard let (owner, site) = locate(operation, from: record),
                    let holds = compare(owner, site, operation, in: program)
                else { return false }
                if !holds { next = Int(operation.c) }
            case .branchUnlessPath:
                guard let (owner, site) = locate(operation, from: record) else { return false }
                if !isTrue(owner, site) { next = Int(operation.c) }
            case .jump: next = Int(operation.a)
            case .rangeNext: return true
            default: return false
            }
            place = next
            if watch.isDue { try checkBounds() }
        }
    }

    /// The record and site at the end of the operation's path, if all is as it was the last time.
    @inline(__always)
    private func locate(_ operation: Operation, from record: RecordView) -> (RecordView, Site)? {
        locate(operation, from: record, count: Int(operation.count))
    }

    @inline(__always)
    private func locate(_ operation: Operation, from record: RecordView, count: Int) -> (RecordView, Site)? {
        locate(Int(operation.a), count: count, from: record)
    }

    /// The record and site at the end of a path of `count` sites, if all is as it was the last time.
    @inline(__always)
    func locate(_ site: Int, count: Int, from record: RecordView) -> (RecordView, Site)? {
        // A path of no fields may have no site.
        guard count > 0 else { return nil }
        let found = sites[site]
        guard found.layout == record.layout else { return nil }
        if count == 1 || record.printed[Int(found.place)].isPrinted { return (record, found) }
        return Self.locate(sites.span.extracting(site..<site + count), from: record)
    }

    /// The same where the path's end is not printed in the first record.
    @inline(never)
    private static func locate(_ path: Span<Site>, from record: RecordView) -> (RecordView, Site)? {
        var record = record
        for index in 0..<path.count - 1 {
            guard case .record(let inner) = unsafe record.fields[Int(path[index].slot)] else { return nil }
            // The outer record keeps it alive.
            record = RecordView(inner)
            guard path[index + 1].layout == record.layout else { return nil }
        }
        return (record, path[path.count - 1])
    }

    /// The value at the end of the operation's path, the last site of which may be of a map.
    ///
    /// It changes nothing; if it did not say that it might, the whole renderer would be copied for it.
    @inline(__always)
    private mutating func value(_ operation: Operation, of record: RecordView, in program: Program) -> Value? {
        if let (owner, site) = locate(operation, from: record) {
            // The site of a longer path has the slot of its first field.
            if operation.count > 1, let value = owner.printedValue(at: site) { return value }
            return owner.value(at: site)
        }
        guard operation.count == 2 else { return nil }
        let site = sites[Int(operation.a)]
        guard site.layout == record.layout, case .map(let map) = unsafe record.fields[Int(site.slot)] else {
            return nil
        }
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
        guard let (owner, site) = locate(operation, from: RecordView(record)) else { return false }
        emitter.emit(owner, site, at: place, in: program)
        return true
    }

    /// Whether the text at `site` is the operation's; nil if it is no text.
    @inline(__always)
    private func equals(_ record: RecordView, _ site: Site, _ operation: Operation, in program: Program) -> Bool? {
        let printed = record.printed[Int(site.place)]
        guard printed.isText else { return Self.equals(record, site, operation, in: program) }
        guard printed.count == Int(operation.count) else { return false }
        let text = unsafe program.text.span.bytes
        for word in 0..<(printed.count + 7) / 8 {
            // The compiler puts zeros behind the text; any eight bytes are a number.
            let bytes = unsafe text.unsafeLoadUnaligned(fromByteOffset: Int(operation.b) + word * 8, as: UInt64.self)
            if UInt64(littleEndian: bytes) != record.printed.word(word, of: printed) { return false }
        }
        return true
    }

    @inline(never)
    private static func equals(
        _ record: RecordView,
        _ site: Site,
        _ operation: Operation,
        in program: Program,
    ) -> Bool? {
        guard case .text(let text) = unsafe record.fields[Int(site.slot)] else { return nil }
        return text.string == program.text.span.extracting(Int(operation.b)..<Int(operation.b) + Int(operation.count))
    }

    /// Whether the comparison holds for the number at `site`; nil if it is not one number with another of its kind.
    @inline(__always)
    private func compare(_ record: RecordView, _ site: Site, _ operation: Operation, in program: Program) -> Bool? {
        guard case .int(let right) = program.constants[Int(operation.b)] else { return nil }
        let printed = record.printed[Int(site.place)]
        let left: Int
        if printed.isPrinted {
            guard !printed.isText else { return nil }
            left = record.printed.integer(at: printed)
        } else {
            guard case .int(let int) = unsafe record.fields[Int(site.slot)] else { return nil }
            left = int
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

    /// Whether the value at `site` is true.
    @inline(__always)
    private func isTrue(_ record: RecordView, _ site: Site) -> Bool {
        let printed = record.printed[Int(site.place)]
        guard printed.isPrinted else { return unsafe record.fields[Int(site.slot)].isTrue }
        return printed.isText ? printed.count > 0 : record.printed.integer(at: printed) != 0
    }
}
