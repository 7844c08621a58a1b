import Diagnostics

extension Renderer {
    /// The value that `operation`'s path leads to from `start`.
    @inline(__always)
    mutating func walk(_ start: Value, _ operation: Operation, in program: Program) throws(RenderFault) -> Value {
        if operation.count == 0 { return start }
        if operation.count == 1, case .record(let record) = start {
            let site = try site(Int(operation.a), in: record, program)
            return record.value(at: Int(site.slot), printedAt: Int(site.place))
        }
        return try walk(start, from: Int(operation.a), count: Int(operation.count), in: program)
    }

    mutating func walk(
        _ start: Value,
        from first: Int,
        count: Int,
        in program: Program
    ) throws(RenderFault) -> Value {
        var value = start
        var wasMissing = if case .null = start { !isNullElement } else { true }
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

    /// Whether the dot is an element of the list or map that is ranged over, and nil. Go asks such a one for no field, but
    /// any other nil: inside of a range nothing else can make the dot nil, as a `with` of nil is not entered.
    private var isNullElement: Bool {
        guard outerLoops.count > frames.last?.loopBase ?? 0, case .null = dot else { return false }
        return true
    }

    /// Whether a condition on the dot holds.
    mutating func holds(_ operation: Operation, in program: Program) throws(RenderFault) -> Bool {
        let value = try walk(dot, operation, in: program)
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
