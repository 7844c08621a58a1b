import Settings
import Testing

@testable import Registries

@Suite struct DNSMessageTests {
    private static let question = DNSQuestion(name: "_http._tcp.web.example", kind: 33)
    private static let query = question.message(id: 0xABCD, size: 1232)

    private static let full = DNSReply(
        answers: [
            .init("_http._tcp.web.example", ttl: 30, .srv(priority: 10, weight: 5, port: 8080, "A.example")),
            .init("x.example", ttl: 0x8000_0001, .cname("y.example")),
        ],
        authorities: [.init("example", ttl: 7, .soa(minimum: 9))],
        additionals: [
            .init("a.example", .a([10, 0, 0, 1])),
            .init("a.example", .aaaa([0xFD] + Array(repeating: 0, count: 14) + [1])),
        ]
    ).message(to: query)

    @Test func `a question is written as the standard has it`() {
        let question = DNSQuestion(name: "ab.c", kind: 1)
        #expect(
            question.message(id: 0x0102, size: nil)
                == [1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 0x61, 0x62, 1, 0x63, 0, 0, 1, 0, 1]
        )
        #expect(
            question.message(id: 0, size: 1232).suffix(11) == [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]
        )
    }

    @Test func `the case of a name falls by chance, and its letters stay`() {
        #expect(Self.question.inRandomCase { true }.name == "_http._tcp.web.example")
        #expect(Self.question.inRandomCase { false }.name == "_HTTP._TCP.WEB.EXAMPLE")
        #expect(DNSQuestion(name: "a-1_b.c", kind: 1).inRandomCase { false }.name == "A-1_B.C")
    }

    @Test func `an answer is read with all its parts`() throws {
        let message = try DNSMessage(Self.full)
        #expect(message.id == 0xABCD && message.isResponse && message.code == 0 && message.question == Self.question)
        #expect(
            message.answers.map(\.data) == [
                .srv(priority: 10, weight: 5, port: 8080, target: "a.example"), .cname("y.example"),
            ]
        )
        // A TTL with the first bit set is 0.
        #expect(message.answers.map(\.ttl) == [30, 0])
        #expect(message.authorities.map(\.data) == [.soa(minimum: 9)])
        #expect(message.additionals.map(\.data) == [.address("10.0.0.1"), .address("fd00::1")])
    }

    @Test func `compressed names are read`() throws {
        // Behind the question: a pointer to it, and an SRV target `a` in front of the question's `example`.
        var bytes = Array(DNSReply().message(to: Self.query))
        bytes[7] = 1
        let example = 12 + Self.question.name.utf8.count - "example".utf8.count
        bytes +=
            [0xC0, 12] + [0, 33, 0, 1, 0, 0, 0, 60, 0, 10] + [0, 1, 0, 2, 0, 80] + [1, 0x61, 0xC0, UInt8(example)]
        let message = try DNSMessage(bytes)
        #expect(message.answers.first?.name == "_http._tcp.web.example")
        #expect(message.answers.first?.data == .srv(priority: 1, weight: 2, port: 80, target: "a.example"))
    }

    @Test func `bytes that no host name has are shown as such`() throws {
        let odd = DNSReply(answers: [.init("x", .cname("a b\n.example"))]).message(to: Self.query)
        #expect(try DNSMessage(odd).answers.first?.data == .cname("a\\032b\\010.example"))
    }

    @Test(
        "what is no message is refused",
        arguments: [
            [], [0], Array(repeating: 0xFF, count: 12), Array(repeating: 0xFF, count: 600),
            // A name that points to itself, and one that points forward.
            [0, 0, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1],
            [0, 0, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 20, 0, 1, 0, 1, 0, 0, 0],
            // A label of a kind that there is not.
            [0, 0, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 1, 0, 1],
        ] as [[UInt8]]
    )
    func refused(bytes: [UInt8]) {
        #expect(throws: DNSMessage.Malformed.self) { _ = try DNSMessage(bytes) }
    }

    @Test func `a name of two hundred and fifty-six bytes by way of pointers is refused`() throws {
        var bytes: [UInt8] = [0, 0, 0x84, 0, 0, 6, 0, 0, 0, 0, 0, 0]
        var place: Int?
        for _ in 0..<6 {
            let start = bytes.count
            bytes += [50] + Array(repeating: 0x61, count: 50)
            bytes += place.map { [0xC0 | UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? [0]
            bytes += [0, 1, 0, 1]
            place = start
        }
        #expect(throws: DNSMessage.Malformed(reason: "a name is too long")) { _ = try DNSMessage(bytes) }
    }

    @Test func `every beginning of an answer, and every answer with a byte changed, ends in a message or a fault`() {
        for count in 0..<Self.full.count { _ = try? DNSMessage(Array(Self.full.prefix(count))) }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = Self.full
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                    in: .min ... .max,
                    using: &generator
                )
            }
            _ = try? DNSMessage(bytes)
        }
    }

    @Test func `the system's servers are read as the C library reads them`() {
        let text =
            "# x\nsearch a b\nnameserver 10.0.0.1\n nameserver\t fd00::1 # c\nnameserver nonsense\nnameserver 1.1.1.1\nnameserver 8.8.8.8\n"
        #expect(ResolverFile.servers(in: text).map(\.host) == ["10.0.0.1", "fd00::1", "1.1.1.1"])
    }
}
