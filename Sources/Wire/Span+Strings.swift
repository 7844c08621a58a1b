/// A string in a JSON text.
struct StringExtent {
    /// What is between the quotes.
    var content: Range<Int>
    /// Whether there is a backslash in it.
    var hasEscapes: Bool
    /// Whether all of its bytes are ASCII.
    var isASCII: Bool

    /// Behind the closing quote.
    var end: Int { content.upperBound + 1 }
}

extension Span<UInt8> {
    /// The string whose opening quote is at `offset`, checked: escapes, paired surrogates, UTF-8.
    func stringExtent(at offset: Int) throws(JSONFault) -> StringExtent {
        var hasEscapes = false
        var isASCII = true
        var end = offset + 1
        while true {
            end = endOfPlainText(from: end)
            guard end < count else { throw JSONFault("the document ends within a string", at: end) }
            switch self[end] {
            case UInt8(ascii: "\""):
                return StringExtent(content: offset + 1..<end, hasEscapes: hasEscapes, isASCII: isASCII)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                end = try escapedScalar(at: end).end
            case ..<0x20:
                throw JSONFault("a control character in a string must be escaped", at: end)
            case 0x80...:
                isASCII = false
                end = try endOfMultibyteCharacter(at: end)
            default:
                end += 1
            }
        }
    }

    /// The first byte from `offset` on that ends plain text: a quote, a backslash, a control character, non-ASCII.
    @inline(__always)
    private func endOfPlainText(from offset: Int) -> Int {
        var offset = offset
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        while offset <= count - 8 {
            // Any eight bytes are a UInt64; the load is within bounds, which it checks itself.
            let word = unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            // A borrow can mark bytes above the first that is really meant, never below it.
            let marks =
                (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
                    | ((word &- ones &* 0x20) & ~word) | word) & high
            if marks != 0 { return offset + marks.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < count {
            let byte = self[offset]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 || byte >= 0x80 { break }
            offset += 1
        }
        return offset
    }

    /// The character that an escape stands for; a surrogate is read with its other half.
    private func escapedScalar(at offset: Int) throws(JSONFault) -> (scalar: UnicodeScalar, end: Int) {
        guard offset + 1 < count else { throw JSONFault("the document ends within a string", at: count) }
        switch self[offset + 1] {
        case UInt8(ascii: "\""): return ("\"", offset + 2)
        case UInt8(ascii: "\\"): return ("\\", offset + 2)
        case UInt8(ascii: "/"): return ("/", offset + 2)
        case UInt8(ascii: "b"): return ("\u{8}", offset + 2)
        case UInt8(ascii: "f"): return ("\u{C}", offset + 2)
        case UInt8(ascii: "n"): return ("\n", offset + 2)
        case UInt8(ascii: "r"): return ("\r", offset + 2)
        case UInt8(ascii: "t"): return ("\t", offset + 2)
        case UInt8(ascii: "u"): break
        default: throw JSONFault("no escape begins like this", at: offset)
        }
        let first = try hexadecimal(at: offset + 2)
        if let scalar = UnicodeScalar(first) { return (scalar, offset + 6) }
        let unpaired = JSONFault("half of a surrogate pair stands alone", at: offset)
        guard first < 0xDC00, offset + 7 < count, self[offset + 6] == UInt8(ascii: "\\"),
            self[offset + 7] == UInt8(ascii: "u")
        else { throw unpaired }
        let second = try hexadecimal(at: offset + 8)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = UnicodeScalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw unpaired }
        return (scalar, offset + 12)
    }

    private func hexadecimal(at offset: Int) throws(JSONFault) -> UInt16 {
        var value: UInt16 = 0
        for place in offset..<offset + 4 {
            guard place < count, let digit = Character(UnicodeScalar(self[place])).hexDigitValue else {
                throw unexpectedByte(at: place, expected: "a hexadecimal digit")
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// The end of the UTF-8 sequence at `offset` (Unicode, table 3-7: no overlong forms, no surrogates).
    private func endOfMultibyteCharacter(at offset: Int) throws(JSONFault) -> Int {
        let length: Int
        let second: ClosedRange<UInt8>
        switch self[offset] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw JSONFault("the bytes are not UTF-8", at: offset)
        }
        guard offset + length <= count, second.contains(self[offset + 1]) else {
            throw JSONFault("the bytes are not UTF-8", at: offset)
        }
        for place in offset + 2..<Swift.max(offset + length, offset + 2) where self[place] & 0xC0 != 0x80 {
            throw JSONFault("the bytes are not UTF-8", at: offset)
        }
        return offset + length
    }

    /// The text of a string's content that `stringExtent` found to be right, with its escapes resolved.
    func unescaped(_ content: Range<Int>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(content.count)
        var offset = content.lowerBound
        while offset < content.upperBound {
            guard self[offset] == UInt8(ascii: "\\"), let escape = try? escapedScalar(at: offset) else {
                text.append(self[offset])
                offset += 1
                continue
            }
            text.append(contentsOf: UTF8.encode(escape.scalar) ?? UTF8.encodedReplacementCharacter)
            offset = escape.end
        }
        return String(decoding: text, as: UTF8.self)
    }
}
