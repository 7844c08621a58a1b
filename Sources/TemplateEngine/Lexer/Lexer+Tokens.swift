extension Lexer {
    /// Reads the token at the offset, which is neither white space nor the right delimiter nor the end.
    mutating func token() -> Token.Kind {
        let start = offset
        let byte = bytes[offset]
        switch byte {
        case UInt8(ascii: "="):
            offset += 1
            return .assign
        case UInt8(ascii: ":"):
            offset += 1
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: "=") else {
                fault("unexpected ':'", start..<offset, hint: "a variable is declared with ':='")
                return .damaged
            }
            offset += 1
            return .declare
        case UInt8(ascii: "|"):
            offset += 1
            return .pipe
        case UInt8(ascii: "("):
            offset += 1
            return .leftParenthesis
        case UInt8(ascii: ")"):
            offset += 1
            return .rightParenthesis
        case UInt8(ascii: "\""): return quoted(by: byte, kind: .string, "string")
        case UInt8(ascii: "'"): return quoted(by: byte, kind: .character, "character constant")
        case UInt8(ascii: "`"): return rawQuoted()
        case UInt8(ascii: "$"):
            offset += 1
            return name(.variable, from: start)
        case UInt8(ascii: "."):
            if offset + 1 < bytes.count, (0x30...0x39).contains(bytes[offset + 1]) { return number() }
            offset += 1
            if isAtTerminator() { return .dot }
            return name(.field, from: start)
        case UInt8(ascii: "+"), UInt8(ascii: "-"), 0x30...0x39: return number()
        default:
            if wordCharacterLength(at: offset) != nil { return word() }
            let length = characterLength(at: offset)
            offset += length
            if length == 1, (0x21...0x7E).contains(byte) { return .symbol(byte) }
            fault("unrecognized character \(text(start..<offset).debugDescription) in an action", start..<offset)
            return .damaged
        }
    }

    /// A word: a keyword, a constant's name, or a function's.
    private mutating func word() -> Token.Kind {
        let start = offset
        skipWord()
        guard requireTerminator(from: start) else { return .damaged }
        let word = text(start..<offset)
        switch word {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "nil": return .null
        default: return Keyword(rawValue: word).map { .keyword($0) } ?? .identifier
        }
    }

    /// The name after a `.` or `$` that has been read.
    private mutating func name(_ kind: Token.Kind, from start: Int) -> Token.Kind {
        skipWord()
        return requireTerminator(from: start) ? kind : .damaged
    }

    private mutating func skipWord() {
        while let length = wordCharacterLength(at: offset) { offset += length }
    }

    private mutating func requireTerminator(from start: Int) -> Bool {
        if isAtTerminator() { return true }
        let end = offset + characterLength(at: offset)
        let found = text(offset..<end).debugDescription
        let word = text(start..<offset)
        fault(
            "unexpected character \(found) after \(word)",
            offset..<end,
            hint: bytes[offset] == UInt8(ascii: "=")
                ? "put a space before '='"
                : "names have letters, digits and '_'; other keys are reached with index",
        )
        return false
    }

    private mutating func quoted(by quote: UInt8, kind: Token.Kind, _ what: String) -> Token.Kind {
        let start = offset
        offset += 1
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") {
            if bytes[offset] == quote {
                offset += 1
                return kind
            }
            if bytes[offset] == UInt8(ascii: "\\"), offset + 1 < bytes.count, bytes[offset + 1] != UInt8(ascii: "\n") {
                offset += 1
            }
            offset += 1
        }
        fault(
            "unterminated \(what)",
            start..<offset,
            hint: "end it with \(Character(UnicodeScalar(quote))) on the same line"
        )
        return .damaged
    }

    private mutating func rawQuoted() -> Token.Kind {
        let start = offset
        offset += 1
        while offset < bytes.count {
            offset += 1
            if bytes[offset - 1] == UInt8(ascii: "`") { return .rawString }
        }
        fault("unterminated raw string", start..<offset, hint: "end it with `")
        return .damaged
    }

    /// Go's `scanNumber`: what looks like a number; whether it is one is seen when it is converted.
    private mutating func number() -> Token.Kind {
        let start = offset
        scanNumber()
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
            scanNumber()
        }
        if let length = wordCharacterLength(at: offset) {
            offset += length
            skipWord()
            fault("bad number \(text(start..<offset))", start..<offset, hint: "numbers are 42, 0x2A, 1_000, 1.5 or 1e3")
            return .damaged
        }
        return .number
    }

    private mutating func scanNumber() {
        accept("+-")
        var digits: StaticString = "0123456789_"
        var exponent: StaticString = "eE"
        if accept("0") {
            if accept("xX") {
                digits = "0123456789abcdefABCDEF_"
                exponent = "pP"
            } else if accept("oO") {
                digits = "01234567_"
                exponent = ""
            } else if accept("bB") {
                digits = "01_"
                exponent = ""
            }
        }
        while accept(digits) {}
        if accept(".") { while accept(digits) {} }
        if accept(exponent) {
            accept("+-")
            while accept("0123456789_") {}
        }
        accept("i")
    }

    /// Passes over the next byte if it is one of `set`.
    @discardableResult
    private mutating func accept(_ set: StaticString) -> Bool {
        guard offset < bytes.count, set.description.utf8.contains(bytes[offset]) else { return false }
        offset += 1
        return true
    }

    /// How many bytes the letter, digit or underscore at `index` has; nil if it is something else.
    private func wordCharacterLength(at index: Int) -> Int? {
        guard index < bytes.count else { return nil }
        let byte = bytes[index]
        if byte < 0x80 {
            let isWord =
                byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte)
            return isWord ? 1 : nil
        }
        let length = characterLength(at: index)
        guard length > 1,
            let scalar = String(decoding: bytes[index..<index + length], as: UTF8.self).unicodeScalars.first,
            scalar != "\u{FFFD}"
        else { return nil }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
            return length
        default: return nil
        }
    }

    /// How many bytes the character at `index` has by its first byte, within the text.
    private func characterLength(at index: Int) -> Int {
        guard index < bytes.count else { return 0 }
        let length =
            switch bytes[index] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        guard index + length <= bytes.count,
            bytes[(index + 1)..<(index + length)].allSatisfy({ $0 & 0xC0 == 0x80 })
        else { return 1 }
        return length
    }
}
