/// A set of bytes that is looked up with a shift and a mask.
struct ByteSet: BitwiseCopyable, Sendable {
    private var words: InlineArray<4, UInt64> = InlineArray(repeating: 0)

    init(_ isMember: (UInt8) -> Bool) {
        for byte in UInt8.min...UInt8.max where isMember(byte) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 != 0 }

    /// ASCII letters, digits and `. - _ : /`: what names, numbers and addresses are made of.
    static let plain = ByteSet { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    func isDisjoint(with other: ByteSet) -> Bool { words.indices.allSatisfy { words[$0] & other.words[$0] == 0 } }
}
