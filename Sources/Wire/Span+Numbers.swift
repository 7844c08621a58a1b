/// A number in a JSON text.
struct NumberExtent {
    /// Behind its last byte.
    var end: Int
    /// Its value, if it is written without fraction and exponent and fits. `-0` does not: only a `Double` can tell it
    /// from `0`.
    var integer: Int?
}

extension Span<UInt8> {
    /// The number that begins at `offset` (RFC 8259, section 6).
    func number(at offset: Int) throws(JSONFault) -> NumberExtent {
        var end = offset
        let isNegative = self[offset] == UInt8(ascii: "-")
        if isNegative { end += 1 }
        guard end < count, self[end].isDigit else {
            throw unexpectedByte(at: end, expected: "a digit")
        }
        // Counted downward, since the least Int has no positive counterpart.
        var negated: Int? = 0
        let first = end
        while end < count, self[end].isDigit {
            let digit = Int(self[end] &- UInt8(ascii: "0"))
            if let value = negated {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (difference, underflow) = product.subtractingReportingOverflow(digit)
                negated = overflow || underflow ? nil : difference
            }
            end += 1
        }
        if self[first] == UInt8(ascii: "0"), end - first > 1 {
            throw JSONFault("a number does not begin with 0", at: first)
        }
        var isInteger = true
        if end < count, self[end] == UInt8(ascii: ".") {
            isInteger = false
            end = try endOfDigits(from: end + 1)
        }
        if end < count, self[end] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            end += 1
            if end < count, self[end] == UInt8(ascii: "+") || self[end] == UInt8(ascii: "-") { end += 1 }
            end = try endOfDigits(from: end)
        }
        guard isInteger, let negated, !(isNegative && negated == 0) else { return NumberExtent(end: end) }
        if isNegative { return NumberExtent(end: end, integer: negated) }
        return NumberExtent(end: end, integer: negated == .min ? nil : -negated)
    }

    private func endOfDigits(from offset: Int) throws(JSONFault) -> Int {
        var end = offset
        while end < count, self[end].isDigit { end += 1 }
        guard end > offset else { throw unexpectedByte(at: end, expected: "a digit") }
        return end
    }
}

extension UInt8 {
    @inline(__always)
    fileprivate var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
}
