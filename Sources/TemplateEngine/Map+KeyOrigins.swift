extension Map {
    /// A pair of a map whose keys were not all written by the same.
    package struct AttributedPair {
        package var key: Key
        package var origin: Origin
        package var value: Value

        package init(_ key: Key, from origin: Origin = .trusted, _ value: Value) {
            self.key = key
            self.origin = origin
            self.value = value
        }

        /// A pair with a text as its key.
        package init(_ key: Text, _ value: Value) {
            self.init(.string(key.string), from: key.origin, value)
        }
    }

    /// A map of pairs each of whose keys has an origin of its own; the last of two with one key wins.
    package init(attributed pairs: [AttributedPair], kind: ElementKind = .any) {
        let firstSource = pairs.lazy.compactMap { Text("", origin: $0.origin).firstSource }.first
        guard let firstSource, pairs.contains(where: { !$0.origin.isAll(of: firstSource) }) else {
            self.init(
                pairs.lazy.map { ($0.key, $0.value) },
                kind: kind,
                keyOrigin: firstSource.map { .untrusted($0) } ?? .trusted
            )
            return
        }
        var origins: [Key: Origin] = [:]
        for pair in pairs { origins[pair.key] = pair.origin }
        let entries = Map(pairs.lazy.map { ($0.key, $0.value) }).entries
        let spans = entries.indices.compactMap { index in
            origins[entries[index].key]?.firstSpan?.moved(to: index..<index + 1)
        }
        self.init(sorted: entries, kind: kind, keyOrigin: .mixed(SpanList(spans)))
    }

    /// Who wrote the key at `index` of the entries; a key that is untrusted in part is so as a whole.
    package func origin(ofKeyAt index: Int) -> Origin {
        guard case .mixed(let list) = keyOrigin else { return keyOrigin }
        var low = 0
        var high = list.spans.count
        while low < high {
            let middle = (low + high) / 2
            if list.spans[middle].range.upperBound <= index { low = middle + 1 } else { high = middle }
        }
        guard low < list.spans.count, list.spans[low].range.contains(index) else { return .trusted }
        guard case .string(let name) = entries[index].key, !list.spans[low].sharers.isEmpty else {
            return .untrusted(list.spans[low].source)
        }
        return .mixed(SpanList([list.spans[low].moved(to: 0..<name.utf8.count)]))
    }

    /// The key at `index` of the entries, as a value with its origin.
    package func key(at index: Int) -> Value { Value(entries[index].key, origin: origin(ofKeyAt: index)) }

    /// The entries with their keys as values, in order.
    package var members: [(key: Value, value: Value)] {
        entries.indices.map { (key(at: $0), entries[$0].value) }
    }

    /// The entries with the origin of each key, in order.
    package var attributedPairs: [AttributedPair] {
        entries.indices.map { AttributedPair(entries[$0].key, from: origin(ofKeyAt: $0), entries[$0].value) }
    }
}

extension Origin {
    /// Whom the text comes from, and with whom it is shared.
    fileprivate var firstSpan: SpanList.Span? {
        switch self {
        case .trusted: nil
        case .untrusted(let source): SpanList.Span(0..<1, source)
        case .mixed(let list): list.spans.first
        }
    }

    /// Whether `source` alone wrote all bytes.
    fileprivate func isAll(of source: Source) -> Bool {
        if case .untrusted(source) = self { true } else { false }
    }

    /// A text of `length` bytes that several registrations have in common: whichever of them are set aside, the others
    /// still have it.
    static func shared(by sources: [Source], length: Int) -> Origin {
        guard let first = sources.first else { return .trusted }
        if sources.count == 1 || length == 0 { return .untrusted(first) }
        return .mixed(SpanList([SpanList.Span(0..<length, first, sharedWith: Array(sources.dropFirst()))]))
    }
}
