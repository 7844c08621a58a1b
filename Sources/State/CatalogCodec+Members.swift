import Wire

/// The parts that all of an archive's objects are made of.
extension JSONWriter {
    /// Writes a text, if there is one.
    mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    /// Writes a text that is empty where the member is missing.
    mutating func member(_ name: String, unlessEmpty value: String) {
        if !value.isEmpty { member(name, value) }
    }

    mutating func member(_ name: String, _ value: Int64) {
        key(name)
        integer(value)
    }

    mutating func member(_ name: String, _ value: Int64?) {
        if let value { member(name, value) }
    }

    /// Writes a number that is `usual` where the member is missing.
    mutating func member(_ name: String, _ value: Int, unless usual: Int) {
        if value != usual { member(name, Int64(value)) }
    }

    /// Writes the bits of a number that is 0 where the member is missing.
    mutating func member(_ name: String, bitsOf value: UInt64) {
        if value != 0 { member(name, Int64(bitPattern: value)) }
    }

    mutating func member(_ name: String, unlessEmpty values: [String]) {
        if values.isEmpty { return }
        key(name)
        array(values) { writer, value in writer.string(value) }
    }

    mutating func member(_ name: String, unlessEmpty values: [String: String]) {
        if !values.isEmpty { member(name, values) }
    }

    /// Writes a dictionary with its keys sorted, if there is one.
    mutating func member(_ name: String, _ values: [String: String]?) {
        guard let values else { return }
        key(name)
        beginObject()
        for (key, value) in values.sorted(by: { $0.key < $1.key }) { member(key, value) }
        endObject()
    }

    mutating func array<Elements: Sequence>(
        _ elements: Elements,
        _ write: (inout JSONWriter, Elements.Element) -> Void,
    ) {
        beginArray()
        for element in elements { write(&self, element) }
        endArray()
    }
}

extension JSONScanner {
    mutating func readInt64() throws(JSONFault) -> Int64 { Int64(try readInt()) }

    mutating func readBits() throws(JSONFault) -> UInt64 { UInt64(bitPattern: Int64(try readInt())) }

    func required<Value>(_ value: Value?, _ name: String) throws(JSONFault) -> Value {
        guard let value else { throw JSONFault("`\(name)` is missing", at: offset) }
        return value
    }

    func unknown(_ word: String) -> JSONFault { JSONFault("`\(word)` is not known here", at: offset) }
}
