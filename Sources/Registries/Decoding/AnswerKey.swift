internal import Wire

/// The keys of one kind of object in an answer that are read; its others are skipped.
protocol AnswerKey: RawRepresentable<Int> {
    /// The keys as they are written, in the order of the cases.
    static var table: JSONKeyTable { get }
}

/// Walks the keys of an object that are read, and skips the others with their values.
struct Keys<Key: AnswerKey> {
    /// The place of the key that probably is next: Go writes keys in one order.
    private var expected = 0
    private let table = Key.table

    /// The next key of the object entered last, whose value must then be read. Nil leaves the object.
    mutating func next(in json: inout JSONScanner) throws(JSONFault) -> Key? {
        while true {
            switch try json.nextKey(in: table, expecting: expected) {
            case .known(let place):
                expected = place + 1
                if let key = Key(rawValue: place) { return key }
                try json.skipValue()
            case .unknown: try json.skipValue()
            case .end: return nil
            }
        }
    }
}

extension JSONScanner {
    /// The fault of an object that lacks what it must have.
    func missing(_ key: String, of thing: String) -> JSONFault {
        JSONFault("\(thing) without `\(key)` ends here", at: offset)
    }
}
