extension JSONScanner {
    /// Reads past the next value if its bytes are those of `range`, in which an earlier value of this document lies that
    /// was read as deep as this one; false leaves the value for another read.
    ///
    /// Registries repeat themselves: a node stands in each of its instances. What was checked and decoded once need not
    /// be a second time. Numbers are never skipped, since `1` begins `12`.
    package mutating func skip(repetitionOf range: Range<Int>) -> Bool {
        let start = bytes.span.firstNonBlank(from: offset)
        guard !range.isEmpty, range.upperBound <= start, range.count <= bytes.count - start,
            let first = Self.selfDelimiting(bytes[range.lowerBound]), bytes[start] == first,
            bytes.span.repeats(bytes, range, at: start)
        else { return false }
        finishValue(at: start + range.count)
        return true
    }

    /// The byte, if a value that begins with it has an end that nothing can follow.
    private static func selfDelimiting(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["): byte
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes from `offset` on are those of `other` in `range`; so many are there.
    @inline(__always)
    func repeats(_ other: [UInt8], _ range: Range<Int>, at offset: Int) -> Bool {
        let other = other.span
        var place = range.lowerBound
        let shift = offset - range.lowerBound
        while place <= range.upperBound - 8 {
            // Any eight bytes are a UInt64; the loads are within bounds, which they check themselves.
            let one = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: place + shift, as: UInt64.self)
            let two = unsafe other.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
            if one != two { return false }
            place += 8
        }
        if place > range.lowerBound {
            // The rest is compared with some of what came before it.
            let last = range.upperBound - 8
            let one = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: last + shift, as: UInt64.self)
            let two = unsafe other.bytes.unsafeLoadUnaligned(fromByteOffset: last, as: UInt64.self)
            return one == two
        }
        while place < range.upperBound {
            if self[place + shift] != other[place] { return false }
            place += 1
        }
        return true
    }
}
