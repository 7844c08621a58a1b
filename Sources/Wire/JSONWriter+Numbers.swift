extension JSONWriter {
    /// A finite number with the fewest digits that read back as the same, in the form that Go's `encoding/json`
    /// chooses: with an exponent below 1e-6 and from 1e21 on.
    package static func text(of value: Double) -> String {
        if value == 0 { return value.sign == .minus ? "-0" : "0" }
        let (digits, exponent) = shortestDecimal(of: value.magnitude)
        let sign = value < 0 ? "-" : ""
        let magnitude = value.magnitude
        guard magnitude >= 1e-6, magnitude < 1e21 else {
            let fraction = digits.count > 1 ? ".\(digits.dropFirst())" : ""
            let power = exponent - 1
            // Go pads an exponent to two digits; its JSON encoder takes the padding off again if it is negative.
            let shown = power < 0 ? "-\(-power)" : power < 10 ? "+0\(power)" : "+\(power)"
            return "\(sign)\(digits.prefix(1))\(fraction)e\(shown)"
        }
        if exponent <= 0 { return "\(sign)0.\(String(repeating: "0", count: -exponent))\(digits)" }
        if exponent >= digits.count {
            return "\(sign)\(digits)\(String(repeating: "0", count: exponent - digits.count))"
        }
        return "\(sign)\(digits.prefix(exponent)).\(digits.dropFirst(exponent))"
    }

    /// The digits of a positive number without leading and trailing zeros, and where its point is:
    /// 0.`digits` × 10^`exponent`.
    private static func shortestDecimal(of value: Double) -> (digits: String, exponent: Int) {
        // Swift's description has the fewest digits already; only its layout differs.
        let parts = value.description.split(separator: "e", maxSplits: 1)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1)
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        var exponent = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        var digits = mantissa[0] + fraction
        while digits.first == "0" {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.last == "0" { digits.removeLast() }
        return (String(digits), exponent)
    }
}
