extension ValuePrinter {
    /// Prints a string; false if the verb does not suit it.
    mutating func printText(_ text: Text, _ verb: Unicode.Scalar) -> Bool {
        switch verb {
        case "v" where flags.goSyntax: printQuoted(text)
        case "v", "s": printString(text)
        case "q": printQuoted(text)
        case "x": printHexadecimal(text, digits: "0123456789abcdefx")
        case "X": printHexadecimal(text, digits: "0123456789ABCDEFX")
        default: return false
        }
        return true
    }

    /// `%s`.
    mutating func printString(_ text: Text) {
        guard flags.width != nil || flags.precision != nil else { return buffer.append(text) }
        let text = truncated(text)
        padded(characters: text.string.unicodeScalars.count, zero: flags.zero) { $0.append(text) }
    }

    /// The text's first characters, as many as the precision says.
    private func truncated(_ text: Text) -> Text {
        guard let precision = flags.precision, precision < text.string.utf8.count else { return text }
        let scalars = text.string.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: precision, limitedBy: scalars.endIndex) else {
            return text
        }
        return text.slice(0..<text.string.utf8.distance(from: text.string.startIndex, to: end))
    }

    /// `%q`.
    private mutating func printQuoted(_ text: Text) {
        let text = truncated(text)
        let raw = flags.sharp && GoQuoting.canBackquote(text.string)
        let asciiOnly = flags.plus
        var quoted = FormatBuffer()
        quoted.append(UInt8(ascii: raw ? "`" : "\""))
        if raw {
            quoted.append(text)
        } else {
            for (range, source) in text.segments {
                let start = quoted.bytes.count
                GoQuoting.escape(text.slice(range).string, quote: "\"", asciiOnly: asciiOnly, into: &quoted)
                quoted.attribute(from: start, to: source)
            }
        }
        quoted.append(UInt8(ascii: raw ? "`" : "\""))
        let result = quoted.finish()
        padded(characters: result.string.unicodeScalars.count, zero: flags.zero) { $0.append(result) }
    }

    /// `%x` of a string: its bytes; with a space between them, and `0x` before each or all, as the flags say.
    private mutating func printHexadecimal(_ text: Text, digits: String) {
        let digits = Array(digits.utf8)
        let count = min(text.string.utf8.count, flags.precision ?? .max)
        let (space, sharp) = (flags.space, flags.sharp)
        var width = 2 * count
        if count > 0 {
            if space { width += (count - 1) + (sharp ? 2 * count : 0) } else if sharp { width += 2 }
        }
        padded(characters: width, zero: flags.zero) { buffer in
            var index = 0
            for (range, source) in text.slice(0..<count).segments {
                let start = buffer.bytes.count
                for byte in text.string.utf8.dropFirst(range.lowerBound).prefix(range.count) {
                    if space, index > 0 { buffer.append(UInt8(ascii: " ")) }
                    if sharp, space || index == 0 {
                        buffer.append(UInt8(ascii: "0"))
                        buffer.append(digits[16])
                    }
                    buffer.append(digits[Int(byte >> 4)])
                    buffer.append(digits[Int(byte & 15)])
                    index += 1
                }
                buffer.attribute(from: start, to: source)
            }
        }
    }
}
