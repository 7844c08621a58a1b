/// Merging and unfolding of maps.
package let mapFunctions: [TemplateFunction] = [
    TemplateFunction("mergeMap", 2) { call throws(FunctionFault) in
        .map(try call.map(0).merged(with: try call.map(1), overrides: false))
    },
    TemplateFunction("mergeMapWithOverride", 2) { call throws(FunctionFault) in
        .map(try call.map(0).merged(with: try call.map(1), overrides: true))
    },
    TemplateFunction("explodeMap", 1) { call throws(FunctionFault) in
        let map = try call.map(0)
        var tree = KeyTree()
        for (key, value) in map.members {
            guard case .text(let path) = key else {
                throw FunctionFault("expected a map with strings as keys, got \(call.arguments[0].goTypeName)")
            }
            try tree.insert(value, at: path)
        }
        return .map(tree.map())
    },
    TemplateFunction("explode", 1) { call throws(FunctionFault) in
        var tree = KeyTree()
        for element in try call.list(0, of: "key pairs").elements {
            guard let key = element.field("Key"), case .text(let path) = key, let value = element.field("Value") else {
                throw try call.mismatch(0, "a list of key pairs")
            }
            try tree.insert(value, at: path)
        }
        return .map(tree.map())
    },
]

extension Map {
    /// This map with what `other` has in addition. An entry of this map stays, unless it is empty (0, "", false, nil,
    /// no elements) or `overrides` is set; maps in both are merged in turn.
    func merged(with other: Map, overrides: Bool) -> Map {
        var pairs = attributedPairs
        for pair in other.attributedPairs {
            let (key, value) = (pair.key, pair.value)
            guard let present = self[key] else {
                // As in the library that consul-template uses, a nil adds no key.
                if case .null = value, !overrides { continue }
                pairs.append(pair)
                continue
            }
            switch (present, value) {
            case (.map(let ours), .map(let theirs)) where !ours.entries.isEmpty:
                pairs.append(
                    Map.AttributedPair(key, from: pair.origin, .map(ours.merged(with: theirs, overrides: overrides)))
                )
            case (_, .null): if overrides { pairs.append(pair) }
            default: if overrides || present.isEmpty { pairs.append(pair) }
            }
        }
        return Map(attributed: pairs, kind: kind == other.kind ? kind : .any)
    }
}

extension Value {
    /// Whether it is the zero value of its type, or has no elements.
    var isEmpty: Bool {
        switch self {
        case .null: true
        case .bool(let bool): !bool
        case .int(let int): int == 0
        case .uint(let uint): uint == 0
        case .float(let double): double == 0
        case .text(let text): text.string.isEmpty
        case .list(let list): list.elements.isEmpty
        case .map(let map): map.entries.isEmpty
        case .record, .object: false
        }
    }

    /// The field of a record; nil if the value is none or has none of that name.
    func field(_ name: String) -> Value? {
        guard case .record(let record) = self, let slot = record.shape.slots[name] else { return nil }
        return record.fields[slot]
    }
}
