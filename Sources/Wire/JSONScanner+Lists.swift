extension JSONScanner {
    /// Reads a list of what `read` reads. Inlinable, so that it is as quick in other modules.
    @inlinable
    package mutating func readList<Element>(
        _ read: (inout JSONScanner) throws(JSONFault) -> Element
    ) throws(JSONFault) -> [Element] {
        var elements: [Element] = []
        try beginArray()
        while try nextElement() { elements.append(try read(&self)) }
        return elements
    }

    /// Reads a list of strings.
    package mutating func readStrings() throws(JSONFault) -> [String] {
        var strings: [String] = []
        try beginArray()
        while try nextElement() { strings.append(try readString()) }
        return strings
    }

    /// Reads an object of strings; of a key that comes twice the last counts.
    package mutating func readStringMap() throws(JSONFault) -> [String: String] {
        // Gathered first, so that the map is made once and in its size.
        var pairs: [(key: String, value: String)] = []
        pairs.reserveCapacity(8)
        try beginObject()
        while let key = try nextKey() { pairs.append((key, try readString())) }
        var strings = [String: String](minimumCapacity: pairs.count)
        for (key, value) in pairs { strings[key] = value }
        return strings
    }
}
