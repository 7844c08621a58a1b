import TemplateEngine

/// How a text is written in YAML: the choice that yaml.v2, and the emitter of libyaml that it is a translation of, make.
enum YAMLStyle {
    case plain
    case singleQuoted
    case doubleQuoted
    /// Line by line after a `|`.
    case literal

    /// - Parameter isKey: whether it is the key of a mapping, which stands on one line.
    init(of string: String, isKey: Bool) {
        let form = Form(string)
        let preferred: YAMLStyle =
            if string.utf8.contains(UInt8(ascii: "\n")) {
                .literal
            } else if YAMLResolution.isText(string) {
                .plain
            } else {
                .doubleQuoted
            }
        switch preferred {
        case .plain where form.allowsPlain: self = .plain
        case .plain, .singleQuoted: self = form.allowsQuotes ? .singleQuoted : .doubleQuoted
        case .literal where !isKey && form.allowsLiteral: self = .literal
        case .literal, .doubleQuoted: self = .doubleQuoted
        }
    }

    /// What a text's characters allow.
    private struct Form {
        var allowsPlain = true
        var allowsQuotes = true
        var allowsLiteral = true

        init(_ string: String) {
            let scalars = Array(string.unicodeScalars)
            guard let first = scalars.first, let last = scalars.last else { return }
            if string.utf8.starts(with: "---".utf8) || string.utf8.starts(with: "...".utf8) { allowsPlain = false }
            if first == " " || first == "\n" || last == " " || last == "\n" { allowsPlain = false }
            if last == " " { allowsLiteral = false }
            var previous: Unicode.Scalar = " "
            for (index, scalar) in scalars.enumerated() {
                let precedesBlank = index + 1 == scalars.count || Self.isBlank(scalars[index + 1])
                if Self.isIndicator(scalar, isFirst: index == 0, after: previous, precedesBlank: precedesBlank) {
                    allowsPlain = false
                }
                if !YAMLStyle.isPrintable(scalar) || scalar == "\n" && previous == " " && index > 0 {
                    (allowsPlain, allowsQuotes, allowsLiteral) = (false, false, false)
                }
                if scalar == " ", previous == "\n" { (allowsPlain, allowsQuotes) = (false, false) }
                if scalar == "\n" { allowsPlain = false }
                previous = scalar
            }
        }

        private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

        private static func isIndicator(
            _ scalar: Unicode.Scalar,
            isFirst: Bool,
            after previous: Unicode.Scalar,
            precedesBlank: Bool,
        ) -> Bool {
            switch scalar {
            case ":": precedesBlank
            case "#": isFirst || isBlank(previous) || previous == "\n"
            case "?", "-": isFirst && precedesBlank
            case ",", "[", "]", "{", "}", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`": isFirst
            default: false
            }
        }
    }

    /// Whether a character stands for itself. As in yaml.v2, characters beyond U+FFFF do not; the separators of lines and
    /// paragraphs are left out too, so that a line is a line to every reader.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x20...0x7E: true
        case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
        case 0xA0...0xFFFF: true
        default: false
        }
    }
}

/// What YAML 1.1 takes a plain text for.
enum YAMLResolution {
    /// Whether a reader of a plain `string` gets that text, and no number, boolean, date or null.
    static func isText(_ string: String) -> Bool {
        guard let first = string.utf8.first else { return false }
        switch first {
        case UInt8(ascii: "."): return !infinities.contains(string.lowercasedASCII) && !isFloat(string)
        case UInt8(ascii: "+"), UInt8(ascii: "-"), 0x30...0x39:
            if first < 0x30, infinities.contains(String(string.lowercasedASCII.dropFirst())) {
                return string.lowercasedASCII.hasSuffix("nan")
            }
            return !isNumber(string) && !isSexagesimal(string) && !isDate(string)
        default: return !words.contains(string)
        }
    }

    /// In the three spellings that YAML 1.1 has for each.
    private static let words: Set<String> = {
        var words: Set<String> = ["~", "null", "Null", "NULL", "y", "Y", "n", "N"]
        for word in ["yes", "true", "on", "no", "false", "off"] {
            words.formUnion([word, word.prefix(1).uppercased() + word.dropFirst(), word.uppercased()])
        }
        return words
    }()

    private static let infinities: Set<String> = [".inf", ".nan"]

    private static func isNumber(_ string: String) -> Bool {
        let plain = string.filter { $0 != "_" }
        var digits = Substring(plain)
        if digits.first == "-" || digits.first == "+" { digits.removeFirst() }
        let lower = String(digits).lowercasedASCII
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where lower.hasPrefix(prefix) {
            let rest = lower.dropFirst(2)
            return !rest.isEmpty && rest.utf8.allSatisfy { $0 != 0x2B && $0 != 0x2D } && UInt(rest, radix: radix) != nil
        }
        return isFloat(plain)
    }

    /// `[+-](.digits | digits[.digits])[e[+-]digits]`, within the range of a 64-bit number. Decimal integers are such.
    private static func isFloat(_ string: String) -> Bool {
        var rest = Array(string.utf8)[...]
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let fraction = rest.prefix(while: isDigit)
            guard !whole.isEmpty || !fraction.isEmpty else { return false }
            rest = rest.dropFirst(fraction.count)
        } else if whole.isEmpty {
            return false
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            guard !rest.isEmpty, rest.allSatisfy(isDigit) else { return false }
            return Double(string)?.isFinite ?? true
        }
        return rest.isEmpty
    }

    /// `1:30`, `12:30:45.5`: numbers of base 60, which YAML 1.1 has and its readers disagree about.
    private static func isSexagesimal(_ string: String) -> Bool {
        var parts = string.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return false }
        var first = parts.removeFirst()
        if first.first == "+" || first.first == "-" { first.removeFirst() }
        guard first.first?.isASCIIDigit ?? false, first.allSatisfy({ $0.isASCIIDigit || $0 == "_" }) else {
            return false
        }
        if let last = parts.last, let point = last.firstIndex(of: ".") {
            guard last[last.index(after: point)...].allSatisfy({ $0.isASCIIDigit || $0 == "_" }) else { return false }
            parts[parts.count - 1] = last[..<point]
        }
        return parts.allSatisfy { part in
            part.allSatisfy(\.isASCIIDigit)
                && (part.count == 1 || part.count == 2 && part.utf8.first.map { $0 <= 0x35 } ?? false)
        }
    }

    /// `2024-1-31`, alone or with a time after it.
    private static func isDate(_ string: String) -> Bool {
        let parts = string.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[0].allSatisfy(\.isASCIIDigit),
            let month = Int(parts[1]), (1...12).contains(month), parts[1].count <= 2
        else { return false }
        let day = parts[2].prefix(while: \.isASCIIDigit)
        guard let number = Int(day), (1...31).contains(number), day.count <= 2 else { return false }
        let rest = parts[2].dropFirst(day.count)
        guard let separator = rest.first else { return true }
        guard separator == " " || separator == "T" || separator == "t" else { return false }
        let time = rest.dropFirst().prefix { $0.isASCIIDigit || $0 == ":" || $0 == "." }
        guard time.split(separator: ":").count == 3 else { return false }
        let zone = rest.dropFirst(1 + time.count)
        return separator == " " ? zone.isEmpty : zone == "Z" || zone.first == "+" || zone.first == "-"
    }
}

extension String {
    fileprivate var lowercasedASCII: String {
        String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { self >= "0" && self <= "9" && isASCII }
}
