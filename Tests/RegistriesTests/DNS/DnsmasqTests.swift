import Catalog
import Logging
import NIOCore
import NIOPosix
import Registries
import Settings
import TestSupport
import Testing

/// The DNS registry against a real dnsmasq.
@Suite(.serialized, .timeLimit(.minutes(3))) struct DnsmasqTests {
    private let web = CatalogQuery.service(name: "web")

    private func registry(_ port: Int, timeout: Duration = .seconds(1)) -> DNSRegistry {
        var registry = RegistrySettings(name: "main", url: .dns([], pattern: nil))
        registry.dns.records = ["web": .init(srv: "_http._tcp.web.example"), "api": .init(a: "api.example", port: 80)]
        registry.dns.minimumTTL = .milliseconds(200)
        registry.dns.maximumTTL = .milliseconds(300)
        registry.dns.timeout = timeout
        return DNSRegistry(
            registry,
            servers: [HostPort(host: "127.0.0.1", port: port)],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func zone(_ hosts: Int...) -> String {
        hosts.map { number in
            """
            srv-host=_http._tcp.web.example,h\(number).example,8080,1,\(number)
            host-record=h\(number).example,10.0.0.\(number),1
            """
        }.joined(separator: "\n")
    }

    private func addresses(_ diary: ReportDiary) -> [String]? { diary.instances(web)?.map(\.effectiveAddress).sorted() }

    @Test func `records are instances, and change when the zone does`() async throws {
        try await Dnsmasq.with(Self.zone(1, 2)) { dns in
            try await watched(registry(dns.port), [web, .services()]) { diary in
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.1", "10.0.0.2"] }
                #expect(diary.instances(web)?.map(\.currentWeight).sorted() == [1, 2])
                #expect(diary.instances(web)?.map(\.node.name).sorted() == ["h1.example", "h2.example"])
                try await dns.start(Self.zone(2, 3))
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.2", "10.0.0.3"] }
            }
        }
    }

    @Test func `a server that is gone changes nothing, and one that has lost its zone is suspect`() async throws {
        try await Dnsmasq.with(Self.zone(1)) { dns in
            try await watched(registry(dns.port), [web]) { diary in
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.1"] }
                #expect(diary.breaks == 1)
                await dns.stop()
                try await diary.reaches { _ in diary.faults > 0 && diary.failing == [web] }
                #expect(["unreachable", "timeout"].contains(diary.lastFault?.label))
                #expect(diary.lastFault?.message.contains("127.0.0.1:\(dns.port)") == true)
                #expect(addresses(diary) == ["10.0.0.1"])
                try await dns.start("")
                try await diary.reaches(within: .seconds(40)) { _ in diary.isRecovered && addresses(diary) == [] }
                #expect(diary.breaks == 2 && diary.failing.isEmpty)
            }
        }
    }

    @Test func `an answer that does not fit into a datagram comes over TCP`() async throws {
        let hosts = Array(1...100)
        let zone = hosts.map { Self.zone($0) }.joined(separator: "\n")
        try await Dnsmasq.with(zone) { dns in
            try await watched(registry(dns.port), [web]) { diary in
                try await diary.reaches { _ in addresses(diary)?.count == hosts.count }
                #expect(diary.faults == 0)
            }
        }
    }

    @Test func `a silent server is a fault in time, and ending does not wait for it`() async throws {
        let port = LoopbackPorts.free(1)[0]
        // Holds the port, and answers nothing.
        let silent = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: port).get()
        try await watched(registry(port, timeout: .milliseconds(100)), [web]) { diary in
            try await diary.reaches { _ in diary.lastFault?.label == "timeout" }
            diary.endsNow()
        } afterwards: { since in
            #expect(since < .seconds(5))
        }
        try await silent.close()
    }
}
