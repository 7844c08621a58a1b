import NIOCore

extension DNSMessage {
    /// A message that is none.
    struct Malformed: Error, Hashable, Sendable {
        var reason: String
    }

    /// Reads a message. Whatever the bytes are, it ends, and takes no more than they hold.
    init(_ bytes: [UInt8]) throws(Malformed) { try self.init(bytes, isWhole: true) }

    /// Reads the header and the question of a message.
    init(headOf bytes: [UInt8]) throws(Malformed) { try self.init(bytes, isWhole: false) }

    private init(_ bytes: [UInt8], isWhole: Bool) throws(Malformed) {
        var reader = DNSMessageReader(bytes)
        id = try reader.number()
        let flags = try reader.number()
        isResponse = flags & 0x8000 != 0
        isTruncated = flags & 0x0200 != 0
        code = UInt8(flags & 0x000F)
        let questions = try reader.number()
        let counts = (try reader.number(), try reader.number(), try reader.number())
        for _ in 0..<questions {
            let asked = DNSQuestion(name: try reader.name(), kind: try reader.number())
            _ = try reader.number()
            question = questions == 1 ? asked : nil
        }
        // The rest of a truncated message is not used.
        guard isWhole, !isTruncated else { return }
        answers = try reader.records(counts.0)
        authorities = try reader.records(counts.1)
        additionals = try reader.records(counts.2)
    }
}

/// Takes the parts of a message from its beginning.
private struct DNSMessageReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func number() throws(DNSMessage.Malformed) -> UInt16 {
        guard position + 2 <= bytes.count else { throw Self.short }
        defer { position += 2 }
        return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
    }

    private mutating func longNumber() throws(DNSMessage.Malformed) -> UInt32 {
        UInt32(try number()) << 16 | UInt32(try number())
    }

    private static let short = DNSMessage.Malformed(reason: "it ends too early")

    /// A name with its bytes as they came; what no host name has is written as `\ddd`, a dot in a label too.
    mutating func name() throws(DNSMessage.Malformed) -> String {
        var labels: [String] = []
        var place = position
        var length = 0
        /// Where the name goes on after the first pointer.
        var end: Int?
        while true {
            guard place < bytes.count else { throw Self.short }
            let count = Int(bytes[place])
            if count == 0 {
                position = end ?? place + 1
                return labels.joined(separator: ".")
            }
            switch count & 0xC0 {
            case 0xC0:
                guard place + 1 < bytes.count else { throw Self.short }
                let target = (count & 0x3F) << 8 | Int(bytes[place + 1])
                // Only backwards, so that it comes to an end.
                guard target < place else { throw DNSMessage.Malformed(reason: "a name points forward") }
                end = end ?? place + 2
                place = target
            case 0:
                guard place + 1 + count <= bytes.count else { throw Self.short }
                length += count + 1
                guard length <= 255 else { throw DNSMessage.Malformed(reason: "a name is too long") }
                labels.append(Self.text(bytes[place + 1..<place + 1 + count]))
                place += count + 1
            default: throw DNSMessage.Malformed(reason: "a label of an unknown kind")
            }
        }
    }

    private static func text(_ label: ArraySlice<UInt8>) -> String {
        label.map { byte in
            let isPlain =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            let digits = String(byte)
            return isPlain
                ? String(UnicodeScalar(byte)) : "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
        }.joined()
    }

    mutating func records(_ count: UInt16) throws(DNSMessage.Malformed) -> [DNSMessage.Record] {
        var records: [DNSMessage.Record] = []
        for _ in 0..<count { records.append(try record()) }
        return records
    }

    private mutating func record() throws(DNSMessage.Malformed) -> DNSMessage.Record {
        let name = try name().lowercased()
        let type = try number()
        let isInternet = try number() == 1
        let ttl = try longNumber()
        let length = Int(try number())
        let end = position + length
        guard end <= bytes.count else { throw Self.short }
        var kind = isInternet ? DNSMessage.Kind(rawValue: type) : nil
        var data = DNSMessage.Data.other
        switch kind {
        case .a where length == 4, .aaaa where length == 16:
            guard let text = Self.address(bytes[position..<end]) else { kind = nil; break }
            data = .address(text)
        case .srv:
            let (priority, weight, port) = (Int(try number()), Int(try number()), Int(try number()))
            data = .srv(priority: priority, weight: weight, port: port, target: try self.name().lowercased())
        case .cname: data = .cname(try self.name().lowercased())
        case .soa:
            _ = (try self.name(), try self.name())
            _ = (try longNumber(), try longNumber(), try longNumber(), try longNumber())
            data = .soa(minimum: try longNumber())
        case .a, .aaaa: throw DNSMessage.Malformed(reason: "an address of \(length) bytes")
        case nil: position = end
        }
        if case .address = data { position = end }
        guard position == end else {
            throw DNSMessage.Malformed(reason: "a record's data are longer or shorter than it says")
        }
        // A number with the first bit set is none (RFC 2181 section 8).
        return DNSMessage.Record(name: name, kind: kind, ttl: ttl & 0x8000_0000 == 0 ? ttl : 0, data: data)
    }

    private static func address(_ bytes: ArraySlice<UInt8>) -> String? {
        try? SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: 0).ipAddress
    }
}
