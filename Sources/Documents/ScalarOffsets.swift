/// Finds bytes by the count of Unicode scalars before them, fast where it goes forward or a little back.
struct ScalarOffsets {
    private let bytes: [UInt8]
    private let isASCII: Bool
    /// A scalar, and the byte where it begins.
    private var scalar = 0
    private var byte = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        isASCII = bytes.allSatisfy { $0 < 0x80 }
    }

    /// The byte where the scalar of this number, from 0, begins.
    mutating func offset(of wanted: Int) -> Int {
        if isASCII { return min(wanted, bytes.count) }
        while scalar < wanted, byte < bytes.count {
            byte += 1
            while byte < bytes.count, !bytes[byte].beginsScalar { byte += 1 }
            scalar += 1
        }
        while scalar > wanted, byte > 0 {
            byte -= 1
            while byte > 0, !bytes[byte].beginsScalar { byte -= 1 }
            scalar -= 1
        }
        return byte
    }
}
