extension UInt8 {
    var isASCIIDigit: Bool { (0x30...0x39) ~= self }
    var isASCIIAlphanumeric: Bool { isASCIIDigit || (0x41...0x5A) ~= self || (0x61...0x7A) ~= self }

    /// The value of a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
