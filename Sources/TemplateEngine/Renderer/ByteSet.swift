/// A set of bytes that is looked up with a shift and a mask.
struct ByteSet: BitwiseCopyable, Sendable {
    private var words: InlineArray<4, UInt64> = InlineArray(repeating: 0)

    init(_ isMember: (UInt8) -> Bool) {
        for byte in UInt8.min...UInt8.max where isMember(byte) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 != 0 }
}
