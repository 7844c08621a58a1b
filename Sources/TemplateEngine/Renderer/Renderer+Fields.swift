import Diagnostics

extension Renderer {
    /// What a path begins at.
    enum PathStart {
        case dot
        /// The variable at this place.
        case variable(Int)
        /// A value that was computed.
        case result(Value)
    }

    /// The value that `operation`'s path leads to from `start`.
    @inline(__always)
    mutating func walk(_ start: PathStart, _ operation: Operation, in program: Program) throws(RenderFault) -> Value {
        try walk(start, from: Int(operation.a), count: Int(operation.count), in: program)
    }

    /// The value that the path of `count` sites leads to from `start`.
    @inline(__always)
    mutating func walk(
        _ start: PathStart,
        from first: Int,
        count: Int,
        in program: Program
    ) throws(RenderFault) -> Value {
        let value =
            switch start {
            case .dot: dot
            case .variable(let place): variables[place]
            case .result(let value): value
            }
        if count == 0 { return value }
        if count == 1, case .record(let record) = value {
            let site = try site(first, in: record, program)
            return record.value(at: Int(site.slot), printedAt: Int(site.place))
        }
        // Go may ask a missing value for fields, but not an element that is nil.
        var mayBeMissing = true
        if case .null = value { mayBeMissing = !isNullElement(start) }
        return try walk(value, mayBeMissing: mayBeMissing, from: first, count: count, in: program)
    }

    private mutating func walk(
        _ start: Value,
        mayBeMissing: Bool,
        from first: Int,
        count: Int,
        in program: Program
    ) throws(RenderFault) -> Value {
        var value = start
        var wasMissing = mayBeMissing
        for site in first..<first + count {
            if case .record(let record) = value {
                let found = try self.site(site, in: record, program)
                if let value = record.printedValue(at: Int(found.place)) { return value }
                value = record.fields[Int(found.slot)]
                wasMissing = false
                continue
            }
            do throws(RenderFault) {
                (value, wasMissing) = try field(program.siteNames[site], of: value, mayBeMissing: wasMissing)
            } catch {
                var fault = error
                fault.place = program.sitePlaces[site]
                throw fault
            }
        }
        return value
    }

    /// Whether `start`, which is nil, is an element of a list or map that is ranged over: the dot of a loop (a `with` of nil
    /// is not entered, so nothing else inside of one makes the dot nil), or a variable that a loop sets.
    private func isNullElement(_ start: PathStart) -> Bool {
        switch start {
        case .dot: outerLoops.count > frames.last?.loopBase ?? 0
        case .variable(let place):
            loop.isAtNullElement(of: place) || outerLoops.contains { $0.isAtNullElement(of: place) }
        case .result: false
        }
    }

    /// Whether a condition on the dot holds.
    mutating func holds(_ operation: Operation, in program: Program) throws(RenderFault) -> Bool {
        let value = try walk(.dot, operation, in: program)
        if operation.code == .branchUnlessPath { return value.isTrue }
        let comparison = Comparison(rawValue: operation.flag) ?? .eq
        return try comparison(value, program.constants[Int(operation.b)])
    }

    /// Where the site's path leads in `record`, by the layout last seen there.
    @inline(__always)
    mutating func site(_ site: Int, in record: Record, _ program: Program) throws(RenderFault) -> Site {
        if sites[site].layout == record.layoutNumber { return sites[site] }
        return try findSite(site, in: record, program)
    }

    @inline(never)
    private mutating func findSite(_ site: Int, in record: Record, _ program: Program) throws(RenderFault) -> Site {
        let name = program.siteNames[site]
        guard let slot = record.shape.slots[name] else {
            throw RenderFault(
                "\(record.shape.name) has no field \(quoted(name))",
                hint: nearest(to: name, among: record.shape.fieldNames).map { "did you mean .\($0)?" }
                    ?? "it has \(record.shape.fieldNames.joined(separator: ", "))",
                place: program.sitePlaces[site],
            )
        }
        let path = program.siteNames[site..<site + program.siteCounts[site]]
        let found = Site(
            layout: record.layoutNumber,
            slot: Int32(clamping: slot),
            place: record.layout.place(of: path).map { Int32(clamping: $0) } ?? -1,
        )
        sites[site] = found
        return found
    }

    /// The field `name` of a value that is no record, and whether it was missing (Go's invalid value, which may be
    /// asked for fields again, unlike a nil that is there).
    private func field(
        _ name: String,
        of value: Value,
        mayBeMissing: Bool
    ) throws(RenderFault) -> (Value, isMissing: Bool) {
        switch value {
        case .map(let map):
            if let found = map[name] { return (found, false) }
            switch options.missingKey {
            case .default: return (.null, true)
            case .zero: return (map.kind.zero, false)
            case .error:
                let keys = map.entries.compactMap { if case .string(let key) = $0.key { key } else { nil } }
                throw RenderFault(
                    "map has no entry for key \(quoted(name))",
                    hint: nearest(to: name, among: keys).map { "did you mean .\($0)?" },
                )
            }
        case .null:
            guard mayBeMissing else {
                throw RenderFault(
                    "nil pointer evaluating .\(name): what it is asked of is nil",
                    hint: "test it first: {{with …}}{{.\(name)}}{{end}}",
                )
            }
            if options.missingKey == .error { throw RenderFault("nil data; no entry for key \(quoted(name))") }
            return (.null, true)
        case .object(let object): return (try call(name, of: object, []), false)
        default:
            throw RenderFault(
                "can't evaluate field \(name) in type \(value.typeName)",
                hint: isLikelyElement(value) ? "range over the list, or take one with index" : nil,
            )
        }
    }

    private func isLikelyElement(_ value: Value) -> Bool {
        if case .list = value { true } else { false }
    }
}
