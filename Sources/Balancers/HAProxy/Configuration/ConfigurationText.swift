/// A configuration file cut into lines and words, as HAProxy does it (configuration manual 2.1 to 2.3).
package struct ConfigurationText: Hashable, Sendable {
    /// A word, without its quotes and escapes.
    struct Word: Hashable, Sendable {
        /// Where its bytes are in `bytes`.
        var start: Int32
        var end: Int32
        /// Not so if what HAProxy sees depends on its environment, or cannot be told: its bytes are the source then.
        var isLiteral: Bool
    }

    /// A line that has words.
    struct Line: Hashable, Sendable {
        /// From 1.
        var number: Int32
        var firstWord: Int32
        var wordCount: Int32
        /// Where it is in the file, from its first word to the end of its last.
        var start: Int32
        var end: Int32
        /// Whether the line's number is part of its meaning (`"${.LINE}"`).
        var dependsOnNumber: Bool
        /// Whether it has a word that is not literal.
        var isLiteral: Bool
    }

    package let path: String
    /// The file, followed by the words that read differently from how they are written.
    let bytes: [UInt8]
    let words: [Word]
    let lines: [Line]

    /// A file beyond the 32 bits that places have; it has no lines then.
    let isTooLarge: Bool

    package init(_ file: ConfigurationFile) {
        path = file.path
        // The words that read differently come behind.
        isTooLarge = file.bytes.count > Int(Int32.max) / 2
        var tokenizer = Tokenizer(sourceCount: file.bytes.count)
        if !isTooLarge { tokenizer.run(file.bytes.span) }
        bytes = tokenizer.decoded.isEmpty ? file.bytes : file.bytes + tokenizer.decoded
        words = tokenizer.words
        lines = tokenizer.lines
    }
}

extension ConfigurationText {
    /// The words of every line that has any; nil stands for a word that is not literal.
    package var table: [(line: Int, words: [String?])] {
        lines.indices.map { index in
            (
                Int(lines[index].number),
                (0..<Int(lines[index].wordCount)).map { isLiteral($0, of: index) ? string($0, of: index) : nil }
            )
        }
    }

    func place(of line: Int) -> ConfigurationPlace {
        ConfigurationPlace(path: path, line: Int(lines[line].number))
    }

    func isLiteral(_ word: Int, of line: Int) -> Bool { words[Int(lines[line].firstWord) + word].isLiteral }

    /// A word as text; the empty string where the line has no such word.
    func string(_ word: Int, of line: Int) -> String {
        guard word < Int(lines[line].wordCount) else { return "" }
        return String(decoding: bytes[range(word, of: line)], as: UTF8.self)
    }

    /// All words of a line from `first` on.
    func strings(of line: Int, from first: Int = 0) -> [String] {
        (first..<max(first, Int(lines[line].wordCount))).map { string($0, of: line) }
    }

    /// Whether the first word is `keyword`, in letters as they are: HAProxy's keywords are lower case.
    func begins(_ line: Int, with keyword: StaticString) -> Bool { isWord(0, of: line, keyword) }

    /// Whether a word is literally `text`.
    func isWord(_ word: Int, of line: Int, _ text: StaticString) -> Bool {
        let word = words[Int(lines[line].firstWord) + word]
        return Int(word.end - word.start) == text.utf8CodeUnitCount && word.isLiteral
            && holds(text, at: Int(word.start))
    }

    /// Whether `text` is somewhere in a word.
    func contains(_ text: StaticString, _ word: Int, of line: Int) -> Bool {
        let word = words[Int(lines[line].firstWord) + word]
        let last = Int(word.end) - text.utf8CodeUnitCount
        return last >= Int(word.start) && (Int(word.start)...last).contains { holds(text, at: $0) }
    }

    private func holds(_ text: StaticString, at start: Int) -> Bool {
        // The pointer is used within the call alone, and `index` is within the string.
        text.withUTF8Buffer { expected in
            for index in 0..<expected.count where unsafe bytes[start + index] != expected[index] { return false }
            return true
        }
    }

    /// Whether two lines mean the same to HAProxy: comments, white space and the kind of quotes do not count.
    func hasSameWords(_ line: Int, as other: ConfigurationText, _ otherLine: Int) -> Bool {
        let (mine, theirs) = (lines[line], other.lines[otherLine])
        guard mine.wordCount == theirs.wordCount, mine.dependsOnNumber == theirs.dependsOnNumber,
            !mine.dependsOnNumber || mine.number == theirs.number
        else { return false }
        if mine.end - mine.start == theirs.end - theirs.start,
            bytes[Int(mine.start)..<Int(mine.end)].elementsEqual(other.bytes[Int(theirs.start)..<Int(theirs.end)])
        {
            return true
        }
        return (0..<Int(mine.wordCount)).allSatisfy {
            isLiteral($0, of: line) == other.isLiteral($0, of: otherLine)
                && bytes[range($0, of: line)].elementsEqual(other.bytes[other.range($0, of: otherLine)])
        }
    }

    private func range(_ word: Int, of line: Int) -> Range<Int> {
        let word = words[Int(lines[line].firstWord) + word]
        return Int(word.start)..<Int(word.end)
    }
}
