extension ValuePrinter {
    /// Prints a floating-point number; false if the verb does not suit it.
    mutating func printFloat(_ value: Double, _ verb: Unicode.Scalar) -> Bool {
        switch verb {
        case "v": printFloat(value, layout: "g", precision: flags.precision)
        case "b", "g", "G", "x", "X": printFloat(value, layout: verb, precision: flags.precision)
        case "e", "E": printFloat(value, layout: verb, precision: flags.precision ?? 6)
        case "f", "F": printFloat(value, layout: "f", precision: flags.precision ?? 6)
        default: return false
        }
        return true
    }

    private mutating func printFloat(_ value: Double, layout verb: Unicode.Scalar, precision: Int?) {
        var number = FloatLayout.format(value, verb: verb, precision: precision)
        var sign: UInt8?
        if number[0] == UInt8(ascii: "-") || number[0] == UInt8(ascii: "+") { sign = number.removeFirst() }
        if sign != UInt8(ascii: "-") {
            if flags.plus { sign = UInt8(ascii: "+") } else if flags.space { sign = UInt8(ascii: " ") }
        }
        guard value.isFinite else {
            // Infinities and NaN do not look like numbers, so no zeros stand before them.
            let characters = (sign.map { [$0] } ?? []) + number
            return padded(characters: characters.count, zero: false) { $0.append(characters) }
        }
        if flags.sharp, verb != "b" { number = Self.keepingZeros(number, verb, precision: precision) }
        let length = number.count + (sign == nil ? 0 : 1)
        if flags.zero, !flags.minus, let sign, let width = flags.width, width > length {
            buffer.append(sign)
            buffer.append(repeating: UInt8(ascii: "0"), count: width - length)
            buffer.append(number)
        } else {
            padded(characters: length, zero: flags.zero) { buffer in
                if let sign { buffer.append(sign) }
                buffer.append(number)
            }
        }
    }

    /// The flag `#`: a point always, and for `%g` and `%x` the zeros at the end that they leave out.
    private static func keepingZeros(_ number: [UInt8], _ verb: Unicode.Scalar, precision: Int?) -> [UInt8] {
        var digits = 0
        if verb == "g" || verb == "G" || verb == "x" { digits = precision ?? 6 }
        let isHexadecimal = verb == "x" || verb == "X"
        let marks: [UInt8] =
            isHexadecimal ? [UInt8(ascii: "p"), UInt8(ascii: "P")] : [UInt8(ascii: "e"), UInt8(ascii: "E")]
        let end = number.firstIndex { marks.contains($0) } ?? number.count
        var result = Array(number[..<end])
        var seesPoint = false
        var seesDigit = false
        for byte in result {
            if byte == UInt8(ascii: ".") {
                seesPoint = true
            } else {
                if byte != UInt8(ascii: "0") { seesDigit = true }
                if seesDigit { digits -= 1 }
            }
        }
        if !seesPoint {
            if result == [UInt8(ascii: "0")] { digits -= 1 }
            result.append(UInt8(ascii: "."))
        }
        if digits > 0 { result.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: digits)) }
        return result + number[end...]
    }
}
