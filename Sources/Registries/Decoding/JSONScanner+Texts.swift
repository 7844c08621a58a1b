internal import Wire

extension JSONScanner {
    /// Reads a list of strings; Go's nil list is `null`.
    mutating func readTexts() throws(JSONFault) -> [String] { try readNull() ? [] : try readStrings() }

    /// Reads an object of strings; nil for Go's nil map, `null`.
    mutating func readTextMap() throws(JSONFault) -> [String: String]? { try readNull() ? nil : try readStringMap() }
}
