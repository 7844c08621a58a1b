internal import Wire

extension JSONScanner {
    /// Reads a list of strings; Go's nil list is `null`.
    mutating func readTexts() throws(JSONFault) -> [String] {
        if try readNull() { return [] }
        var texts: [String] = []
        try beginArray()
        while try nextElement() { texts.append(try readString()) }
        return texts
    }

    /// Reads an object of strings; nil for Go's nil map, `null`.
    mutating func readTextMap() throws(JSONFault) -> [String: String]? {
        if try readNull() { return nil }
        // Gathered first, so that the map is made once and in its size.
        var pairs: [(key: String, value: String)] = []
        pairs.reserveCapacity(8)
        try beginObject()
        while let key = try nextKey() { pairs.append((key, try readString())) }
        var texts = [String: String](minimumCapacity: pairs.count)
        for (key, value) in pairs { texts[key] = value }
        return texts
    }

    /// Reads a list of what `read` reads.
    mutating func readList<Element>(
        _ read: (inout JSONScanner) throws(JSONFault) -> Element
    ) throws(JSONFault) -> [Element] {
        var elements: [Element] = []
        try beginArray()
        while try nextElement() { elements.append(try read(&self)) }
        return elements
    }
}

extension [String] {
    /// Sorted bytewise, each once.
    var sortedAndUnique: [String] {
        var result: [String] = []
        for text in sorted(by: bytewise) where result.last.map({ !$0.utf8.elementsEqual(text.utf8) }) ?? true {
            result.append(text)
        }
        return result
    }
}

/// Go's order of strings.
func bytewise(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
