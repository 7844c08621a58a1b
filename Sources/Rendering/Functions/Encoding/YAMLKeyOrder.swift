import TemplateEngine

/// The natural order in which yaml.v2 writes the keys of a mapping: `a9` before `a10`, signs before letters.
enum YAMLKeyOrder {
    static func precedes(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)): precedes(left.string, right.string)
        case (.text, _): false
        case (_, .text): true
        default: number(left) == number(right) ? isBool(left) && !isBool(right) : number(left) < number(right)
        }
    }

    private static func number(_ value: Value) -> Int {
        switch value {
        case .int(let int): int
        case .bool(let bool): bool ? 1 : 0
        default: 0
        }
    }

    private static func isBool(_ value: Value) -> Bool { if case .bool = value { true } else { false } }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        let left = Array(left.unicodeScalars)
        let right = Array(right.unicodeScalars)
        for index in 0..<min(left.count, right.count) where left[index] != right[index] {
            let (leftIsLetter, rightIsLetter) = (left[index].isLetter, right[index].isLetter)
            if leftIsLetter, rightIsLetter { return left[index].value < right[index].value }
            if leftIsLetter || rightIsLetter { return rightIsLetter }
            // Zeros at the front of a number say nothing, those inside of one do.
            var start = 0
            if left[index] == "0" || right[index] == "0" {
                let digits = left[..<index].reversed().prefix { $0.isDigit }
                if digits.contains(where: { $0 != "0" }) { start = 1 }
            }
            let (leftNumber, leftCount) = digits(left[index...], start)
            let (rightNumber, rightCount) = digits(right[index...], start)
            if leftNumber != rightNumber { return leftNumber < rightNumber }
            if leftCount != rightCount { return leftCount < rightCount }
            return left[index].value < right[index].value
        }
        return left.count < right.count
    }

    /// The number that the text begins with, and its length.
    private static func digits(_ scalars: ArraySlice<Unicode.Scalar>, _ start: Int) -> (number: Int, count: Int) {
        let digits = scalars.prefix { $0.isDigit }
        return (digits.reduce(start) { $0 &* 10 &+ Int($1.value) &- 0x30 }, digits.count)
    }
}

/// The escapes of YAML's double quotes.
enum YAMLEscape {
    /// What stands for a character in double quotes; nil for the character itself.
    static func escape(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x00: "\\0"
        case 0x07: "\\a"
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0B: "\\v"
        case 0x0C: "\\f"
        case 0x0D: "\\r"
        case 0x1B: "\\e"
        case 0x22: "\\\""
        case 0x5C: "\\\\"
        case 0x85: "\\N"
        case 0x2028: "\\L"
        case 0x2029: "\\P"
        case _ where YAMLStyle.isPrintable(scalar): nil
        case ...0xFF: "\\x" + hexadecimal(scalar.value, width: 2)
        case ...0xFFFF: "\\u" + hexadecimal(scalar.value, width: 4)
        default: "\\U" + hexadecimal(scalar.value, width: 8)
        }
    }

    private static func hexadecimal(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: width - digits.count) + digits
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { properties.generalCategory == .decimalNumber }

    fileprivate var isLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}
