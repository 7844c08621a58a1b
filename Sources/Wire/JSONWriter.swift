/// Writes JSON as Go's `encoding/json` does, byte for byte; the order of keys is the caller's.
///
/// Calls mirror the document: `beginObject`, then `key` and a value in turn, `endObject`.
package struct JSONWriter {
    /// How a document is laid out.
    package struct Style: Hashable, Sendable {
        /// Written once for each level of nesting, each member on a line of its own; nil writes no white space at all.
        package var indent: String?
        /// Whether `&`, `<` and `>` become `\u0026` and so on. U+2028 and U+2029 always are escaped.
        package var escapeHTML: Bool

        package init(indent: String? = nil, escapeHTML: Bool = true) {
            self.indent = indent
            self.escapeHTML = escapeHTML
        }

        /// As `json.Marshal` writes.
        package static let compact = Style()
        /// As `json.MarshalIndent` writes with two blanks.
        package static let pretty = Style(indent: "  ")
    }

    /// What has been written.
    package private(set) var bytes: [UInt8] = []
    private let style: Style
    private var depth = 0
    /// Whether the innermost container has a member.
    private var hasMembers = false
    /// Whether a key was written and its value comes next, on the same line.
    private var followsKey = false

    /// - Parameter capacity: How many bytes are expected, so that a large document is not moved as it grows.
    package init(_ style: Style = .compact, capacity: Int = 0) {
        self.style = style
        bytes.reserveCapacity(capacity)
    }

    package mutating func null() { literal("null") }

    package mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

    package mutating func integer(_ value: some BinaryInteger) { literal(String(value)) }

    /// Writes a number as Go does; one that is not finite, which JSON has no form for, becomes `null`.
    package mutating func number(_ value: Double) { literal(value.isFinite ? Self.text(of: value) : "null") }

    /// Writes a text and returns where its content is, without the quotes.
    @discardableResult
    package mutating func string(_ value: String) -> Range<Int> {
        separate()
        return quote(value)
    }

    package mutating func beginArray() { open(UInt8(ascii: "[")) }

    package mutating func endArray() { close(UInt8(ascii: "]")) }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }

    package mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Writes a member's key, whose value must follow, and returns where its content is, without the quotes.
    @discardableResult
    package mutating func key(_ key: String) -> Range<Int> {
        separate()
        let content = quote(key)
        bytes.append(UInt8(ascii: ":"))
        if style.indent != nil { bytes.append(UInt8(ascii: " ")) }
        followsKey = true
        return content
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        depth += 1
        hasMembers = false
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        if hasMembers { breakLine() }
        bytes.append(bracket)
        hasMembers = true
    }

    private mutating func separate() {
        if followsKey {
            followsKey = false
            return
        }
        guard depth > 0 else { return }
        if hasMembers { bytes.append(UInt8(ascii: ",")) }
        breakLine()
        hasMembers = true
    }

    private mutating func breakLine() {
        guard let indent = style.indent else { return }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth { bytes.append(contentsOf: indent.utf8) }
    }

    private mutating func quote(_ text: String) -> Range<Int> {
        bytes.append(UInt8(ascii: "\""))
        let start = bytes.count
        var text = text
        // Appended as a buffer, since the UTF-8 view is a fifth slower; nothing is read past it.
        let isWritten = text.withUTF8 { utf8 in
            guard unsafe isPlain(utf8.span) else { return false }
            unsafe bytes.append(contentsOf: utf8)
            return true
        }
        if !isWritten {
            for scalar in text.unicodeScalars { append(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
        return start..<bytes.count - 1
    }

    /// Whether nothing in the text can need an escape; 0xE2 begins U+2028.
    private func isPlain(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            switch text[index] {
            case ..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0xE2: return false
            case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"): if style.escapeHTML { return false }
            default: break
            }
        }
        return true
    }

    private mutating func append(_ scalar: UnicodeScalar) {
        switch scalar {
        case "\"": bytes.append(contentsOf: "\\\"".utf8)
        case "\\": bytes.append(contentsOf: "\\\\".utf8)
        case "\u{8}": bytes.append(contentsOf: "\\b".utf8)
        case "\u{C}": bytes.append(contentsOf: "\\f".utf8)
        case "\n": bytes.append(contentsOf: "\\n".utf8)
        case "\r": bytes.append(contentsOf: "\\r".utf8)
        case "\t": bytes.append(contentsOf: "\\t".utf8)
        case "\u{2028}", "\u{2029}", ..<" ": escape(scalar)
        case "&" where style.escapeHTML, "<" where style.escapeHTML, ">" where style.escapeHTML: escape(scalar)
        default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }

    private mutating func escape(_ scalar: UnicodeScalar) {
        let digits = String(scalar.value, radix: 16)
        bytes.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
    }
}

extension JSON {
    /// The value as a document, without a line end behind it.
    package func encoded(_ style: JSONWriter.Style = .compact) -> [UInt8] {
        var writer = JSONWriter(style)
        write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .integer(let value): writer.integer(value)
        case .number(let value): writer.number(value)
        case .string(let value): writer.string(value)
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for (key, value) in members {
                writer.key(key)
                value.write(to: &writer)
            }
            writer.endObject()
        }
    }
}
