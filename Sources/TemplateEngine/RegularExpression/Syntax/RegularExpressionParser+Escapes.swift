extension RegularExpression.Parser {
    /// Reads a backslash and what belongs to it, outside of brackets.
    mutating func escape() throws(RegularExpressionFault) {
        let start = position
        switch peek(1) {
        case UInt8(ascii: "A"): return push(.assertion(.beginText), length: 2)
        case UInt8(ascii: "z"): return push(.assertion(.endText), length: 2)
        case UInt8(ascii: "b"): return push(.assertion(.wordBoundary), length: 2)
        case UInt8(ascii: "B"): return push(.assertion(.noWordBoundary), length: 2)
        case UInt8(ascii: "C"):
            throw fault(.invalidEscape, from: start, to: start + 2, hint: Unsupported.escape(0x43))
        case UInt8(ascii: "Q"):
            position += 2
            while position < bytes.count, !startsWith("\\E") { pushLiteral(takeScalar()) }
            if startsWith("\\E") { position += 2 }
            return
        default: break
        }
        if let set = try classEscape() { return push(.set(set)) }
        pushLiteral(try escapedScalar())
    }

    /// Reads `\d`, `\pL`, `\p{Greek}` and the like, inside of brackets or outside; nil if the text is none of these.
    mutating func classEscape() throws(RegularExpressionFault) -> ScalarSet? {
        guard peek() == UInt8(ascii: "\\"), let letter = peek(1) else { return nil }
        if letter == UInt8(ascii: "p") || letter == UInt8(ascii: "P") { return try unicodeClass() }
        let lowercase = letter | 0x20
        guard let set = ScalarSet.perlClass(lowercase) else { return nil }
        position += 2
        let folded = flags.contains(.foldsCase) ? set.foldingCase() : set
        return letter == lowercase ? folded : folded.inverted()
    }

    /// Reads `\pN`, `\PN`, `\p{Name}` or `\p{^Name}`.
    private mutating func unicodeClass() throws(RegularExpressionFault) -> ScalarSet {
        let start = position
        guard position + 2 < bytes.count else { throw fault(.invalidCharacterRange, from: start, to: bytes.count) }
        var isInverted = bytes[start + 1] == UInt8(ascii: "P")
        position += 2
        var name: Range<Int>
        if takeScalar() == 0x7B {
            guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "}")) else {
                throw fault(.invalidCharacterRange, from: start, to: bytes.count)
            }
            name = position..<end
            position = end + 1
        } else {
            name = start + 2..<position
        }
        if bytes[name].first == UInt8(ascii: "^") {
            isInverted.toggle()
            name = name.lowerBound + 1..<name.upperBound
        }
        guard let set = UnicodeClass.named(text(from: name.lowerBound, to: name.upperBound)) else {
            throw fault(
                .invalidCharacterRange,
                from: start,
                to: position,
                hint: "it is neither a general category (\\pL, \\p{Lu}) nor a script (\\p{Greek}) of Unicode"
            )
        }
        let folded = flags.contains(.foldsCase) ? set.foldingCase() : set
        return isInverted ? folded.inverted() : folded
    }

    /// Reads an escape that stands for one scalar: `\n`, `\.`, `\x{2028}`, `\052`.
    mutating func escapedScalar() throws(RegularExpressionFault) -> UInt32 {
        let start = position
        position += 1
        guard position < bytes.count else {
            throw RegularExpressionFault(.trailingBackslash, "", at: start)
        }
        let scalar = takeScalar()
        switch scalar {
        case 0x31...0x37 where !isOctal(peek()): break
        case 0x30...0x37: return octal(first: scalar - 0x30)
        case 0x78: if let value = hexadecimal() { return value }
        case 0x61: return 0x07
        case 0x66: return 0x0C
        case 0x6E: return 0x0A
        case 0x72: return 0x0D
        case 0x74: return 0x09
        case 0x76: return 0x0B
        case 0..<0x80:
            let neighbour = RegularExpression.Assertion.Neighbour(UInt8(scalar))
            if neighbour != .word || scalar == 0x5F { return scalar }
        default: break
        }
        throw fault(.invalidEscape, from: start, to: position, hint: Unsupported.escape(scalar))
    }

    private func isOctal(_ byte: UInt8?) -> Bool { byte.map { 0x30...0x37 ~= $0 } ?? false }

    /// Up to two more octal digits.
    private mutating func octal(first: UInt32) -> UInt32 {
        var value = first
        for _ in 1..<3 {
            guard let digit = peek(), isOctal(digit) else { break }
            value = value * 8 + UInt32(digit - 0x30)
            position += 1
        }
        return value
    }

    /// What follows `\x`: two digits, or any number of them in braces; nil, just after the culprit, if malformed.
    private mutating func hexadecimal() -> UInt32? {
        guard position < bytes.count else { return nil }
        let first = takeScalar()
        guard first == 0x7B else {
            guard position < bytes.count else { return nil }
            let second = takeScalar()
            guard let high = Self.hexadecimalDigit(first), let low = Self.hexadecimalDigit(second) else { return nil }
            return high * 16 + low
        }
        var value: UInt32 = 0
        var isEmpty = true
        while position < bytes.count {
            let scalar = takeScalar()
            if scalar == 0x7D { return isEmpty ? nil : value }
            guard let digit = Self.hexadecimalDigit(scalar) else { return nil }
            value = value * 16 + digit
            if value > 0x10FFFF { return nil }
            isEmpty = false
        }
        return nil
    }

    private static func hexadecimalDigit(_ scalar: UInt32) -> UInt32? {
        switch scalar {
        case 0x30...0x39: scalar - 0x30
        case 0x41...0x46: scalar - 0x41 + 10
        case 0x61...0x66: scalar - 0x61 + 10
        default: nil
        }
    }
}
