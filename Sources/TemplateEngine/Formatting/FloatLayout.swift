/// Lays out floating-point numbers as Go's `strconv.FormatFloat` does.
package enum FloatLayout {
    /// `value` under a verb of `b e E f g G x X`, the sign before it if it is negative, or infinite.
    ///
    /// - Parameter precision: nil for as few digits as identify the number.
    package static func format(_ value: Double, verb: Unicode.Scalar, precision: Int?) -> [UInt8] {
        if value.isNaN { return Array("NaN".utf8) }
        if value.isInfinite { return Array((value < 0 ? "-Inf" : "+Inf").utf8) }
        var result: [UInt8] = value.sign == .minus ? [UInt8(ascii: "-")] : []
        switch verb {
        case "b": appendBinary(value, to: &result)
        case "x", "X": appendHexadecimal(value, precision: precision, uppercase: verb == "X", to: &result)
        case "e", "E": appendScientific(value, precision: precision, uppercase: verb == "E", to: &result)
        case "f": appendFixed(value, precision: precision, to: &result)
        default: appendGeneral(value, precision: precision, uppercase: verb == "G", to: &result)
        }
        return result
    }

    private static func appendScientific(
        _ value: Double,
        precision: Int?,
        uppercase: Bool,
        to result: inout [UInt8],
    ) {
        if let precision {
            var digits = DecimalDigits(exactly: value)
            digits.round(to: precision + 1)
            append(scientific: digits, fraction: precision, uppercase: uppercase, to: &result)
        } else {
            let digits = DecimalDigits(shortest: value)
            append(scientific: digits, fraction: max(digits.digits.count - 1, 0), uppercase: uppercase, to: &result)
        }
    }

    private static func appendFixed(_ value: Double, precision: Int?, to result: inout [UInt8]) {
        if let precision {
            var digits = DecimalDigits(exactly: value)
            digits.round(to: digits.point + precision)
            append(fixed: digits, fraction: precision, to: &result)
        } else {
            let digits = DecimalDigits(shortest: value)
            append(fixed: digits, fraction: max(digits.digits.count - digits.point, 0), to: &result)
        }
    }

    /// `%g`: scientific for exponents below -4 and from the precision up, where 6 counts as the precision if the
    /// fewest digits are asked for.
    private static func appendGeneral(_ value: Double, precision: Int?, uppercase: Bool, to result: inout [UInt8]) {
        var digits: DecimalDigits
        var threshold = 6
        if let precision {
            let significant = max(precision, 1)
            digits = DecimalDigits(exactly: value)
            digits.round(to: significant)
            let count = digits.digits.count
            threshold = significant > count && count >= digits.point ? count : significant
        } else {
            digits = DecimalDigits(shortest: value)
        }
        let exponent = digits.point - 1
        if exponent < -4 || exponent >= threshold {
            append(scientific: digits, fraction: digits.digits.count - 1, uppercase: uppercase, to: &result)
        } else {
            append(fixed: digits, fraction: max(digits.digits.count - digits.point, 0), to: &result)
        }
    }

    private static func append(
        scientific digits: DecimalDigits,
        fraction: Int,
        uppercase: Bool,
        to result: inout [UInt8],
    ) {
        let zero = UInt8(ascii: "0")
        result.append(zero + (digits.digits.first ?? 0))
        if fraction > 0 {
            result.append(UInt8(ascii: "."))
            let kept = digits.digits.dropFirst().prefix(fraction)
            result.append(contentsOf: kept.map { zero + $0 })
            result.append(contentsOf: repeatElement(zero, count: fraction - kept.count))
        }
        let exponent = digits.digits.isEmpty ? 0 : digits.point - 1
        result.append(UInt8(ascii: uppercase ? "E" : "e"))
        appendExponent(exponent, to: &result)
    }

    /// A sign and at least two digits.
    private static func appendExponent(_ exponent: Int, to result: inout [UInt8]) {
        result.append(UInt8(ascii: exponent < 0 ? "-" : "+"))
        if exponent.magnitude < 10 { result.append(UInt8(ascii: "0")) }
        result.append(contentsOf: String(exponent.magnitude).utf8)
    }

    private static func append(fixed digits: DecimalDigits, fraction: Int, to result: inout [UInt8]) {
        let zero = UInt8(ascii: "0")
        func digit(_ index: Int) -> UInt8 {
            digits.digits.indices.contains(index) ? zero + digits.digits[index] : zero
        }
        if digits.point > 0 {
            for index in 0..<digits.point { result.append(digit(index)) }
        } else {
            result.append(zero)
        }
        guard fraction > 0 else { return }
        result.append(UInt8(ascii: "."))
        for index in 0..<fraction { result.append(digit(digits.point + index)) }
    }

    /// `%b`: the significand as an integer and the power of two.
    private static func appendBinary(_ value: Double, to result: inout [UInt8]) {
        let isSubnormal = value.exponentBitPattern == 0
        let significand = isSubnormal ? value.significandBitPattern : value.significandBitPattern | 1 << 52
        let exponent = (isSubnormal ? 1 : Int(value.exponentBitPattern)) - 1075
        result.append(contentsOf: String(significand).utf8)
        result.append(UInt8(ascii: "p"))
        if exponent >= 0 { result.append(UInt8(ascii: "+")) }
        result.append(contentsOf: String(exponent).utf8)
    }

    /// `%x`: a hexadecimal significand from 1 up to 2 and the power of two.
    private static func appendHexadecimal(
        _ value: Double,
        precision: Int?,
        uppercase: Bool,
        to result: inout [UInt8],
    ) {
        // The digit before the point is bit 60, those behind it the 60 bits below.
        let one: UInt64 = 1 << 60
        let isSubnormal = value.exponentBitPattern == 0
        var bits = (isSubnormal ? value.significandBitPattern : value.significandBitPattern | 1 << 52) << 8
        var exponent = bits == 0 ? 0 : (isSubnormal ? 1 : Int(value.exponentBitPattern)) - 1023
        while bits != 0, bits & one == 0 {
            bits <<= 1
            exponent -= 1
        }
        if let precision, precision < 15 {
            let dropped = UInt64(60 - precision * 4)
            let rest = bits & (1 << dropped - 1)
            bits >>= dropped
            if rest | (bits & 1) > 1 << (dropped - 1) { bits += 1 }
            bits <<= dropped
            if bits & (one << 1) != 0 {
                bits >>= 1
                exponent += 1
            }
        }
        let letters = UInt8(ascii: uppercase ? "A" : "a")
        result += [UInt8(ascii: "0"), UInt8(ascii: uppercase ? "X" : "x")]
        result.append(UInt8(ascii: bits & one == 0 ? "0" : "1"))
        bits = bits << 4
        var written = 0
        while precision.map({ written < $0 }) ?? (bits != 0) {
            if written == 0 { result.append(UInt8(ascii: ".")) }
            let digit = UInt8(truncatingIfNeeded: bits >> 60)
            result.append(digit < 10 ? UInt8(ascii: "0") + digit : letters + digit - 10)
            bits <<= 4
            written += 1
        }
        result.append(UInt8(ascii: uppercase ? "P" : "p"))
        appendExponent(exponent, to: &result)
    }
}
