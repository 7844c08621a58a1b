/// A DNS message, as far as headgate reads it (RFC 1035 section 4; RFC 2782 for SRV; RFC 3596 for AAAA).
struct DNSMessage: Hashable, Sendable {
    enum Kind: UInt16, Sendable {
        case a = 1
        case cname = 5
        case soa = 6
        case aaaa = 28
        case srv = 33
    }

    enum Data: Hashable, Sendable {
        /// Of A and AAAA.
        case address(String)
        case srv(priority: Int, weight: Int, port: Int, target: String)
        case cname(String)
        /// How long it may be believed that there is nothing (RFC 2308 section 4), in seconds.
        case soa(minimum: UInt32)
        case other
    }

    struct Record: Hashable, Sendable {
        /// In lower case, without the last dot.
        var name: String
        /// 0 for types that are not read.
        var kind: Kind?
        /// In seconds.
        var ttl: UInt32
        var data: Data
    }

    var id: UInt16
    var isResponse: Bool
    /// Whether the rest did not fit: it has to be asked for over TCP.
    var isTruncated: Bool
    /// RCODE: 0 is no error, 3 that there is no such name.
    var code: UInt8
    /// The question's name with its bytes as they came, and its type; nil if there is not exactly one question.
    var question: DNSQuestion?
    var answers: [Record] = []
    var authorities: [Record] = []
    var additionals: [Record] = []
}

/// What is asked: a name and a type.
struct DNSQuestion: Hashable, Sendable {
    /// Without the last dot.
    var name: String
    var kind: UInt16

    /// The message that asks it, with the recursion desired.
    ///
    /// - Parameter size: The largest UDP answer that is taken, said in an OPT record (RFC 6891); nil: none is sent.
    func message(id: UInt16, size: UInt16?) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ number: UInt16) { bytes += [UInt8(number >> 8), UInt8(number & 0xFF)] }
        append(id)
        append(0x0100)
        append(1)
        append(0)
        append(0)
        append(size == nil ? 0 : 1)
        for label in name.utf8.split(separator: UInt8(ascii: ".")) {
            bytes.append(UInt8(label.count))
            bytes += label
        }
        bytes.append(0)
        append(kind)
        append(1)
        if let size {
            bytes.append(0)
            append(41)
            append(size)
            bytes += [0, 0, 0, 0, 0, 0]
        }
        return bytes
    }

    /// The same question with letters in upper or lower case as `coin` falls, which a true answer repeats: it makes answers
    /// harder to guess (draft-vixie-dnsext-dns0x20).
    func inRandomCase(_ coin: () -> Bool = { Bool.random() }) -> DNSQuestion {
        let name = name.utf8.map { byte in
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            return isLetter ? (coin() ? byte | 0x20 : byte & ~0x20) : byte
        }
        return DNSQuestion(name: String(decoding: name, as: UTF8.self), kind: kind)
    }
}
