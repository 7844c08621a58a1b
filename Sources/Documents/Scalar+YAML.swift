extension Scalar.Value {
    /// What an unquoted text means in YAML 1.1 (yaml.org/type), but for base 60 and binary numbers, which nobody means.
    init(yamlPlain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": self = .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": self = .bool(false)
        case ".inf", ".Inf", ".INF", "+.inf": self = .float(.infinity)
        case "-.inf", "-.Inf", "-.INF": self = .float(-.infinity)
        case ".nan", ".NaN", ".NAN": self = .float(.nan)
        default: self = Scalar.Value(yamlNumber: text) ?? .string(text)
        }
    }

    private init?(yamlNumber text: String) {
        guard let first = text.utf8.first, UInt8(ascii: "+")...UInt8(ascii: "9") ~= first else { return nil }
        let sign = text.hasPrefix("-") ? "-" : ""
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard let start = unsigned.utf8.first, start != UInt8(ascii: "+"), start != UInt8(ascii: "-") else {
            return nil
        }
        let digits = unsigned.filter { $0 != "_" }
        func integer(_ digits: Substring, radix: Int) -> Scalar.Value? {
            Int(sign + digits, radix: radix).map(Scalar.Value.int)
        }
        if digits.hasPrefix("0x") {
            guard let number = integer(digits.dropFirst(2), radix: 16) else { return nil }
            self = number
        } else if digits.hasPrefix("0o")
            || (digits.count > 1 && digits.allSatisfy { ("0"..."7").contains($0) } && digits.hasPrefix("0"))
        {
            guard let number = integer(digits.dropFirst(digits.hasPrefix("0o") ? 2 : 1), radix: 8) else { return nil }
            self = number
        } else if digits.allSatisfy({ ("0"..."9").contains($0) }), !unsigned.hasPrefix("_") {
            guard
                let number = Int(sign + digits).map(Scalar.Value.int)
                    ?? Double(sign + digits).map(Scalar.Value.float)
            else { return nil }
            self = number
        } else {
            guard unsigned.allSatisfy({ ("0"..."9").contains($0) || ".eE+-".contains($0) }),
                unsigned.contains(where: { ("0"..."9").contains($0) }), let number = Double(sign + unsigned)
            else { return nil }
            self = .float(number)
        }
    }
}
