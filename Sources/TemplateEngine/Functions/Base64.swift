/// Base64 of RFC 4648 with padding, read as Go's `encoding/base64` reads it.
enum Base64 {
    enum Alphabet: Sendable {
        case standard
        /// With `-` and `_`.
        case url

        fileprivate var last: (UInt8, UInt8) {
            switch self {
            case .standard: (UInt8(ascii: "+"), UInt8(ascii: "/"))
            case .url: (UInt8(ascii: "-"), UInt8(ascii: "_"))
            }
        }
    }

    /// Where text is not base64: the offset of the byte that is wrong.
    struct Fault: Error {
        var offset: Int
    }

    static func encode(_ bytes: some Collection<UInt8>, _ alphabet: Alphabet) -> String {
        let input = Array(bytes)
        var output: [UInt8] = []
        output.reserveCapacity((input.count + 2) / 3 * 4)
        for start in stride(from: 0, to: input.count, by: 3) {
            let count = min(3, input.count - start)
            var group = UInt32(0)
            for index in 0..<3 { group = group << 8 | (index < count ? UInt32(input[start + index]) : 0) }
            for index in 0..<4 {
                let digit = UInt8(truncatingIfNeeded: group >> UInt32(18 - 6 * index)) & 63
                output.append(index <= count ? character(digit, alphabet) : UInt8(ascii: "="))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes; carriage returns and line feeds are skipped, padding is required.
    static func decode(_ string: String, _ alphabet: Alphabet) throws(Fault) -> [UInt8] {
        var output: [UInt8] = []
        var group = UInt32(0)
        var digits = 0
        var padding = 0
        for (offset, byte) in string.utf8.enumerated() {
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { continue }
            if byte == UInt8(ascii: "=") {
                padding += 1
                guard digits >= 2, digits + padding <= 4 else { throw Fault(offset: offset) }
            } else {
                guard padding == 0, let digit = digit(byte, alphabet) else { throw Fault(offset: offset) }
                group = group << 6 | UInt32(digit)
                digits += 1
                if digits == 4 {
                    append(group, 3, to: &output)
                    (group, digits) = (0, 0)
                }
            }
        }
        guard digits == 0 || digits + padding == 4 else { throw Fault(offset: string.utf8.count) }
        if digits > 0 { append(group << UInt32(6 * padding), digits - 1, to: &output) }
        return output
    }

    private static func append(_ group: UInt32, _ count: Int, to output: inout [UInt8]) {
        for index in 0..<count { output.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * index))) }
    }

    private static func character(_ digit: UInt8, _ alphabet: Alphabet) -> UInt8 {
        switch digit {
        case 0..<26: UInt8(ascii: "A") + digit
        case 26..<52: UInt8(ascii: "a") + digit - 26
        case 52..<62: UInt8(ascii: "0") + digit - 52
        case 62: alphabet.last.0
        default: alphabet.last.1
        }
    }

    private static func digit(_ byte: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case alphabet.last.0: 62
        case alphabet.last.1: 63
        default: nil
        }
    }
}
