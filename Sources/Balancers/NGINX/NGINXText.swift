/// A file of NGINX's configuration, cut into directives as NGINX cuts it (`ngx_conf_read_token`).
///
/// What is wrong in it is left for NGINX to say, which reads the same bytes: here it ends the directives that are seen.
package struct NGINXText: Sendable {
    /// A word where it is written, with its quotes.
    package typealias Word = Range<Int>

    package struct Directive: Sendable {
        /// The name and what follows it; at least one.
        package var words: [Word]
        /// The index of the directive in whose braces it stands; nil in the main context.
        package var parent: Int?
    }

    /// In the order of the file.
    package private(set) var directives: [Directive] = []
    private let source: [UInt8]

    package init(_ source: [UInt8]) {
        self.source = source
        scan()
    }

    /// The name of a directive.
    package func name(of directive: Directive) -> String { text(of: directive.words[0]) }

    /// What a word says, without its quotes.
    package func text(of word: Word) -> String {
        var bytes = source[word]
        if let quote = bytes.first, Self.isQuote(quote) {
            bytes = bytes.dropFirst()
            if bytes.last == quote { bytes = bytes.dropLast() }
        }
        guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
        var text: [UInt8] = []
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = bytes.popFirst() else {
                text.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): text.append(next)
            case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
            case UInt8(ascii: "r"): text.append(UInt8(ascii: "\r"))
            case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
            default: text += [byte, next]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The file with other texts in place of some words, which are given in its order; every line stays where it is.
    package func replacing(_ words: [(word: Word, text: String)]) -> [UInt8] {
        var result: [UInt8] = []
        var end = 0
        for (word, text) in words {
            result += source[end..<word.lowerBound]
            result.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { result.append(UInt8(ascii: "\\")) }
                result.append(byte)
            }
            result.append(UInt8(ascii: "\""))
            end = word.upperBound
        }
        return result + source[end...]
    }

    private mutating func scan() {
        var offset = 0
        var words: [Word] = []
        var parent: Int?
        while offset < source.count {
            let byte = source[offset]
            switch byte {
            case _ where Self.isSpace(byte): offset += 1
            case UInt8(ascii: "#"): offset = source[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? source.count
            case UInt8(ascii: ";"), UInt8(ascii: "{"):
                offset += 1
                guard !words.isEmpty else { continue }
                directives.append(Directive(words: words, parent: parent))
                if byte == UInt8(ascii: "{") {
                    if text(of: words[0]).hasSuffix("_by_lua_block") {
                        offset = endOfLua(in: source, from: offset)
                    } else {
                        parent = directives.count - 1
                    }
                }
                words = []
            case UInt8(ascii: "}"):
                offset += 1
                words = []
                parent = parent.flatMap { directives[$0].parent }
            default:
                let end = Self.isQuote(byte) ? endOfQuoted(in: source, from: offset) : endOfPlain(from: offset)
                words.append(offset..<end)
                offset = end
            }
        }
    }

    /// Where a word without quotes around it ends; quotes within it are nothing special.
    private func endOfPlain(from start: Int) -> Int {
        var offset = start
        while offset < source.count {
            switch source[offset] {
            case UInt8(ascii: "\\"): offset += 2
            case UInt8(ascii: "$") where offset + 1 < source.count && source[offset + 1] == UInt8(ascii: "{"):
                offset += 2
            case UInt8(ascii: ";"), UInt8(ascii: "{"): return offset
            case let byte where Self.isSpace(byte): return offset
            default: offset += 1
            }
        }
        return source.count
    }

    static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }
}

/// Where the text ends that begins with a quote at `start`; a backslash protects what follows it.
func endOfQuoted(in source: [UInt8], from start: Int) -> Int {
    var offset = start + 1
    while offset < source.count {
        switch source[offset] {
        case source[start]: return offset + 1
        case UInt8(ascii: "\\"): offset += 2
        default: offset += 1
        }
    }
    return source.count
}
