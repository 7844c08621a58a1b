/// Floating-point numbers as Go's `strconv.ParseFloat` reads them: decimal or hexadecimal, with underscores between
/// digits, infinities and NaN in any case.
enum GoFloatSyntax {
    /// - Throws: a fault for text that is no number, and for numbers beyond all 64-bit ones.
    static func parse(_ string: String) throws(FunctionFault) -> Double {
        if let special = special(string) { return special }
        let bytes = Array(string.utf8)
        guard isNumber(bytes), haveUnderscoresBetweenDigits(bytes),
            let value = Double(string.filter { $0 != "_" })
        else { throw FunctionFault("\(GoQuoting.quoted(string.shortened)) is not a number") }
        guard value.isFinite else {
            throw FunctionFault("\(GoQuoting.quoted(string.shortened)) is out of the range of a 64-bit number")
        }
        return value
    }

    private static func special(_ string: String) -> Double? {
        switch string.lowercased() {
        case "inf", "+inf", "infinity", "+infinity": .infinity
        case "-inf", "-infinity": -.infinity
        case "nan": .nan
        default: nil
        }
    }

    /// `[sign] digits [. digits] [e [sign] digits]`, or with hexadecimal digits after `0x` and a `p` that must be there;
    /// underscores count as digits here.
    private static func isNumber(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { rest.removeFirst() }
        let isHexadecimal =
            rest.count > 1 && rest.first == UInt8(ascii: "0") && rest[rest.startIndex + 1] | 0x20 == 0x78
        if isHexadecimal { rest.removeFirst(2) }
        var seesDigit = false
        var seesPoint = false
        while let byte = rest.first {
            if isDigit(byte, hexadecimal: isHexadecimal) {
                seesDigit = true
            } else if byte == UInt8(ascii: "."), !seesPoint {
                seesPoint = true
            } else if byte != UInt8(ascii: "_") {
                break
            }
            rest.removeFirst()
        }
        guard seesDigit else { return false }
        guard let mark = rest.popFirst() else { return !isHexadecimal }
        guard mark | 0x20 == UInt8(ascii: isHexadecimal ? "p" : "e") else { return false }
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest.removeFirst() }
        guard let first = rest.first, isDigit(first, hexadecimal: false) else { return false }
        return rest.allSatisfy { isDigit($0, hexadecimal: false) || $0 == UInt8(ascii: "_") }
    }

    /// Whether each underscore has a digit, or the `0x` before it, on its left and a digit on its right.
    private static func haveUnderscoresBetweenDigits(_ bytes: [UInt8]) -> Bool {
        guard bytes.contains(UInt8(ascii: "_")) else { return true }
        let isHexadecimal = bytes.contains { $0 | 0x20 == UInt8(ascii: "x") }
        return bytes.indices.allSatisfy { index in
            guard bytes[index] == UInt8(ascii: "_") else { return true }
            guard index > 0, index + 1 < bytes.count else { return false }
            let left = bytes[index - 1]
            let isAfterDigit = isDigit(left, hexadecimal: isHexadecimal) || left | 0x20 == UInt8(ascii: "x")
            return isAfterDigit && isDigit(bytes[index + 1], hexadecimal: isHexadecimal)
        }
    }

    private static func isDigit(_ byte: UInt8, hexadecimal: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): hexadecimal
        default: false
        }
    }
}
