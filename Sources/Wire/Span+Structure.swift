/// Where values of a JSON text end. All of these read forward from `offset` and never past the span.
extension Span<UInt8> {
    /// The first byte from `offset` on that is no white space; `count` if there is none.
    @inline(__always)
    func firstNonBlank(from offset: Int) -> Int {
        var offset = offset
        while offset < count {
            let byte = self[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
            offset += 1
        }
        return offset
    }

    /// The end of the value that begins at `offset`, within `depth` arrays and objects.
    func endOfValue(at offset: Int, depth: Int) throws(JSONFault) -> Int {
        guard offset < count else { throw JSONFault("the document ends where a value is expected", at: offset) }
        switch self[offset] {
        case UInt8(ascii: "\""): return try stringExtent(at: offset).end
        case UInt8(ascii: "{"): return try endOfObject(at: offset, depth: depth)
        case UInt8(ascii: "["): return try endOfArray(at: offset, depth: depth)
        case UInt8(ascii: "t"): return try endOfLiteral("true", at: offset)
        case UInt8(ascii: "f"): return try endOfLiteral("false", at: offset)
        case UInt8(ascii: "n"): return try endOfLiteral("null", at: offset)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(at: offset).end
        default: throw unexpectedByte(at: offset, expected: "a value")
        }
    }

    func endOfLiteral(_ literal: String, at offset: Int) throws(JSONFault) -> Int {
        var end = offset
        for byte in literal.utf8 {
            guard end < count, self[end] == byte else {
                throw JSONFault("a value is expected, `\(literal)` perhaps", at: offset)
            }
            end += 1
        }
        guard end == count || !self[end].isWordByte else {
            throw JSONFault("a value is expected, `\(literal)` perhaps", at: offset)
        }
        return end
    }

    private func endOfArray(at offset: Int, depth: Int) throws(JSONFault) -> Int {
        guard depth < JSONScanner.maximumDepth else { throw JSONFault.tooDeep(at: offset) }
        var offset = firstNonBlank(from: offset + 1)
        if offset < count, self[offset] == UInt8(ascii: "]") { return offset + 1 }
        while true {
            offset = firstNonBlank(from: try endOfValue(at: offset, depth: depth + 1))
            guard offset < count else { throw JSONFault("the document ends within an array", at: offset) }
            if self[offset] == UInt8(ascii: "]") { return offset + 1 }
            guard self[offset] == UInt8(ascii: ",") else {
                throw unexpectedByte(at: offset, expected: "a comma or the end of an array")
            }
            offset = firstNonBlank(from: offset + 1)
            if offset < count, self[offset] == UInt8(ascii: "]") {
                throw JSONFault("a comma is followed by nothing", at: offset)
            }
        }
    }

    private func endOfObject(at offset: Int, depth: Int) throws(JSONFault) -> Int {
        guard depth < JSONScanner.maximumDepth else { throw JSONFault.tooDeep(at: offset) }
        var offset = firstNonBlank(from: offset + 1)
        if offset < count, self[offset] == UInt8(ascii: "}") { return offset + 1 }
        while true {
            guard offset < count else { throw JSONFault("the document ends within an object", at: offset) }
            guard self[offset] == UInt8(ascii: "\"") else {
                throw self[offset] == UInt8(ascii: "}")
                    ? JSONFault("a comma is followed by nothing", at: offset)
                    : unexpectedByte(at: offset, expected: "a key in quotes")
            }
            let colon = firstNonBlank(from: try stringExtent(at: offset).end)
            guard colon < count, self[colon] == UInt8(ascii: ":") else {
                throw unexpectedByte(at: colon, expected: "a colon")
            }
            offset = firstNonBlank(from: try endOfValue(at: firstNonBlank(from: colon + 1), depth: depth + 1))
            guard offset < count else { throw JSONFault("the document ends within an object", at: offset) }
            if self[offset] == UInt8(ascii: "}") { return offset + 1 }
            guard self[offset] == UInt8(ascii: ",") else {
                throw unexpectedByte(at: offset, expected: "a comma or the end of an object")
            }
            offset = firstNonBlank(from: offset + 1)
        }
    }

    /// The fault of a byte that is not what it should be.
    func unexpectedByte(at offset: Int, expected: String) -> JSONFault {
        guard offset < count else { return JSONFault("the document ends where \(expected) is expected", at: offset) }
        let byte = self[offset]
        let found =
            (0x21...0x7E).contains(byte)
            ? "`\(Character(UnicodeScalar(byte)))`" : "byte 0x\(String(byte, radix: 16, uppercase: true))"
        return JSONFault("\(expected) is expected, not \(found)", at: offset)
    }
}

extension JSONFault {
    static func tooDeep(at offset: Int) -> JSONFault {
        JSONFault("arrays and objects nest deeper than \(JSONScanner.maximumDepth)", at: offset)
    }
}

extension UInt8 {
    /// Whether the byte could continue a word: then `nullable` is not taken for `null`.
    fileprivate var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
