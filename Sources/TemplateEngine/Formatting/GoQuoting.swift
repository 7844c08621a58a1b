/// Go's quoted strings: `strconv.Quote` and its kin.
package enum GoQuoting {
    /// `string` in double quotes, with Go's escapes.
    package static func quoted(_ string: String, asciiOnly: Bool = false) -> String {
        var buffer = FormatBuffer()
        buffer.append(UInt8(ascii: "\""))
        escape(string, quote: "\"", asciiOnly: asciiOnly, into: &buffer)
        buffer.append(UInt8(ascii: "\""))
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    /// A character in single quotes, with Go's escapes.
    static func quoted(_ scalar: Unicode.Scalar, asciiOnly: Bool) -> String {
        var buffer = FormatBuffer()
        buffer.append(UInt8(ascii: "'"))
        escape(scalar, quote: "'", asciiOnly: asciiOnly, into: &buffer)
        buffer.append(UInt8(ascii: "'"))
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    static func escape(_ string: String, quote: Unicode.Scalar, asciiOnly: Bool, into buffer: inout FormatBuffer) {
        for scalar in string.unicodeScalars { escape(scalar, quote: quote, asciiOnly: asciiOnly, into: &buffer) }
    }

    private static func escape(
        _ scalar: Unicode.Scalar,
        quote: Unicode.Scalar,
        asciiOnly: Bool,
        into buffer: inout FormatBuffer,
    ) {
        switch scalar {
        case quote, "\\":
            buffer.append(UInt8(ascii: "\\"))
            buffer.append(scalar)
        case _ where isPrintable(scalar) && (scalar.isASCII || !asciiOnly): buffer.append(scalar)
        case "\u{07}": buffer.append(#"\a"#)
        case "\u{08}": buffer.append(#"\b"#)
        case "\u{0C}": buffer.append(#"\f"#)
        case "\n": buffer.append(#"\n"#)
        case "\r": buffer.append(#"\r"#)
        case "\t": buffer.append(#"\t"#)
        case "\u{0B}": buffer.append(#"\v"#)
        case _ where scalar.isASCII: escape(scalar.value, letter: "x", digits: 2, into: &buffer)
        case _ where scalar.value < 0x10000: escape(scalar.value, letter: "u", digits: 4, into: &buffer)
        default: escape(scalar.value, letter: "U", digits: 8, into: &buffer)
        }
    }

    private static func escape(
        _ value: UInt32,
        letter: Unicode.Scalar,
        digits: Int,
        into buffer: inout FormatBuffer,
    ) {
        buffer.append(UInt8(ascii: "\\"))
        buffer.append(letter)
        let hexadecimal = String(value, radix: 16)
        buffer.append(repeating: UInt8(ascii: "0"), count: digits - hexadecimal.utf8.count)
        buffer.append(hexadecimal)
    }

    /// Go's `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }

    /// Whether `string` can stand between back quotes as it is: one line without a back quote.
    static func canBackquote(_ string: String) -> Bool {
        string.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "\t": true
            case "`", "\u{7F}", "\u{FEFF}": false
            default: scalar.value >= 0x20
            }
        }
    }
}
