/// Cuts a file into lines and words (configuration manual 2.2 and 2.3).
///
/// Outside quotes `#` begins a comment and a backslash protects; within `"` variables are replaced and a backslash
/// protects; within `'` nothing is special. A line always ends at its line feed: there are no continuation lines.
struct Tokenizer {
    private(set) var words: [ConfigurationText.Word] = []
    private(set) var lines: [ConfigurationText.Line] = []
    /// The words that read differently from how they are written, one after the other.
    private(set) var decoded: [UInt8] = []
    private let sourceCount: Int

    init(sourceCount: Int) {
        self.sourceCount = sourceCount
        words.reserveCapacity(sourceCount / 8)
        lines.reserveCapacity(sourceCount / 48)
    }

    mutating func run(_ source: Span<UInt8>) {
        var offset = 0
        var number: Int32 = 1
        while offset < source.count {
            offset = readLine(source, from: offset, number)
            while offset < source.count, source[offset] != UInt8(ascii: "\n") { offset += 1 }
            offset += 1
            number += 1
        }
    }

    /// Reads the words of a line, and returns where they end: at a line end, a comment, a zero byte.
    private mutating func readLine(_ source: Span<UInt8>, from start: Int, _ number: Int32) -> Int {
        let firstWord = words.count
        var offset = start
        var first = start
        var end = start
        var isLiteral = true
        while true {
            while offset < source.count, isBlank(source[offset]) { offset += 1 }
            guard offset < source.count, !endsLine(source[offset]) else { break }
            if words.count == firstWord { first = offset }
            let begin = offset
            while offset < source.count, isPlain(source[offset]) { offset += 1 }
            if offset == source.count || isBlank(source[offset]) || endsLine(source[offset]) {
                words.append(.init(start: Int32(begin), end: Int32(offset), isLiteral: true))
            } else {
                let word = decode(source, from: begin)
                offset = word.offset
                isLiteral = isLiteral && word.isLiteral
            }
            end = offset
        }
        guard words.count > firstWord else { return offset }
        lines.append(
            .init(
                number: number,
                firstWord: Int32(firstWord),
                wordCount: Int32(words.count - firstWord),
                start: Int32(first),
                end: Int32(end),
                dependsOnNumber: !isLiteral && names(pseudoVariable: ".LINE", source.extracting(first..<end)),
                isLiteral: isLiteral
            )
        )
        return offset
    }

    /// Reads a word with quotes or backslashes.
    private mutating func decode(_ source: Span<UInt8>, from start: Int) -> (offset: Int, isLiteral: Bool) {
        let mark = decoded.count
        var offset = start
        var quote: UInt8?
        var isLiteral = true
        scan: while offset < source.count {
            let byte = source[offset]
            switch byte {
            case 0, UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                break scan
            case UInt8(ascii: "#") where quote == nil:
                break scan
            case UInt8(ascii: "\"") where quote != UInt8(ascii: "'"),
                UInt8(ascii: "'") where quote != UInt8(ascii: "\""):
                quote = quote == nil ? byte : nil
                offset += 1
                continue
            case UInt8(ascii: "\\") where quote != UInt8(ascii: "'"):
                let escape = escape(source, at: offset, within: quote)
                if let byte = escape.byte { decoded.append(byte) } else { isLiteral = false }
                offset += escape.length
                continue
            case UInt8(ascii: "$") where quote == UInt8(ascii: "\""):
                isLiteral = false
            case _ where quote == nil && isBlank(byte):
                break scan
            default:
                break
            }
            decoded.append(byte)
            offset += 1
        }
        // HAProxy refuses a line whose quote is not closed.
        if quote != nil { isLiteral = false }
        if isLiteral {
            let range = (sourceCount + mark, sourceCount + decoded.count)
            words.append(.init(start: Int32(range.0), end: Int32(range.1), isLiteral: true))
        } else {
            decoded.removeSubrange(mark...)
            words.append(.init(start: Int32(start), end: Int32(offset), isLiteral: false))
        }
        return (offset, isLiteral)
    }

    /// The byte a backslash stands for, and how many bytes of source that takes. No byte for a `\x` that HAProxy
    /// refuses, and for `\$` outside quotes, of which 2.6 keeps the backslash, while its manual says that it does not.
    private func escape(
        _ source: Span<UInt8>,
        at offset: Int,
        within quote: UInt8?,
    ) -> (byte: UInt8?, length: Int) {
        let next = offset + 1 < source.count ? source[offset + 1] : 0
        switch next {
        case UInt8(ascii: " "), UInt8(ascii: "\\"), UInt8(ascii: "#"), UInt8(ascii: "'"), UInt8(ascii: "\""):
            return (next, 2)
        case UInt8(ascii: "$"): return (quote == nil ? nil : next, 2)
        case UInt8(ascii: "n"): return (UInt8(ascii: "\n"), 2)
        case UInt8(ascii: "r"): return (UInt8(ascii: "\r"), 2)
        case UInt8(ascii: "t"): return (UInt8(ascii: "\t"), 2)
        case UInt8(ascii: "x"):
            guard offset + 3 < source.count, let high = source[offset + 2].hexadecimalValue,
                let low = source[offset + 3].hexadecimalValue, high | low != 0
            else { return (nil, 2) }
            return (high << 4 | low, 4)
        default:
            return (UInt8(ascii: "\\"), 1)
        }
    }
}

/// C's isspace, without the line ends.
@inline(__always)
private func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0B || byte == 0x0C
}

@inline(__always)
private func endsLine(_ byte: UInt8) -> Bool {
    byte == 0x0A || byte == 0x0D || byte == 0 || byte == UInt8(ascii: "#")
}

/// Whether a byte outside quotes stands for itself. The dollar is one of them: variables are replaced within `"` only.
@inline(__always)
private func isPlain(_ byte: UInt8) -> Bool {
    if byte > UInt8(ascii: "'") { return byte != UInt8(ascii: "\\") }
    return !isBlank(byte) && !endsLine(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "'")
}

/// Whether `$name` or `${name` is in the text.
private func names(pseudoVariable name: StaticString, _ text: Span<UInt8>) -> Bool {
    let count = name.utf8CodeUnitCount
    return name.withUTF8Buffer { name in
        for start in text.indices where text[start] == UInt8(ascii: "$") {
            let braced = start + 1 < text.count && text[start + 1] == UInt8(ascii: "{")
            let first = start + (braced ? 2 : 1)
            guard first + count <= text.count else { continue }
            if (0..<count).allSatisfy({ unsafe text[first + $0] == name[$0] }) { return true }
        }
        return false
    }
}
