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
