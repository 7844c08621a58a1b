import Catalog
import Settings
import Testing

@testable import Registries

@Suite struct DNSLookupTests {
    private let server = HostPort(host: "10.0.0.53", port: 53)

    private func find(
        _ record: DNSSettings.Record,
        _ dns: ScriptedDNS,
        servers: [HostPort]? = nil,
    ) async throws(DNSFault) -> DNSFinding {
        let list = servers ?? [server]
        let resolver = DNSResolver(servers: { () throws(DNSFault) in list }, timeout: .seconds(1), transport: dns)
        return try await DNSLookup(resolver: resolver).find("web", record)
    }

    private static func zone(_ records: [DNSReply.Record]) -> ScriptedDNS.Answer {
        { asked in
            let kinds: [UInt16] = [1, 5, 28, 33]
            let answers = records.filter { record in
                guard record.name == asked.name else { return false }
                return switch record.data {
                case .a: asked.kind == kinds[0]
                case .cname: true
                case .aaaa: asked.kind == kinds[2]
                case .srv: asked.kind == kinds[3]
                case .soa: false
                }
            }
            return answers.isEmpty ? .noSuchName : DNSReply(answers: answers)
        }
    }

    @Test func `SRV records are instances, with weight and priority`() async throws {
        let dns = ScriptedDNS(
            Self.zone([
                .init("_http._tcp.web.example", ttl: 30, .srv(priority: 1, weight: 10, port: 8080, "a.example")),
                .init("_http._tcp.web.example", ttl: 30, .srv(priority: 1, weight: 0, port: 8081, "b.example")),
                .init("_http._tcp.web.example", ttl: 30, .srv(priority: 5, weight: 1, port: 8080, "c.example")),
                .init("a.example", ttl: 20, .a([10, 0, 0, 1])), .init("a.example", ttl: 20, .a([10, 0, 0, 2])),
                .init("b.example", ttl: 90, .aaaa([0xFD] + Array(repeating: 0, count: 14) + [2])),
                .init("c.example", ttl: 90, .a([10, 0, 0, 3])),
            ])
        )
        let finding = try await find(.init(srv: "_http._tcp.web.example."), dns)
        let found = finding.instances.sorted { $0.id < $1.id }.map { instance in
            "\(instance.id) \(instance.node.name) \(instance.currentWeight) \(instance.tags.joined()) \(instance.meta["priority"] ?? "")"
        }
        #expect(
            found == [
                "web-10.0.0.1-8080 a.example 10  1", "web-10.0.0.2-8080 a.example 10  1",
                "web-10.0.0.3-8080 c.example 1 backup 5", "web-fd00::2-8081 b.example 1  1",
            ]
        )
        #expect(finding.ttl == 20 && !finding.isStated)
    }

    @Test func `addresses that come along are not asked for`() async throws {
        let dns = ScriptedDNS { asked in
            asked.kind == 33
                ? DNSReply(
                    answers: [.init("s.example", .srv(priority: 1, weight: 1, port: 80, "a.example"))],
                    additionals: [.init("a.example", .a([10, 0, 0, 1]))]
                ) : nil
        }
        let finding = try await find(.init(srv: "s.example"), dns)
        #expect(finding.instances.map(\.address) == ["10.0.0.1"] && dns.asked.count == 1)
    }

    @Test func `aliases are followed, also to where the server does not go by itself`() async throws {
        let dns = ScriptedDNS(
            Self.zone([
                .init("w.example", ttl: 9, .cname("x.example")), .init("x.example", .cname("y.example")),
                .init("y.example", .a([10, 0, 0, 1])),
            ])
        )
        let finding = try await find(.init(a: "w.example", port: 80), dns)
        #expect(finding.instances.map(\.address) == ["10.0.0.1"] && finding.ttl == 9)
        dns.answer(Self.zone([.init("w.example", .cname("w.example"))]))
        await #expect(throws: DNSFault.self) { _ = try await find(.init(a: "w.example"), dns) }
        dns.answer { DNSReply(answers: [.init($0.name, .cname("n\($0.name)"))]) }
        await #expect(throws: DNSFault.self) { _ = try await find(.init(a: "w.example"), dns) }
    }

    @Test(
        "what is not there is suspect, unless it is stated",
        arguments: [
            (DNSReply.noSuchName, true, false), (DNSReply(), true, false),
            (DNSReply(answers: [.init("s.example", .srv(priority: 0, weight: 0, port: 0, ""))]), false, true),
            (
                DNSReply(answers: [.init("s.example", .srv(priority: 0, weight: 0, port: 80, "gone.example"))]), true,
                false
            ),
            (
                DNSReply(answers: [.init("s.example", .srv(priority: 0, weight: 0, port: 80, "a b.example"))]), false,
                false
            ),
        ]
    )
    func absent(reply: DNSReply, isSuspect: Bool, isStated: Bool) async throws {
        let dns = ScriptedDNS { $0.kind == 33 ? reply : .noSuchName }
        let finding = try await find(.init(srv: "s.example"), dns)
        #expect(finding.instances.isEmpty && finding.isSuspect == isSuspect && finding.isStated == isStated)
    }

    @Test func `that there is nothing holds as long as the zone says`() async throws {
        let dns = ScriptedDNS { _ in DNSReply(code: 3, authorities: [.init("example", ttl: 40, .soa(minimum: 15))]) }
        #expect(try await find(.init(a: "w.example"), dns).ttl == 15)
    }

    @Test func `an answer that does not fit is asked for over TCP`() async throws {
        let dns = ScriptedDNS { asked in
            DNSReply(isTruncated: !asked.overTCP, answers: [.init("w.example", .a([10, 0, 0, 1]))])
        }
        #expect(try await find(.init(a: "w.example"), dns).instances.count == 1)
        #expect(dns.asked.map(\.overTCP) == [false, true])
    }

    @Test func `an answer that does not repeat the case is asked for over TCP, and another question's is none`()
        async throws
    {
        let dns = ScriptedDNS { _ in DNSReply(answers: [.init("wwwwwwwwwwww.example", .a([10, 0, 0, 1]))]) }
        // The letters of the question, not what may look like them in the header's random id.
        dns.forge { $0.prefix(12) + $0.dropFirst(12).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
        #expect(try await find(.init(a: "wwwwwwwwwwww.example"), dns).instances.count == 1)
        #expect(dns.asked.contains { $0.overTCP })
        dns.forge { bytes in bytes.prefix(13) + [0x78] + bytes.dropFirst(14) }
        await #expect(throws: DNSFault.timedOut(server)) { _ = try await find(.init(a: "wwwwwwwwwwww.example"), dns) }
        dns.forge { bytes in [bytes[0] ^ 1] + bytes.dropFirst() }
        await #expect(throws: DNSFault.timedOut(server)) { _ = try await find(.init(a: "wwwwwwwwwwww.example"), dns) }
    }

    @Test(
        "a server that fails or is silent is passed over for the next, and the one that answered is asked first",
        arguments: [nil, 2, 4, 5] as [UInt8?]
    )
    func several(code: UInt8?) async throws {
        let second = HostPort(host: "10.0.0.54", port: 53)
        let dns = ScriptedDNS { asked in
            asked.server == "10.0.0.53"
                ? code.map { DNSReply(code: $0) } : DNSReply(answers: [.init("w.example", .a([10, 0, 0, 1]))])
        }
        let list = [server, second]
        let resolver = DNSResolver(servers: { () throws(DNSFault) in list }, timeout: .seconds(1), transport: dns)
        let lookup = DNSLookup(resolver: resolver)
        #expect(try await lookup.find("web", .init(a: "w.example")).instances.count == 1)
        #expect(try await lookup.find("web", .init(a: "w.example")).instances.count == 1)
        #expect(dns.asked.map(\.server) == ["10.0.0.53", "10.0.0.54", "10.0.0.54"])
    }

    @Test func `no server, and none that answers, are faults`() async {
        let dns = ScriptedDNS { _ in DNSReply(code: 2) }
        await #expect(throws: DNSFault.refused(server, code: 2)) { _ = try await find(.init(a: "w.example"), dns) }
        #expect(dns.asked.count == 2)
        await #expect(throws: DNSFault.noServer("none is configured")) {
            _ = try await find(.init(a: "w.example"), dns, servers: [])
        }
    }

    @Test func `an old server is asked without the record that it does not know`() async throws {
        let dns = ScriptedDNS { asked in
            asked.hasSize ? DNSReply(code: 1) : DNSReply(answers: [.init("w.example", .a([10, 0, 0, 1]))])
        }
        #expect(try await find(.init(a: "w.example"), dns).instances.count == 1)
    }
}
