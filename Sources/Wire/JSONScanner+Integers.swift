extension JSONScanner {
    /// Reads a number that is an integer from 0 to 2^64-1; `1.0` and `1e2` are none.
    package mutating func readUInt64() throws(JSONFault) -> UInt64 {
        try expect(.number, "an integer")
        let number = try bytes.span.number(at: offset)
        let value: UInt64?
        if let integer = number.integer {
            value = UInt64(exactly: integer)
        } else if bytes[offset] == UInt8(ascii: "-") {
            value = nil
        } else {
            value = UInt64(String(decoding: bytes[offset..<number.end], as: UTF8.self))
        }
        guard let value else { throw JSONFault("the number is no integer from 0 to 2^64-1", at: offset) }
        finishValue(at: number.end)
        return value
    }
}
