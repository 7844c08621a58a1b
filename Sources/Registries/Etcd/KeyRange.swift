/// A part of etcd's keys that is read and watched as one: a single key, or all that begin with a text.
package struct KeyRange: Hashable, Sendable {
    package var start: String
    package var isPrefix: Bool

    package static func key(_ key: String) -> KeyRange { KeyRange(start: key, isPrefix: false) }
    package static func prefix(_ prefix: String) -> KeyRange { KeyRange(start: prefix, isPrefix: true) }

    /// Whether a key is in it.
    package func contains(_ key: String) -> Bool {
        isPrefix ? key.utf8.starts(with: start.utf8) : key.utf8.elementsEqual(start.utf8)
    }

    /// Whether all of `other` is in it.
    package func covers(_ other: KeyRange) -> Bool {
        isPrefix ? other.start.utf8.starts(with: start.utf8) : self == other
    }

    /// The first key as etcd takes it (`RangeRequest.key`).
    package var firstKey: [UInt8] { start.isEmpty && isPrefix ? [0] : Array(start.utf8) }

    /// The first key behind it (`RangeRequest.range_end`): the prefix plus one; nil for a single key.
    package var end: [UInt8]? {
        guard isPrefix else { return nil }
        var bytes = Array(start.utf8)
        while let last = bytes.popLast() {
            if last < 0xFF { return bytes + [last + 1] }
        }
        // All keys there are.
        return [0]
    }

    /// The fewest of `ranges` in which all of them are, in the order of keys; and for each of all, in which of those it is.
    package static func cover(_ ranges: Set<KeyRange>) -> (fewest: [KeyRange], of: [KeyRange: KeyRange]) {
        var (fewest, homes): ([KeyRange], [KeyRange: KeyRange]) = ([], [:])
        let sorted = ranges.sorted { $0.start == $1.start ? $0.isPrefix && !$1.isPrefix : bytewise($0.start, $1.start) }
        for range in sorted {
            if let last = fewest.last, last.covers(range) {
                homes[range] = last
            } else {
                fewest.append(range)
                homes[range] = range
            }
        }
        return (fewest, homes)
    }
}
