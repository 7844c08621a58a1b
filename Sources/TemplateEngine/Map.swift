/// Go's map, kept in the order in which Go's templates walk it: by key.
package struct Map: Sendable {
    package enum Key: Hashable, Sendable, Comparable {
        case int(Int)
        case string(String)
        case bool(Bool)

        /// Strings by their bytes, as Go compares them; Swift's `==` also takes é for e with an accent.
        package static func == (left: Key, right: Key) -> Bool {
            switch (left, right) {
            case (.int(let left), .int(let right)): left == right
            case (.string(let left), .string(let right)): bytesEqual(left, right)
            case (.bool(let left), .bool(let right)): left == right
            default: false
            }
        }

        package func hash(into hasher: inout Hasher) {
            switch self {
            case .int(let int): hasher.combine(int)
            case .string(let string): for byte in string.utf8 { hasher.combine(byte) }
            case .bool(let bool): hasher.combine(bool)
            }
        }

        /// Go's `fmtsort` order, numbers before strings where kinds differ.
        package static func < (left: Key, right: Key) -> Bool {
            switch (left, right) {
            case (.int(let left), .int(let right)): left < right
            case (.string(let left), .string(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
            case (.bool(let left), .bool(let right)): !left && right
            case (.int, _): true
            case (_, .int): false
            case (.string, .bool): true
            case (.bool, .string): false
            }
        }
    }

    /// Sorted by key, each key once.
    package let entries: [(key: Key, value: Value)]
    package let kind: ElementKind
    /// Who wrote the keys, where somebody other than the author did: service meta has untrusted keys too. Where it is not
    /// the same for all keys, the spans of a mixed origin are over the entries (see `origin(ofKeyAt:)`).
    package let keyOrigin: Origin
    private let measured: Extent

    /// How much is in it.
    var extent: Extent { kind == .any ? measured : Extent(flat: entries.count) }

    /// A map of the pairs; the last of two with one key wins.
    package init(
        _ pairs: some Sequence<(Key, Value)>,
        kind: ElementKind = .any,
        keyOrigin: Origin = .trusted
    ) {
        var entries: [(key: Key, value: Value)] = pairs.map { (key: $0.0, value: $0.1) }
        if !Self.isSorted(entries) {
            let order = entries.indices.sorted {
                entries[$0].key < entries[$1].key || (!(entries[$1].key < entries[$0].key) && $0 < $1)
            }
            var sorted: [(key: Key, value: Value)] = []
            for index in order {
                if let last = sorted.last, !(last.key < entries[index].key) { sorted.removeLast() }
                sorted.append(entries[index])
            }
            entries = sorted
        }
        self.init(sorted: entries, kind: kind, keyOrigin: keyOrigin)
    }

    /// A map of entries that already are in order, each key once.
    init(sorted entries: [(key: Key, value: Value)], kind: ElementKind, keyOrigin: Origin) {
        self.entries = entries
        self.kind = kind
        self.keyOrigin = keyOrigin
        measured = kind == .any ? Extent(of: entries.lazy.map(\.value)) : Extent()
    }

    /// Whether the keys rise from entry to entry.
    private static func isSorted(_ entries: [(key: Key, value: Value)]) -> Bool {
        zip(entries, entries.dropFirst()).allSatisfy { $0.key < $1.key }
    }

    /// The value of `key`, found by halving.
    package subscript(key: Key) -> Value? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key < key {
                low = middle + 1
            } else if key < entries[middle].key {
                high = middle
            } else {
                return entries[middle].value
            }
        }
        return nil
    }

    package subscript(name: String) -> Value? {
        // Among few keys it is quicker to look at each than to compare for order.
        guard entries.count <= 8 else { return self[.string(name)] }
        for entry in entries {
            if case .string(let key) = entry.key, bytesEqual(key, name) { return entry.value }
        }
        return nil
    }
}
