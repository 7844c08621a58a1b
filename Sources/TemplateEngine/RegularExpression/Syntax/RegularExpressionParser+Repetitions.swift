extension RegularExpression.Parser {
    /// Reads `*`, `+`, `?` or a count in braces, with a `?` for the lazy one, and repeats what stands before it.
    ///
    /// - Parameter lastRepetition: where the repetition began that stands directly before this one.
    /// - Returns: false if it was a brace that stands for itself.
    mutating func repetition(after lastRepetition: Int?) throws(RegularExpressionFault) -> Bool {
        let start = position
        let minimum: Int
        let maximum: Int?
        let isCounted = bytes[start] == UInt8(ascii: "{")
        switch bytes[start] {
        case UInt8(ascii: "*"): (minimum, maximum) = (0, nil)
        case UInt8(ascii: "+"): (minimum, maximum) = (1, nil)
        case UInt8(ascii: "?"): (minimum, maximum) = (0, 1)
        default:
            guard let counts = counts() else {
                pushLiteral(takeScalar())
                return false
            }
            (minimum, maximum) = (counts.minimum, counts.maximum)
            position = counts.end
            if minimum > Self.maximumRepeat || maximum.map({ $0 > Self.maximumRepeat || $0 < minimum }) ?? false {
                throw fault(.invalidRepeatCount, from: start, to: position)
            }
        }
        if !isCounted { position += 1 }

        var greedy = !flags.contains(.swapsGreed)
        if peek() == UInt8(ascii: "?") {
            position += 1
            greedy.toggle()
        }
        if let lastRepetition {
            let hint = bytes[start] == UInt8(ascii: "+") ? Unsupported.possessive : nil
            throw fault(.invalidNestedRepetition, from: lastRepetition, to: position, at: start, hint: hint)
        }
        guard let repeated = current.items.popLast() else {
            throw fault(.missingRepetitionArgument, from: start, to: position)
        }
        let node = RegularExpression.SyntaxNode.repetition(
            repeated,
            minimum: minimum,
            maximum: maximum,
            greedy: greedy,
            counted: isCounted
        )
        if isCounted, minimum >= 2 || (maximum ?? 0) >= 2, node.repeats > Self.maximumRepeat {
            throw fault(.invalidRepeatCount, from: start, to: position)
        }
        push(try checked(node, at: start))
        return true
    }

    /// The counts of `{n}`, `{n,}` or `{n,m}` and where they end; nil if the brace is none of these.
    private func counts() -> (minimum: Int, maximum: Int?, end: Int)? {
        var offset = position + 1
        guard let minimum = count(at: &offset) else { return nil }
        var maximum: Int? = minimum
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ",") {
            offset += 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "}") {
                maximum = nil
            } else {
                guard let number = count(at: &offset) else { return nil }
                maximum = number
            }
        }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "}") else { return nil }
        return (minimum, maximum, offset + 1)
    }

    /// A number without leading zeros; one beyond all bounds is given as above them.
    private func count(at offset: inout Int) -> Int? {
        let digits = bytes[offset...].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        offset = digits.endIndex
        return digits.reduce(0) { min($0 * 10 + Int($1 - UInt8(ascii: "0")), 1_000_000) }
    }
}
