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

    private let keys: [[UInt8]]

    package init(_ keys: [String]) {
        self.keys = keys.map { Array($0.utf8) }
    }

    func index(of key: String) -> Int? {
        keys.firstIndex { $0.elementsEqual(key.utf8) }
    }

    func index(of span: Span<UInt8>, _ range: Range<Int>) -> Int? {
        for index in keys.indices where keys[index].count == range.count {
            if span.spells(keys[index], from: range.lowerBound) { return index }
        }
        return nil
    }
}

extension Span<UInt8> {
    /// Whether the bytes from `offset` on, as many as `word` has, are those of `word`.
    fileprivate func spells(_ word: [UInt8], from offset: Int) -> Bool {
        for place in word.indices {
            if self[offset + place] != word[place] { return false }
        }
        return true
    }
}
