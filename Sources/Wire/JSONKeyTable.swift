/// The keys that a decoder knows, found without making a `String` of each key in the document.
package struct JSONKeyTable: Sendable {
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

    package init(_ keys: [String]) {
        self.keys = keys.map { Array($0.utf8) }
        marks = self.keys.map { Mark(count: $0.count, start: $0.span.word(at: 0, upTo: $0.count)) }
    }

    func index(of key: String) -> Int? {
        keys.firstIndex { $0.elementsEqual(key.utf8) }
    }

    func index(of span: Span<UInt8>, _ range: Range<Int>) -> Int? {
        let count = range.count
        let start = span.word(at: range.lowerBound, upTo: range.upperBound)
        for index in marks.indices where marks[index].start == start && marks[index].count == count {
            if count <= 8 || span.spells(keys[index], from: range.lowerBound) { return index }
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

    /// Whether the bytes from `offset` on, as many as `word` has, are those of `word`.
    fileprivate func spells(_ word: [UInt8], from offset: Int) -> Bool {
        for place in word.indices {
            if self[offset + place] != word[place] { return false }
        }
        return true
    }
}
