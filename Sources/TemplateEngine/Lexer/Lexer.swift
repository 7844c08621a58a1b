import Diagnostics

/// Cuts a template's text into literal text and actions, and actions into tokens.
///
/// The rules are those of Go's `text/template/parse`: comments touch their delimiters, `{{- ` and ` -}}` trim white
/// space (space, tab, CR, LF), `{{-3}}` is a number.
struct Lexer {
    /// A stretch of the template.
    enum Piece {
        /// Literal text, trimmed; never empty.
        case text(Range<Int>)
        /// The tokens between two delimiters, `end` the last of them, and the place of the whole action.
        case action([Token], Range<Int>)
        case end
    }

    let bytes: [UInt8]
    let left: [UInt8]
    let right: [UInt8]
    var offset = 0
    /// Faults found since the last piece.
    var faults: [SyntaxFault] = []
    /// Whether the last delimiter asks to trim the text after it.
    private var trimsNext = false

    init(bytes: [UInt8], left: String, right: String) {
        self.bytes = bytes
        self.left = left.isEmpty ? Array("{{".utf8) : Array(left.utf8)
        self.right = right.isEmpty ? Array("}}".utf8) : Array(right.utf8)
    }

    /// The next stretch; comments are passed over.
    mutating func next() -> Piece {
        while offset < bytes.count {
            if let text = literalText() { return .text(text) }
            guard offset < bytes.count else { break }
            if let action = action() { return action }
        }
        return .end
    }

    /// The text up to the next left delimiter, trimmed on either side as the delimiters ask; nil if nothing is left.
    private mutating func literalText() -> Range<Int>? {
        var start = offset
        let end = find(left, from: offset) ?? bytes.count
        offset = end
        if trimsNext {
            trimsNext = false
            while start < end, isSpace(bytes[start]) { start += 1 }
        }
        var stop = end
        if end < bytes.count, startsWithTrim(at: end + left.count) {
            while stop > start, isSpace(bytes[stop - 1]) { stop -= 1 }
        }
        return start < stop ? start..<stop : nil
    }

    /// The action at the left delimiter that comes next; nil for a comment.
    private mutating func action() -> Piece? {
        let start = offset
        offset += left.count
        if startsWithTrim(at: offset) { offset += 2 }
        if matches(Self.commentStart, at: offset) {
            comment(from: start, body: offset)
            return nil
        }
        var tokens: [Token] = []
        var parentheses: [Int] = []
        while true {
            let isSpaced = skipSpace()
            let tokenStart = offset
            if let length = rightDelimiterLength() {
                if let open = parentheses.last {
                    fault("unclosed left parenthesis", open..<open + 1, hint: "add a ')'")
                    tokens.append(Token(kind: .damaged, range: tokenStart..<tokenStart, isSpaced: isSpaced))
                }
                trimsNext = length > right.count
                offset += length
                tokens.append(Token(kind: .end, range: tokenStart..<offset, isSpaced: isSpaced))
                return .action(tokens, start..<offset)
            }
            let kind: Token.Kind
            if offset >= bytes.count {
                fault(
                    "unclosed action",
                    start..<min(start + left.count, bytes.count),
                    hint: "end it with \(text(right))"
                )
                kind = .damaged
            } else if isLeftUnmistakable, matches(left, at: offset) {
                fault(
                    "unclosed action: another \(text(left)) begins before its \(text(right))",
                    start..<start + left.count,
                    hint: "end it with \(text(right))",
                )
                tokens.append(Token(kind: .damaged, range: tokenStart..<tokenStart, isSpaced: isSpaced))
                tokens.append(Token(kind: .end, range: tokenStart..<tokenStart, isSpaced: true))
                return .action(tokens, start..<tokenStart)
            } else {
                kind = token()
            }
            tokens.append(Token(kind: kind, range: tokenStart..<offset, isSpaced: isSpaced))
            switch kind {
            case .leftParenthesis: parentheses.append(tokenStart)
            case .rightParenthesis:
                if parentheses.popLast() == nil {
                    fault("unexpected right parenthesis", tokenStart..<offset, hint: "no '(' is open here")
                    return damagedEnd(tokens, from: start, at: tokenStart, resumingAt: offset)
                }
            case .damaged:
                return damagedEnd(tokens, from: start, at: tokenStart, resumingAt: resumption(after: tokenStart))
            default: break
            }
        }
    }

