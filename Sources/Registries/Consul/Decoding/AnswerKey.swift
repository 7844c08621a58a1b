internal import Wire

/// The keys of one kind of object in Consul's answers that are read; its others are skipped.
protocol AnswerKey: RawRepresentable<Int> {
    /// The keys as they are written, in the order of the cases.
    static var table: JSONKeyTable { get }
}

extension JSONScanner {
    /// The next key of the object entered last that is one of `Key`, whose value must then be read. Nil leaves the object.
    mutating func nextKey<Key: AnswerKey>(of _: Key.Type) throws(JSONFault) -> Key? {
        while true {
            switch try nextKey(in: Key.table) {
            case .known(let place):
                if let key = Key(rawValue: place) { return key }
                try skipValue()
            case .unknown: try skipValue()
            case .end: return nil
            }
        }
    }

    /// The fault of an object that lacks what it must have.
    func missing(_ key: String, of thing: String) -> JSONFault {
        JSONFault("\(thing) without `\(key)` ends here", at: offset)
    }
}
