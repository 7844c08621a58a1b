/// A text in the state directory: a version line, one line a fact, and a checksum over all before it.
///
/// Fields are separated by one space; inside a field, white space, control characters and `%` are written `%20`.
enum StateText {
    /// Why bytes are no such text.
    enum DecodingFault: Error, Hashable {
        case version(String)
        case checksum
        case line(String)
        case target

        /// For the fault that names the file.
        var why: String {
            switch self {
            case .checksum: "its checksum does not match"
            case .version: "another version of headgate wrote it"
            case .line(let line): "this line is not understood: \(line.prefix(80))"
            case .target: "it is of another target"
            }
        }
    }

    static func encode(_ lines: [String], version: String) -> [UInt8] {
        let body = Array((([version] + lines).joined(separator: "\n") + "\n").utf8)
        return body + Array("sum \(ContentHash(of: body).hexadecimal)\n".utf8)
    }

    /// The lines between the version and the checksum.
    static func decode(_ bytes: [UInt8], version: String) throws(DecodingFault) -> [String] {
        let sumLength = "sum \n".utf8.count + 64
        guard bytes.count > sumLength else { throw .checksum }
        let body = Array(bytes.dropLast(sumLength))
        guard Array("sum \(ContentHash(of: body).hexadecimal)\n".utf8) == Array(bytes.suffix(sumLength)) else {
            throw .checksum
        }
        let lines = String(decoding: body, as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.first == version else { throw .version(lines.first ?? "") }
        return Array(lines.dropFirst())
    }

    /// The line of a fact.
    static func line(_ fields: [String]) -> String { fields.map(escape).joined(separator: " ") }

    /// What `line` was made of.
    static func fields(of line: String) -> [String] {
        line.split(separator: " ", omittingEmptySubsequences: false).compactMap(unescape)
    }

    private static func escape(_ field: String) -> String {
        guard field.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "%") }) else { return field }
        var bytes: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in field.utf8 {
            if byte <= 0x20 || byte == 0x7F || byte == UInt8(ascii: "%") {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unescape(_ field: Substring) -> String? {
        guard field.utf8.contains(UInt8(ascii: "%")) else { return String(field) }
        var bytes: [UInt8] = []
        var rest = field.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2
            else { return nil }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
