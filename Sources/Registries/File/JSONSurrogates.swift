/// Joins JSON's pairs of `\uD83D\uDE00` escapes into the one escape that YAML has for such characters.
///
/// JSON writes a character beyond U+FFFF as two UTF-16 surrogates (RFC 8259, section 7); libYAML refuses a surrogate.
enum JSONSurrogates {
    /// By how much columns of the joined text lie left of those in the file.
    struct Shifts {
        fileprivate var columnsByLine: [Int: [Int]] = [:]

        /// How many characters to add to a column of the joined text.
        func width(beforeColumn column: Int, inLine line: Int) -> Int {
            (columnsByLine[line]?.count { $0 < column } ?? 0) * (pairLength - joinedLength)
        }
    }

    private static let pairLength = 12
    private static let joinedLength = 10

    /// `text` with every pair joined, and where that moved columns.
    static func join(in text: String) -> (String, Shifts) {
        var shifts = Shifts()
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "\\")) else { return (text, shifts) }
        var joined: [UInt8] = []
        joined.reserveCapacity(bytes.count)
        var line = 1
        var column = 1
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\") {
                if let scalar = pair(in: bytes, at: position) {
                    shifts.columnsByLine[line, default: []].append(column)
                    let digits = String(scalar.value, radix: 16)
                    joined += "\\U\(String(repeating: "0", count: 8 - digits.count))\(digits)".utf8
                    position += pairLength
                    column += joinedLength
                } else {
                    joined += bytes[position..<min(position + 2, bytes.count)]
                    position += 2
                    column += 2
                }
                continue
            }
            joined.append(byte)
            position += 1
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (String(decoding: joined, as: UTF8.self), shifts)
    }

    private static func pair(in bytes: [UInt8], at position: Int) -> Unicode.Scalar? {
        guard let high = unit(in: bytes, at: position), let low = unit(in: bytes, at: position + pairLength / 2),
            (0xD800...0xDBFF).contains(high), (0xDC00...0xDFFF).contains(low)
        else { return nil }
        return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    }

    private static func unit(in bytes: [UInt8], at position: Int) -> UInt32? {
        guard position + 6 <= bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { return nil }
        let digits = bytes[position + 2..<position + 6]
        guard digits.first != UInt8(ascii: "+") else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
