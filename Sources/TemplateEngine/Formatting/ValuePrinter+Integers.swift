extension ValuePrinter {
    /// Prints an integer; false if the verb does not suit it.
    mutating func printInteger(
        _ magnitude: UInt,
        isNegative: Bool,
        isSigned: Bool,
        _ verb: Unicode.Scalar,
    ) -> Bool {
        switch verb {
        case "v" where flags.goSyntax && !isSigned:
            let sharp = flags.sharp
            flags.sharp = true
            printDigits(magnitude, isNegative: isNegative, base: 16, verb)
            flags.sharp = sharp
        case "v", "d": printDigits(magnitude, isNegative: isNegative, base: 10, verb)
        case "b": printDigits(magnitude, isNegative: isNegative, base: 2, verb)
        case "o", "O": printDigits(magnitude, isNegative: isNegative, base: 8, verb)
        case "x", "X": printDigits(magnitude, isNegative: isNegative, base: 16, verb)
        case "c":
            let scalar = Self.scalar(magnitude, isNegative: isNegative)
            padded(characters: 1, zero: flags.zero) { $0.append(scalar) }
        case "q":
            let quoted = GoQuoting.quoted(Self.scalar(magnitude, isNegative: isNegative), asciiOnly: flags.plus)
            padded(characters: quoted.unicodeScalars.count, zero: flags.zero) { $0.append(quoted) }
        case "U": printCodePoint(isNegative ? 0 &- magnitude : magnitude)
        default: return false
        }
        return true
    }

    /// The character of a code point, U+FFFD where there is none.
    private static func scalar(_ magnitude: UInt, isNegative: Bool) -> Unicode.Scalar {
        guard !isNegative, let value = UInt32(exactly: magnitude), let scalar = Unicode.Scalar(value) else {
            return "\u{FFFD}"
        }
        return scalar
    }

    private mutating func printDigits(_ magnitude: UInt, isNegative: Bool, base: UInt, _ verb: Unicode.Scalar) {
        var leastDigits = 0
        if let precision = flags.precision {
            if precision == 0, magnitude == 0 {
                buffer.append(repeating: UInt8(ascii: " "), count: flags.width ?? 0)
                return
            }
            leastDigits = precision
        } else if flags.zero, !flags.minus, let width = flags.width {
            leastDigits = isNegative || flags.plus || flags.space ? width - 1 : width
        }

        let digits = Digits(magnitude, base: base, uppercase: verb == "X")
        let zeros = max(0, leastDigits - digits.count)
        var prefix: [UInt8] = []
        if isNegative {
            prefix.append(UInt8(ascii: "-"))
        } else if flags.plus {
            prefix.append(UInt8(ascii: "+"))
        } else if flags.space {
            prefix.append(UInt8(ascii: " "))
        }
        if verb == "O" { prefix += [UInt8(ascii: "0"), UInt8(ascii: "o")] }
        if flags.sharp {
            switch base {
            case 2: prefix += [UInt8(ascii: "0"), UInt8(ascii: "b")]
            case 8: if zeros == 0, magnitude != 0 { prefix.append(UInt8(ascii: "0")) }
            case 16: prefix += [UInt8(ascii: "0"), UInt8(ascii: verb == "X" ? "X" : "x")]
            default: break
            }
        }
        padded(characters: prefix.count + zeros + digits.count, zero: false) { buffer in
            buffer.append(prefix)
            buffer.append(repeating: UInt8(ascii: "0"), count: zeros)
            digits.write(to: &buffer)
        }
    }

    /// `%U`: `U+0078`, and `U+0078 'x'` with `#`.
    private mutating func printCodePoint(_ value: UInt) {
        let digits = Digits(value, base: 16, uppercase: true)
        let zeros = max(0, max(4, flags.precision ?? 4) - digits.count)
        let scalar: Unicode.Scalar? =
            if flags.sharp, let value = UInt32(exactly: value), let scalar = Unicode.Scalar(value),
                GoQuoting.isPrintable(scalar)
            {
                scalar
            } else {
                nil
            }
        padded(characters: 2 + zeros + digits.count + (scalar == nil ? 0 : 4), zero: false) { buffer in
            buffer.append("U+")
            buffer.append(repeating: UInt8(ascii: "0"), count: zeros)
            digits.write(to: &buffer)
            if let scalar {
                buffer.append(" '")
                buffer.append(scalar)
                buffer.append(UInt8(ascii: "'"))
            }
        }
    }
}

/// The digits of a number in a base from 2 to 16, without a heap allocation.
private struct Digits {
    private var bytes = InlineArray<64, UInt8>(repeating: 0)
    private var start = 64

    var count: Int { 64 - start }

    init(_ number: UInt, base: UInt, uppercase: Bool) {
        let letters = UInt8(ascii: uppercase ? "A" : "a")
        var rest = number
        repeat {
            let digit = UInt8(truncatingIfNeeded: rest % base)
            rest /= base
            start -= 1
            bytes[start] = digit < 10 ? UInt8(ascii: "0") + digit : letters + digit - 10
        } while rest > 0
    }

    func write(to buffer: inout FormatBuffer) {
        for index in start..<64 { buffer.append(bytes[index]) }
    }
}
