/// Reading scalars from UTF-8 that is known to be valid.
enum UTF8Scalar {
    /// The scalar that begins at `offset`, and how many bytes it takes.
    ///
    /// - Precondition: `bytes` is valid UTF-8 and `offset` is at the beginning of a scalar.
    static func decode(at offset: Int, in bytes: Span<UInt8>) -> (scalar: UInt32, width: Int) {
        let first = UInt32(bytes[offset])
        func continuation(_ distance: Int) -> UInt32 { UInt32(bytes[offset + distance] & 0x3F) }
        if first < 0x80 { return (first, 1) }
        if first < 0xE0 { return ((first & 0x1F) << 6 | continuation(1), 2) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | continuation(1) << 6 | continuation(2), 3) }
        return ((first & 0x07) << 18 | continuation(1) << 12 | continuation(2) << 6 | continuation(3), 4)
    }

    /// How many bytes the scalar takes whose first byte this is.
    static func width(startingWith byte: UInt8) -> Int {
        byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    }
}
