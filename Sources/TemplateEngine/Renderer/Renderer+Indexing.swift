extension Renderer {
    /// Go's `len`.
    func length(of value: Value) throws(RenderFault) -> Int {
        switch value {
        case .text(let text): text.string.utf8.count
        case .list(let list): list.elements.count
        case .map(let map): map.entries.count
        case .null: throw RenderFault("len of nil")
        default: throw RenderFault("len of type \(value.typeName)")
        }
    }

    /// Go's `index`: the first argument indexed by each of the others in turn.
    func index(_ arguments: [Value]) throws(RenderFault) -> Value {
        var value = arguments[0]
        for index in arguments.dropFirst() {
            switch value {
            case .list(let list):
                value = list.elements[try offset(index, in: list.elements.count)]
            case .text(let text):
                let utf8 = text.string.utf8
                let offset = try offset(index, in: utf8.count)
                value = .uint(UInt(utf8[utf8.index(utf8.startIndex, offsetBy: offset)]))
            case .map(let map): value = map[try key(index, of: map)] ?? map.kind.zero
            case .null: throw RenderFault("index of nil")
            default: throw RenderFault("can't index item of type \(value.typeName)")
            }
        }
        return value
    }

    /// Go's `slice`: `x[1:2]`, and for lists `x[1:2:3]`.
    func slice(_ arguments: [Value]) throws(RenderFault) -> Value {
        let count: Int
        switch arguments[0] {
        case .text(let text):
            guard arguments.count <= 3 else { throw RenderFault("cannot 3-index slice a string") }
            count = text.string.utf8.count
        case .list(let list): count = list.elements.count
        case .null: throw RenderFault("slice of nil")
        default: throw RenderFault("can't slice item of type \(arguments[0].typeName)")
        }
        guard arguments.count <= 4 else { throw RenderFault("too many slice indexes: \(arguments.count - 1)") }
        var bounds: [Int] = []
        for argument in arguments.dropFirst() { bounds.append(try offset(argument, in: count + 1)) }
        let start = bounds.first ?? 0
        let end = bounds.count > 1 ? bounds[1] : count
        guard start <= end, bounds.count < 3 || end <= bounds[2] else {
            throw RenderFault("invalid slice index: \(bounds.map(String.init).joined(separator: " > "))")
        }
        switch arguments[0] {
        case .text(let text): return .text(text.slice(start..<end))
        case .list(let list): return .list(List(Array(list.elements[start..<end]), kind: list.kind))
        default: return .null
        }
    }

    /// An index below `count`.
    private func offset(_ value: Value, in count: Int) throws(RenderFault) -> Int {
        let offset: Int
        switch value {
        case .int(let int): offset = int
        case .uint(let uint): offset = Int(clamping: uint)
        case .null: throw RenderFault("cannot index slice/array with nil")
        default: throw RenderFault("cannot index slice/array with type \(value.typeName)")
        }
        guard 0..<count ~= offset else {
            throw RenderFault(
                "index out of range: \(offset)",
                hint: "there are \(count); test the length first: {{if …}}"
            )
        }
        return offset
    }

    private func key(_ value: Value, of map: Map) throws(RenderFault) -> Map.Key {
        let key: Map.Key
        switch value {
        case .text(let text): key = .string(text.string)
        case .int(let int): key = .int(int)
        case .uint(let uint): key = .int(Int(clamping: uint))
        case .bool(let bool): key = .bool(bool)
        case .null: throw RenderFault("value is nil; should be of type string")
        default: throw RenderFault("value has type \(value.typeName); a map's key is a string, an int or a bool")
        }
        guard let first = map.entries.first?.key, let last = map.entries.last?.key, isSameKind(first, last),
            !isSameKind(first, key)
        else { return key }
        throw RenderFault(
            "value has type \(value.typeName); the map's keys are \(Value(first, origin: .trusted).typeName)s"
        )
    }

    private func isSameKind(_ left: Map.Key, _ right: Map.Key) -> Bool {
        switch (left, right) {
        case (.int, .int), (.string, .string), (.bool, .bool): true
        default: false
        }
    }
}
