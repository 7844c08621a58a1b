/// Go's constants, from the bytes of their tokens to values.
enum Literals {
    /// Why a constant is none.
    struct Malformed: Error {
        var message: String
        var hint: String?
    }

    // MARK: Strings

    /// The content of a raw or quoted string token, as `strconv.Unquote` gives it.
    static func string(_ token: ArraySlice<UInt8>) throws(Malformed) -> String {
        let body = token.dropFirst().dropLast()
        if token.first == UInt8(ascii: "`") {
            return String(decoding: body.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        }
        guard body.contains(UInt8(ascii: "\\")) else { return String(decoding: body, as: UTF8.self) }
        var result: [UInt8] = []
        var rest = body
        while let byte = rest.first {
            if byte == UInt8(ascii: "\\") {
                try unescape(&rest, into: &result, quote: UInt8(ascii: "\""))
            } else {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The code point of a character constant token.
    static func character(_ token: ArraySlice<UInt8>) throws(Malformed) -> Int {
        var rest = token.dropFirst().dropLast()
        var bytes: [UInt8] = []
        var number: Int?
        if rest.first == UInt8(ascii: "\\") {
            number = try unescape(&rest, into: &bytes, quote: UInt8(ascii: "'"))
        } else {
            let scalars = String(decoding: rest, as: UTF8.self).unicodeScalars
            if let first = scalars.first, scalars.count == 1 {
                number = Int(first.value)
                rest = []
            }
        }
        guard let number, rest.isEmpty else {
            throw Malformed(message: "a character constant has exactly one character", hint: "strings use \"…\" or `…`")
        }
        return number
    }

    /// Decodes one escape at the start of `rest`; gives its code point, or its byte for `\x` and octal.
    @discardableResult
    private static func unescape(
        _ rest: inout ArraySlice<UInt8>,
        into result: inout [UInt8],
        quote: UInt8,
    ) throws(Malformed) -> Int {
        let start = rest
        rest = rest.dropFirst()
        guard let byte = rest.popFirst() else { throw unknown(start) }
        let simple: UInt8? =
            switch byte {
            case UInt8(ascii: "a"): 0x07
            case UInt8(ascii: "b"): 0x08
            case UInt8(ascii: "f"): 0x0C
            case UInt8(ascii: "n"): 0x0A
            case UInt8(ascii: "r"): 0x0D
            case UInt8(ascii: "t"): 0x09
            case UInt8(ascii: "v"): 0x0B
            case UInt8(ascii: "\\"), quote: byte
            default: nil
            }
        if let simple {
            result.append(simple)
            return Int(simple)
        }
        switch byte {
        case UInt8(ascii: "x"): return try byteEscape(&rest, digits: 2, radix: 16, start: start, into: &result)
        case 0x30...0x37:
            rest = start.dropFirst()
            return try byteEscape(&rest, digits: 3, radix: 8, start: start, into: &result)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let value = try digits(&rest, count: byte == UInt8(ascii: "u") ? 4 : 8, radix: 16, start: start)
            guard let scalar = Unicode.Scalar(UInt32(value)) else { throw unknown(start) }
            result.append(contentsOf: String(Character(scalar)).utf8)
            return value
        default: throw unknown(start)
        }
    }

    private static func byteEscape(
        _ rest: inout ArraySlice<UInt8>,
        digits count: Int,
        radix: Int,
        start: ArraySlice<UInt8>,
        into result: inout [UInt8],
    ) throws(Malformed) -> Int {
        let value = try digits(&rest, count: count, radix: radix, start: start)
        guard let byte = UInt8(exactly: value) else { throw unknown(start) }
        result.append(byte)
        return value
    }

    private static func digits(
        _ rest: inout ArraySlice<UInt8>,
        count: Int,
        radix: Int,
        start: ArraySlice<UInt8>,
    ) throws(Malformed) -> Int {
        let text = String(decoding: rest.prefix(count), as: UTF8.self)
        guard text.utf8.count == count, text.utf8.allSatisfy(isHexDigit), let value = Int(text, radix: radix) else {
            throw unknown(start)
        }
        rest = rest.dropFirst(count)
        return value
    }

    private static func unknown(_ escape: ArraySlice<UInt8>) -> Malformed {
        let shown = String(decoding: escape.prefix(2), as: UTF8.self)
        return Malformed(
            message: "unknown or incomplete escape \(shown)",
            hint: "write \\\\ for a backslash, or a raw string between `…`, which knows no escapes",
        )
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    // MARK: Numbers

    /// A number token as Go's ideal constant in a place of any type: an int unless the text says float.
    static func number(_ token: ArraySlice<UInt8>) throws(Malformed) -> Value {
        let text = String(decoding: token, as: UTF8.self)
        let signless = text.first == "-" || text.first == "+" ? text.dropFirst() : Substring(text)
        if text.last == "i" {
            guard let number = ComplexNumber(text, float) else { throw malformed(text) }
            return .object(number)
        }
        let isHex = signless.hasPrefix("0x") || signless.hasPrefix("0X")
        // With a sign Go no longer sees that the digit e of `-0x1e` is none of a float's exponent.
        let isSignedHex = isHex && signless.count < text.count
        let looksFloat =
            isHex ? signless.contains { $0 == "p" || $0 == "P" || $0 == "." } : signless.contains { ".eE".contains($0) }
        if !looksFloat {
            switch integer(signless, isNegative: text.first == "-") {
            case .value(let value):
                return isSignedHex && signless.contains { "eE".contains($0) } ? .float(Double(value)) : .int(value)
            case .overflow:
                throw Malformed(message: "\(text) overflows int", hint: "the largest is 9223372036854775807")
            case .malformed: break
            }
        } else if let value = float(signless) {
            return .float(text.first == "-" ? -value : value)
        }
        throw malformed(text)
    }

    /// A float's text without its sign; a hexadecimal one has an exponent.
    private static func float(_ text: Substring) -> Double? {
        let isHex = text.hasPrefix("0x") || text.hasPrefix("0X")
        guard areUnderscoresPlaced(text), let first = text.first, first.isNumber || first == ".",
            !isHex || text.contains(where: { "pP".contains($0) }),
            let value = Double(text.filter { $0 != "_" }), value.isFinite
        else { return nil }
        return value
    }

    private static func malformed(_ text: String) -> Malformed {
        Malformed(message: "bad number \(text)", hint: "numbers are 42, 0x2A, 1_000, 1.5, 1e3 or 2i")
    }

    /// What an integer's text gave.
    enum Integer: Equatable {
        case value(Int)
        case overflow
        case malformed
    }

    /// Go's `ParseInt(text, 0, 64)` of a text without its sign: `0x`, `0o`, `0b`, a leading 0 for octal, `_` between.
    static func integer(_ text: Substring, isNegative: Bool) -> Integer {
        guard areUnderscoresPlaced(text) else { return .malformed }
        var digits = text.filter { $0 != "_" }
        var radix = 10
        switch digits.prefix(2).lowercased() {
        case "0x": (radix, digits) = (16, String(digits.dropFirst(2)))
        case "0o": (radix, digits) = (8, String(digits.dropFirst(2)))
        case "0b": (radix, digits) = (2, String(digits.dropFirst(2)))
        default: if digits.count > 1, digits.first == "0" { (radix, digits) = (8, String(digits.dropFirst())) }
        }
        guard let first = digits.first, first != "+", first != "-",
            digits.allSatisfy({ $0.isASCII && ($0.hexDigitValue ?? 99) < radix })
        else { return .malformed }
        return Int((isNegative ? "-" : "") + digits, radix: radix).map { .value($0) } ?? .overflow
    }

    /// Whether each `_` stands between digits or after a prefix.
    private static func areUnderscoresPlaced(_ text: Substring) -> Bool {
        guard text.contains("_") else { return true }
        var previous: Character = text.hasPrefix("0") ? "0" : "x"
        for character in text.dropFirst(text.first == "_" ? 0 : 1) + "!" {
            if previous == "_", !character.isHexDigit { return false }
            if character == "_", !(previous.isHexDigit || "xXoObB".contains(previous)) { return false }
            previous = character
        }
        return text.first != "_"
    }
}
