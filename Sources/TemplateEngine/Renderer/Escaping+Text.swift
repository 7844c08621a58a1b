extension Escaping {
    /// Go's `html`, `js` and `urlquery` of the arguments printed together; what replaces an untrusted character is
    /// untrusted too.
    func callAsFunction(_ arguments: [Value]) -> Text {
        let text: Text
        if arguments.count == 1, case .text(let only) = arguments[0] {
            text = only
        } else {
            text = formatPrint(arguments.map { if case .null = $0 { .string("<no value>") } else { $0 } })
        }
        switch self {
        case .html: return text.replacingScalars(Self.html)
        case .js: return text.replacingScalars(Self.javaScript)
        case .urlquery: return text.replacingScalars(Self.query)
        }
    }

    private static func html(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "\"": "&#34;"
        case "'": "&#39;"
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\0": "\u{FFFD}"
        default: nil
        }
    }

    private static func javaScript(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "\\": "\\\\"
        case "'": "\\'"
        case "\"": "\\\""
        case "<": "\\u003C"
        case ">": "\\u003E"
        case "&": "\\u0026"
        case "=": "\\u003D"
        default: isPrintable(scalar) ? nil : "\\u" + hex(Int(scalar.value), width: 4)
        }
    }

    private static func query(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", "-", "_", ".", "~": nil
        case " ": "+"
        default: String(Character(scalar)).utf8.map { "%" + hex(Int($0), width: 2) }.joined()
        }
    }

    private static func hex(_ value: Int, width: Int) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Go's `unicode.IsPrint`, with the space as the only white space.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            return false
        default: return true
        }
    }
}
