extension JSONScanner {
    /// Reads a string of base64 (RFC 4648 with padding, as Go writes `[]byte`) as the bytes that it stands for.
    package mutating func readBase64() throws(JSONFault) -> [UInt8] {
        try expect(.string, "a string of base64")
        let extent = try bytes.span.stringExtent(at: offset)
        let decoded =
            if extent.hasEscapes {
                base64Decoded(Array(text(of: extent).utf8).span)
            } else {
                base64Decoded(bytes.span.extracting(extent.content))
            }
        guard let decoded else { throw JSONFault("the string is not base64", at: offset) }
        finishValue(at: extent.end)
        return decoded
    }
}

/// The bytes that `text` stands for; nil if it is not base64 in full groups of four.
private func base64Decoded(_ text: Span<UInt8>) -> [UInt8]? {
    guard text.count.isMultiple(of: 4) else { return nil }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(text.count / 4 * 3)
    var start = 0
    while start < text.count {
        let isLast = start + 4 == text.count
        var padding = 0
        var group: UInt32 = 0
        for place in start..<start + 4 {
            let byte = text[place]
            if byte == UInt8(ascii: "="), isLast, place - start >= 2 {
                padding += 1
                group <<= 6
                continue
            }
            guard padding == 0, let digit = base64Digit(byte) else { return nil }
            group = group << 6 | UInt32(digit)
        }
        for index in 0..<3 - padding { decoded.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * index))) }
        start += 4
    }
    return decoded
}

private func base64Digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
}
