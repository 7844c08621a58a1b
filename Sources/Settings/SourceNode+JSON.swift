import Diagnostics

extension SourceNode {
    /// Reads a JSON text (RFC 8259). Numbers without a point and an exponent that fit are integers.
    static func json(_ file: SourceFile) throws(Diagnostic) -> SourceNode {
        var parser = JSONParser(file: file)
        let node = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.offset == file.bytes.count else {
            throw parser.fault("there is more after the end of the value", hint: "a file holds one value")
        }
        return node
    }
}

/// A recursive descent through a JSON text.
private struct JSONParser {
    let file: SourceFile
    var offset = 0

    init(file: SourceFile) { self.file = file }

    private var next: UInt8? { offset < file.bytes.count ? file.bytes[offset] : nil }

    func fault(_ message: String, hint: String? = nil) -> Diagnostic {
        file.fault(message, offset..<offset + 1, hint: hint)
    }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D { offset += 1 }
    }

    mutating func value(depth: Int) throws(Diagnostic) -> SourceNode {
        skipSpace()
        let start = offset
        guard depth < nestingLimit else {
            throw fault("lists and maps lie more than \(nestingLimit) deep in each other")
        }
        guard let byte = next else { throw fault("the file ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return node(.map(try entries(depth: depth)), start..<start + 1)
        case UInt8(ascii: "["): return node(.list(try elements(depth: depth)), start..<start + 1)
        case UInt8(ascii: "\""):
            let text = try string()
            return node(.scalar(.init(value: .string(text), text: text)), start..<offset)
        default: return try word()
        }
    }

    private func node(_ content: SourceNode.Content, _ range: Range<Int>) -> SourceNode {
        SourceNode(content: content, file: file, range: range)
    }

    private mutating func entries(depth: Int) throws(Diagnostic) -> [SourceNode.Entry] {
        var entries: [SourceNode.Entry] = []
        var places: [String: SourcePosition] = [:]
        try list(until: "}", "a key") { (parser) throws(Diagnostic) in
            guard parser.next == UInt8(ascii: "\"") else { throw parser.fault("a key has to be a string in quotes") }
            let start = parser.offset
            let name = try parser.string()
            let key = parser.node(.scalar(.init(value: .string(name), text: name)), start..<parser.offset)
            if let first = places.updateValue(key.position, forKey: name) {
                throw key.fault("the key `\(name)` is said twice", notes: [.init("it is said here first", at: first)])
            }
            parser.skipSpace()
            guard parser.next == UInt8(ascii: ":") else { throw parser.fault("a `:` is missing after the key") }
            parser.offset += 1
            entries.append(.init(key: key, name: name, value: try parser.value(depth: depth + 1)))
        }
        return entries
    }

    private mutating func elements(depth: Int) throws(Diagnostic) -> [SourceNode] {
        var elements: [SourceNode] = []
        try list(until: "]", "a value") { (parser) throws(Diagnostic) in
            elements.append(try parser.value(depth: depth + 1))
        }
        return elements
    }

    /// Reads what stands between the bracket here and its fellow, with commas between.
    private mutating func list(
        until close: Unicode.Scalar,
        _ element: String,
        _ body: (inout Self) throws(Diagnostic) -> Void,
    ) throws(Diagnostic) {
        let opened = offset
        offset += 1
        skipSpace()
        if next == UInt8(ascii: close) {
            offset += 1
            return
        }
        while true {
            skipSpace()
            if next == UInt8(ascii: close) {
                throw fault("there is a comma before the `\(close)`", hint: "take it out")
            }
            try body(&self)
            skipSpace()
            switch next {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: close):
                offset += 1
                return
            case nil:
                throw file.fault("this is not closed", opened..<opened + 1, hint: "a `\(close)` is missing")
            default: throw fault("a `,` or `\(close)` is missing before \(element)")
            }
        }
    }

    private mutating func word() throws(Diagnostic) -> SourceNode {
        let start = offset
        while let byte = next, byte > 0x20, !",:[]{}\"".utf8.contains(byte) { offset += 1 }
        let text = String(decoding: file.bytes[start..<offset], as: UTF8.self)
        let value: ConfigurationValue
        switch text {
        case "null": value = .null
        case "true": value = .bool(true)
        case "false": value = .bool(false)
        default:
            guard let number = ConfigurationValue(jsonNumber: text) else {
                let end = max(offset, start + 1)
                offset = start
                throw file.fault(
                    text.isEmpty ? "a value is missing here" : "`\(text)` is not a JSON value",
                    start..<end,
                    hint: text.isEmpty ? nil : "put text in quotes"
                )
            }
            value = number
        }
        return node(.scalar(.init(value: value, text: text)), start..<offset)
    }

    private mutating func string() throws(Diagnostic) -> String {
        let opened = offset
        offset += 1
        var content: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"): content += Array(String(try escape()).utf8)
            case ..<0x20 where byte == 0x0A || byte == 0x0D:
                throw file.fault(
                    "the string is not closed on its line",
                    opened..<offset,
                    hint: "write \\n for a line end"
                )
            case ..<0x20: throw fault("a control character has to be written as an escape, such as \\t")
            default:
                content.append(byte)
                offset += 1
            }
        }
        throw file.fault("the string is not closed", opened..<opened + 1, hint: "a `\"` is missing")
    }

    private mutating func escape() throws(Diagnostic) -> Unicode.Scalar {
        let start = offset
        offset += 2
        guard start + 1 < file.bytes.count else { throw fault("the string is not closed") }
        switch file.bytes[start + 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try codeUnit(from: start)
            if let scalar = Unicode.Scalar(unit) { return scalar }
            if (0xD800..<0xDC00).contains(unit), file.bytes[offset...].starts(with: "\\u".utf8) {
                offset += 2
                let low = try codeUnit(from: offset - 2)
                if (0xDC00..<0xE000).contains(low),
                    let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
                {
                    return scalar
                }
            }
            throw file.fault("this is half of a surrogate pair", start..<start + 6)
        default:
            throw file.fault("there is no such escape in JSON", start..<start + 2, hint: "write \\\\ for a backslash")
        }
    }

    /// The four hexadecimal digits here, of the escape that began at `start`.
    private mutating func codeUnit(from start: Int) throws(Diagnostic) -> UInt32 {
        let digits = file.bytes[offset...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }),
            let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else {
            throw file.fault("\\u has to be followed by four hexadecimal digits", start..<start + 2)
        }
        offset += 4
        return unit
    }
}

extension ConfigurationValue {
    /// The number that `text` is in JSON; nil if it is none.
    init?(jsonNumber text: String) {
        var rest = text.utf8[...]
        func digits() -> Int {
            let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let leadingZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !leadingZero || whole == 1 else { return nil }
        if rest.isEmpty, let integer = Int(text) {
            self = .int(integer)
            return
        }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return nil }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits() > 0 else { return nil }
        }
        guard rest.isEmpty, let number = Double(text) else { return nil }
        self = .float(number)
    }
}
