/// The keys that a decoder knows, found without making a `String` of each key in the document.
package final class JSONKeyTable: Sendable {
    /// What `JSONScanner.nextKey(in:)` found.
    package enum Match: Hashable, Sendable {
        /// The key at this place of the table.
        case known(Int)
        /// A key that is not in the table.
        case unknown
        /// The object's end.
        case end
    }

    /// A key's length and first eight bytes, which tell most keys apart.
    private struct Mark {
        var count: Int
        var start: UInt64
    }

    private let marks: [Mark]
    private let keys: [[UInt8]]
    /// The keys in quotes with their colons, as they mostly are written, one behind the other.
    private let members: [UInt8]
    /// Where each of the members begins, and the last one ends.
    private let bounds: [Int]

    package init(_ keys: [String]) {
        self.keys = keys.map { Array($0.utf8) }
        members = keys.flatMap { Array("\"\($0)\":".utf8) }
        bounds = keys.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.utf8.count + 3) }
        marks = self.keys.map { Mark(count: $0.count, start: $0.span.word(at: 0, upTo: $0.count)) }
    }

    func index(of key: String) -> Int? {
        keys.firstIndex { $0.elementsEqual(key.utf8) }
    }

    /// Where the value of the key at `index` begins, if that key stands at `offset` as it mostly is written.
    func endOfMember(_ index: Int, in span: Span<UInt8>, at offset: Int) -> Int? {
        guard index < bounds.count - 1 else { return nil }
        let range = bounds[index]..<bounds[index + 1]
        guard range.count <= span.count - offset else { return nil }
        return span.repeats(members, range, at: offset) ? offset + range.count : nil
    }

    func index(of span: Span<UInt8>, _ range: Range<Int>) -> Int? {
        let count = range.count
        let start = span.word(at: range.lowerBound, upTo: range.upperBound)
        for index in marks.indices where marks[index].start == start && marks[index].count == count {
            if span.repeats(keys[index], 0..<count, at: range.lowerBound) { return index }
        }
        return nil
    }
}

extension Span<UInt8> {
    /// Up to eight bytes from `offset` on and before `end`, as one number.
    @inline(__always)
    fileprivate func word(at offset: Int, upTo end: Int) -> UInt64 {
        if offset <= count - 8 {
            // Any eight bytes are a UInt64; the load is within bounds, which it checks itself.
            let word = unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let length = end - offset
            return length >= 8 ? word : word & ((1 << UInt64(length * 8)) - 1)
        }
        var word: UInt64 = 0
        for place in offset..<Swift.min(end, offset + 8) {
            word |= UInt64(self[place]) << UInt64((place - offset) * 8)
        }
        return word
    }
}
