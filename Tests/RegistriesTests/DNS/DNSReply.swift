@testable import Registries

/// A DNS answer, written as servers write it.
struct DNSReply: Sendable {
    enum Data: Sendable {
        case a([UInt8])
        case aaaa([UInt8])
        case srv(priority: UInt16, weight: UInt16, port: UInt16, String)
        case cname(String)
        case soa(minimum: UInt32)
    }

    struct Record: Sendable {
        var name: String
        var ttl: UInt32 = 60
        var data: Data

        init(_ name: String, ttl: UInt32 = 60, _ data: Data) { (self.name, self.ttl, self.data) = (name, ttl, data) }
    }

    var code: UInt8 = 0
    var isTruncated = false
    var answers: [Record] = []
    var authorities: [Record] = []
    var additionals: [Record] = []

    static let noSuchName = DNSReply(code: 3)

    /// The message that answers `query`, with its ID and its question as they came.
    func message(to query: [UInt8]) -> [UInt8] {
        var bytes = Array(query[0..<2]) + [isTruncated ? 0x86 : 0x84, 0x80 | code]
        for count in [1, answers.count, authorities.count, additionals.count] { bytes += Self.number(UInt16(count)) }
        // The question ends behind its name's empty label, its type and its class.
        let end = query[12...].firstIndex(of: 0).map { $0 + 5 } ?? query.count
        bytes += query[12..<end]
        guard !isTruncated else { return bytes }
        for record in answers + authorities + additionals { bytes += Self.bytes(of: record) }
        return bytes
    }

    static func number(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

    static func name(_ name: String) -> [UInt8] {
        name.utf8.split(separator: UInt8(ascii: ".")).flatMap { [UInt8($0.count)] + $0 } + [0]
    }

    private static func long(_ number: UInt32) -> [UInt8] {
        Self.number(UInt16(number >> 16)) + Self.number(UInt16(number & 0xFFFF))
    }

    private static func bytes(of record: Record) -> [UInt8] {
        let (type, data): (UInt16, [UInt8]) =
            switch record.data {
            case .a(let bytes): (1, bytes)
            case .aaaa(let bytes): (28, bytes)
            case .srv(let priority, let weight, let port, let target):
                (33, number(priority) + number(weight) + number(port) + name(target))
            case .cname(let target): (5, name(target))
            case .soa(let minimum): (6, [0, 0] + (0..<4).flatMap { _ in long(1) } + long(minimum))
            }
        return name(record.name) + number(type) + number(1) + long(record.ttl) + number(UInt16(data.count)) + data
    }
}
