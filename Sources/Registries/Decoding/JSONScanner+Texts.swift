internal import Wire

extension JSONScanner {
    /// Reads a list of strings; Go's nil list is `null`.
    mutating func readTexts() throws(JSONFault) -> [String] { try readNull() ? [] : try readStrings() }

    /// Reads an object of strings; nil for Go's nil map, `null`.
    mutating func readTextMap() throws(JSONFault) -> [String: String]? { try readNull() ? nil : try readStringMap() }
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