    /// Ends an action that could not be read on: the text goes on after the next right delimiter.
    private mutating func damagedEnd(
        _ tokens: [Token],
        from start: Int,
        at fault: Int,
        resumingAt resume: Int,
    ) -> Piece {
        var tokens = tokens
        if tokens.last?.kind != .damaged {
            tokens[tokens.count - 1].kind = .damaged
        }
        if let close = find(right, from: resume) {
            trimsNext = close > start && bytes[close - 1] == UInt8(ascii: "-")
            offset = close + right.count
        } else {
            offset = bytes.count
        }
        tokens.append(Token(kind: .end, range: fault..<offset, isSpaced: true))
        return .action(tokens, start..<offset)
    }

    /// Where to look for the right delimiter after a damaged token: after it, but inside an unterminated string.
    private func resumption(after start: Int) -> Int { start < bytes.count ? start + 1 : start }

    /// Whether no token can begin as the left delimiter does, so that one inside an action is a forgotten end.
    private var isLeftUnmistakable: Bool { left.first.map { Array("{[<%@#&*!?~^;/\\".utf8).contains($0) } ?? false }

    // MARK: Comments

    private static let commentStart = Array("/*".utf8)
    private static let commentEnd = Array("*/".utf8)

    private mutating func comment(from start: Int, body: Int) {
        guard let close = find(Self.commentEnd, from: body + 2) else {
            fault("unclosed comment", start..<body + 2, hint: "end it with */\(text(right))")
            offset = bytes.count
            return
        }
        offset = close + 2
        guard let length = rightDelimiterLength() else {
            fault(
                "comment ends before its closing delimiter",
                close..<close + 2,
                hint: "write */\(text(right)) or */ -\(text(right)), with nothing between",
            )
            if let end = find(right, from: offset) { offset = end + right.count } else { offset = bytes.count }
            return
        }
        trimsNext = length > right.count
        offset += length
    }

    // MARK: Characters

    /// Passes over white space, but not over the space of a trimming right delimiter.
    private mutating func skipSpace() -> Bool {
        let start = offset
        while offset < bytes.count, isSpace(bytes[offset]) {
            if let length = rightDelimiterLength(), length > right.count { break }
            offset += 1
        }
        return offset > start
    }

    /// How long the right delimiter here is, its trim marker included; nil if there is none.
    private func rightDelimiterLength() -> Int? {
        if offset + 1 < bytes.count, isSpace(bytes[offset]), bytes[offset + 1] == UInt8(ascii: "-"),
            matches(right, at: offset + 2)
        {
            return right.count + 2
        }
        return matches(right, at: offset) ? right.count : nil
    }

    /// Whether a `-` and white space come at `index`.
    private func startsWithTrim(at index: Int) -> Bool {
        index + 1 < bytes.count && bytes[index] == UInt8(ascii: "-") && isSpace(bytes[index + 1])
    }

    /// Whether a token may end before what comes next.
    func isAtTerminator() -> Bool {
        guard offset < bytes.count else { return true }
        switch bytes[offset] {
        case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: ":"), UInt8(ascii: ")"),
            UInt8(ascii: "("):
            return true
        default: return isSpace(bytes[offset]) || matches(right, at: offset)
        }
    }

    func matches(_ pattern: [UInt8], at index: Int) -> Bool {
        guard index >= 0, index + pattern.count <= bytes.count else { return false }
        for place in pattern.indices where bytes[index + place] != pattern[place] { return false }
        return true
    }

    /// The next place of `pattern` from `start` on.
    private func find(_ pattern: [UInt8], from start: Int) -> Int? {
        guard let first = pattern.first, bytes.count >= pattern.count else { return nil }
        var index = start
        while index <= bytes.count - pattern.count {
            if bytes[index] == first, matches(pattern, at: index) { return index }
            index += 1
        }
        return nil
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    mutating func fault(_ message: String, _ range: Range<Int>, hint: String? = nil) {
        faults.append(SyntaxFault(message: message, range: range, hint: hint))
    }
}

/// A fault at a place of the text.
struct SyntaxFault {
    var message: String
    var range: Range<Int>
    var hint: String?
}

/// Go's white space within actions: space, tab, CR and LF.
func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
