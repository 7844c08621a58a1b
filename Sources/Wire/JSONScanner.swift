/// Reads one JSON document (RFC 8259, strictly) from bytes, a value at a time and without building a tree.
///
/// A decoder asks for what it expects (`readString`, `readInt`, …), walks objects and arrays with `nextKey` and
/// `nextElement`, and skips the rest. Text is checked wherever it lies, in skipped values too: UTF-8 is valid,
/// surrogates are paired, nesting ends at `maximumDepth`.
///
///     var scanner = JSONScanner(bytes)
///     try scanner.beginObject()
///     while let key = try scanner.nextKey() {
///         switch key {
///         case "Port": port = try scanner.readInt()
///         default: try scanner.skipValue()
///         }
///     }
///     try scanner.finish()
package struct JSONScanner: Sendable {
    /// How deep arrays and objects may nest.
    package static let maximumDepth = 512

    /// What a value is, told by its first byte.
    package enum Kind: Hashable, Sendable {
        case null
        case bool
        case number
        case string
        case array
        case object
    }

    package let bytes: [UInt8]
    /// The byte that is read next.
    package internal(set) var offset: Int
    private var depth = 0
    /// Whether a value of the innermost array or object has been read, so that a comma or its end must follow.
    private var followsValue = false

    /// A scanner of `bytes` from `offset`, which may be in the midst of them.
    package init(_ bytes: [UInt8], from offset: Int = 0) {
        self.bytes = bytes
        self.offset = min(max(offset, 0), bytes.count)
    }

    /// The kind of the next value, without reading it.
    package mutating func peekKind() throws(JSONFault) -> Kind {
        offset = bytes.span.firstNonBlank(from: offset)
        guard offset < bytes.count else { throw JSONFault("the document ends where a value is expected", at: offset) }
        switch bytes[offset] {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw bytes.span.unexpectedByte(at: offset, expected: "a value")
        }
    }

    /// Reads `null` if it is next; false leaves the value for another read.
    package mutating func readNull() throws(JSONFault) -> Bool {
        offset = bytes.span.firstNonBlank(from: offset)
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "n") else {
            _ = try peekKind()
            return false
        }
        let end = try bytes.span.endOfLiteral("null", at: offset)
        finishValue(at: end)
        return true
    }

    package mutating func readBool() throws(JSONFault) -> Bool {
        try expect(.bool, "true or false")
        let value = bytes[offset] == UInt8(ascii: "t")
        let end = try bytes.span.endOfLiteral(value ? "true" : "false", at: offset)
        finishValue(at: end)
        return value
    }

    /// Reads a number that is an integer and fits an `Int`; `1.0` and `1e2` are none.
    package mutating func readInt() throws(JSONFault) -> Int {
        try expect(.number, "an integer")
        let number = try bytes.span.number(at: offset)
        guard let integer = number.integer else {
            throw JSONFault("the number is no integer of 64 bits", at: offset)
        }
        finishValue(at: number.end)
        return integer
    }

    /// Reads any number that a `Double` can come near.
    package mutating func readDouble() throws(JSONFault) -> Double {
        try expect(.number, "a number")
        let number = try bytes.span.number(at: offset)
        let value = try double(of: number)
        finishValue(at: number.end)
        return value
    }

    package mutating func readString() throws(JSONFault) -> String {
        try expect(UInt8(ascii: "\""), "a string")
        let extent = try bytes.span.stringExtent(at: offset)
        let string = text(of: extent)
        finishValue(at: extent.end)
        return string
    }

    /// Reads past the next value, whatever it is, and returns where it lies.
    @discardableResult
    package mutating func skipValue() throws(JSONFault) -> Range<Int> {
        let start = bytes.span.firstNonBlank(from: offset)
        let end = try bytes.span.endOfValue(at: start, depth: depth)
        finishValue(at: end)
        return start..<end
    }

    /// Enters an array; `nextElement` walks it.
    package mutating func beginArray() throws(JSONFault) {
        try expect(UInt8(ascii: "["), "an array")
        try descend()
    }

    /// Whether the array entered last has another element, which must then be read. False leaves the array.
    package mutating func nextElement() throws(JSONFault) -> Bool {
        guard try advance(to: UInt8(ascii: "]"), "an array") else { return false }
        return true
    }

    /// Enters an object; `nextKey` walks it.
    package mutating func beginObject() throws(JSONFault) {
        try expect(UInt8(ascii: "{"), "an object")
        try descend()
    }

    /// The next key of the object entered last, whose value must then be read. Nil leaves the object.
    package mutating func nextKey() throws(JSONFault) -> String? {
        guard let extent = try nextKeyExtent() else { return nil }
        return text(of: extent)
    }

    /// The next key and where it stands with its quotes, for readers that point to keys.
    package mutating func nextPlacedKey() throws(JSONFault) -> (key: String, range: Range<Int>)? {
        guard let extent = try nextKeyExtent() else { return nil }
        return (text(of: extent), extent.content.lowerBound - 1..<extent.end)
    }

    /// The next key as its place in `table`, for decoders that read many objects of one kind.
    ///
    /// The key at `expected` is looked for first: whoever writes many objects of one kind keeps to an order.
    package mutating func nextKey(
        in table: JSONKeyTable,
        expecting expected: Int = 0,
    ) throws(JSONFault) -> JSONKeyTable.Match {
        guard try advance(to: UInt8(ascii: "}"), "an object") else { return .end }
        if let end = table.endOfMember(expected, in: bytes.span, at: offset) {
            offset = end
            return .known(expected)
        }
        let extent = try keyExtent()
        let index = extent.hasEscapes ? table.index(of: text(of: extent)) : table.index(of: bytes.span, extent.content)
        return index.map { .known($0) } ?? .unknown
    }

    /// Makes sure that nothing but white space follows.
    package mutating func finish() throws(JSONFault) {
        offset = bytes.span.firstNonBlank(from: offset)
        guard offset == bytes.count else { throw bytes.span.unexpectedByte(at: offset, expected: "the end") }
    }

    /// Reads a number as the tree keeps it.
    mutating func readNumber() throws(JSONFault) -> JSON {
        let number = try bytes.span.number(at: offset)
        let value: JSON
        if let integer = number.integer {
            value = .integer(integer)
        } else {
            value = .number(try double(of: number))
        }
        finishValue(at: number.end)
        return value
    }

    private mutating func nextKeyExtent() throws(JSONFault) -> StringExtent? {
        guard try advance(to: UInt8(ascii: "}"), "an object") else { return nil }
        return try keyExtent()
    }

    private mutating func keyExtent() throws(JSONFault) -> StringExtent {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
            throw bytes.span.unexpectedByte(at: offset, expected: "a key in quotes")
        }
        let extent = try bytes.span.stringExtent(at: offset)
        let colon = bytes.span.firstNonBlank(from: extent.end)
        guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else {
            throw bytes.span.unexpectedByte(at: colon, expected: "a colon")
        }
        offset = colon + 1
        return extent
    }

    mutating func expect(_ kind: Kind, _ name: String) throws(JSONFault) {
        guard try peekKind() == kind else { throw bytes.span.unexpectedByte(at: offset, expected: name) }
    }

    /// As `expect`, for kinds that one byte begins.
    @inline(__always)
    private mutating func expect(_ byte: UInt8, _ name: String) throws(JSONFault) {
        offset = bytes.span.firstNonBlank(from: offset)
        guard offset < bytes.count, bytes[offset] == byte else {
            _ = try peekKind()
            throw bytes.span.unexpectedByte(at: offset, expected: name)
        }
    }

    private mutating func descend() throws(JSONFault) {
        guard depth < Self.maximumDepth else { throw JSONFault.tooDeep(at: offset) }
        depth += 1
        offset += 1
        followsValue = false
    }

    /// Stands before the next member, or leaves at `end` and returns false.
    private mutating func advance(to end: UInt8, _ container: String) throws(JSONFault) -> Bool {
        offset = bytes.span.firstNonBlank(from: offset)
        guard offset < bytes.count else { throw JSONFault("the document ends within \(container)", at: offset) }
        let byte = bytes[offset]
        if byte == end {
            depth -= 1
            finishValue(at: offset + 1)
            return false
        }
        guard followsValue else { return true }
        guard byte == UInt8(ascii: ",") else {
            throw bytes.span.unexpectedByte(at: offset, expected: "a comma or the end of \(container)")
        }
        offset = bytes.span.firstNonBlank(from: offset + 1)
        followsValue = false
        if offset < bytes.count, bytes[offset] == end { throw JSONFault("a comma is followed by nothing", at: offset) }
        return true
    }

    mutating func finishValue(at end: Int) {
        offset = end
        followsValue = true
    }

    private func double(of number: NumberExtent) throws(JSONFault) -> Double {
        if let integer = number.integer { return Double(integer) }
        guard let value = Double(String(decoding: bytes[offset..<number.end], as: UTF8.self)), value.isFinite else {
            throw JSONFault("the number is out of the range of 64-bit floating point", at: offset)
        }
        return value
    }

    func text(of extent: StringExtent) -> String {
        if extent.hasEscapes { return bytes.span.unescaped(extent.content) }
        // Whoever made the extent found that it is UTF-8.
        let content = bytes.span.extracting(extent.content)
        return unsafe String(copying: UTF8Span(unchecked: content, isKnownASCII: extent.isASCII))
    }
}
