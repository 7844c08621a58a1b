extension RegularExpression.Parser {
    /// Reads a class in brackets: `[a-z]`, `[^\d_]`, `[[:alpha:]]`.
    mutating func bracketedClass() throws(RegularExpressionFault) -> ScalarSet {
        let start = position
        position += 1
        let isInverted = peek() == UInt8(ascii: "^")
        if isInverted { position += 1 }

        var set = ScalarSet()
        var literals = ScalarSet()
        var isFirst = true
        // A bracket that closes stands for itself where it comes first.
        while isFirst || peek() != UInt8(ascii: "]") {
            isFirst = false
            if startsWith("[:"), let named = try posixClass() {
                set.formUnion(named)
            } else if let escaped = try classEscape() {
                set.formUnion(escaped)
            } else {
                literals.insert(try classRange(openedAt: start))
            }
        }
        position += 1

        set.formUnion(flags.contains(.foldsCase) ? literals.foldingCase() : literals)
        return isInverted ? set.inverted() : set
    }

    /// Reads `a` or `a-z`.
    private mutating func classRange(openedAt start: Int) throws(RegularExpressionFault) -> ClosedRange<UInt32> {
        let rangeStart = position
        let low = try classScalar(openedAt: start)
        // In `[a-]` the dash stands for itself.
        guard peek() == UInt8(ascii: "-"), let next = peek(1), next != UInt8(ascii: "]") else { return low...low }
        position += 1
        let high = try classScalar(openedAt: start)
        guard low <= high else { throw fault(.invalidCharacterRange, from: rangeStart, to: position) }
        return low...high
    }

    private mutating func classScalar(openedAt start: Int) throws(RegularExpressionFault) -> UInt32 {
        guard position < bytes.count else { throw fault(.missingBracket, from: start, to: bytes.count) }
        return bytes[position] == UInt8(ascii: "\\") ? try escapedScalar() : takeScalar()
    }

    /// Reads `[:alpha:]` or `[:^alpha:]`; nil if the brackets are not closed that way.
    private mutating func posixClass() throws(RegularExpressionFault) -> ScalarSet? {
        let start = position
        guard let end = firstOffset(ofColonBracketFrom: start + 2) else { return nil }
        var name = text(from: start + 2, to: end)
        let isInverted = name.hasPrefix("^")
        if isInverted { name.removeFirst() }
        guard let set = ScalarSet.posixClass(name) else {
            throw fault(
                .invalidCharacterRange,
                from: start,
                to: end + 2,
                hint: "the classes are alnum, alpha, ascii, blank, cntrl, digit, graph, lower, print, punct, space, "
                    + "upper, word and xdigit"
            )
        }
        position = end + 2
        let folded = flags.contains(.foldsCase) ? set.foldingCase() : set
        return isInverted ? folded.inverted() : folded
    }

    private func firstOffset(ofColonBracketFrom start: Int) -> Int? {
        var offset = start
        while offset + 1 < bytes.count {
            if bytes[offset] == UInt8(ascii: ":"), bytes[offset + 1] == UInt8(ascii: "]") { return offset }
            offset += 1
        }
        return nil
    }
}
