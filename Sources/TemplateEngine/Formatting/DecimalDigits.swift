/// The decimal digits of a finite number: 0.d₁d₂d₃… × 10^point, without zeros at the end.
struct DecimalDigits: Equatable {
    /// Each from 0 to 9; none for zero.
    private(set) var digits: [UInt8]
    private(set) var point: Int

    /// The fewest digits that are read as `value` again; its sign is left out.
    init(shortest value: Double) {
        digits = []
        point = 0
        var seesPoint = false
        var exponent = 0
        var bytes = value.magnitude.description.utf8[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: ".") {
                seesPoint = true
            } else if byte == UInt8(ascii: "e") {
                exponent = Int(String(decoding: bytes, as: UTF8.self)) ?? 0
                break
            } else {
                digits.append(byte - UInt8(ascii: "0"))
                if !seesPoint { point += 1 }
            }
        }
        point += exponent
        trim()
    }

    /// All digits of the binary number, which has at most 767; its sign is left out.
    init(exactly value: Double) {
        let exponent = value.exponentBitPattern == 0 ? -1074 : Int(value.exponentBitPattern) - 1075
        let significand =
            value.exponentBitPattern == 0 ? value.significandBitPattern : value.significandBitPattern | 1 << 52
        var integer = BigDecimalInteger(significand)
        // m × 2^-n = m × 5^n / 10^n
        if exponent >= 0 {
            integer.multiply(by: 2, times: exponent)
            digits = integer.digits
            point = digits.count
        } else {
            integer.multiply(by: 5, times: -exponent)
            digits = integer.digits
            point = digits.count + exponent
        }
        trim()
    }

    /// Keeps the first `count` digits, rounded to the nearest, a tie to the even one.
    mutating func round(to count: Int) {
        guard count >= 0, count < digits.count else { return }
        let isTie = digits[count] == 5 && count + 1 == digits.count
        let roundsUp = isTie ? count > 0 && digits[count - 1] % 2 == 1 : digits[count] >= 5
        digits.removeSubrange(count...)
        if roundsUp {
            while let last = digits.last, last == 9 { digits.removeLast() }
            if digits.isEmpty {
                digits = [1]
                point += 1
            } else {
                digits[digits.count - 1] += 1
            }
        }
        trim()
    }

    private mutating func trim() {
        while digits.last == 0 { digits.removeLast() }
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        point = digits.isEmpty ? 0 : point - zeros
    }
}

/// A natural number of any size, kept so that its decimal digits are at hand.
private struct BigDecimalInteger {
    /// Nine digits each, the least first.
    private var limbs: [UInt32] = []
    private static let limit: UInt64 = 1_000_000_000

    init(_ value: UInt64) {
        var rest = value
        while rest > 0 {
            limbs.append(UInt32(rest % Self.limit))
            rest /= Self.limit
        }
    }

    mutating func multiply(by factor: UInt64, times: Int) {
        var rest = times
        while rest > 0 {
            var chunk: UInt64 = 1
            // At once as many factors as one step can take without overflow.
            while rest > 0, chunk * factor < 1 << 32 {
                chunk *= factor
                rest -= 1
            }
            var carry: UInt64 = 0
            for index in limbs.indices {
                let product = UInt64(limbs[index]) * chunk + carry
                limbs[index] = UInt32(product % Self.limit)
                carry = product / Self.limit
            }
            while carry > 0 {
                limbs.append(UInt32(carry % Self.limit))
                carry /= Self.limit
            }
        }
    }

    /// The first may be zeros.
    var digits: [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(limbs.count * 9)
        for limb in limbs.reversed() {
            var divisor: UInt32 = 100_000_000
            while divisor > 0 {
                digits.append(UInt8(limb / divisor % 10))
                divisor /= 10
            }
        }
        return digits
    }
}
