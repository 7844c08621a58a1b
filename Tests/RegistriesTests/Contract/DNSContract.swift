import Catalog
import Logging
import Settings
import Synchronization

@testable import Registries

/// A DNS server over real sockets. A service's instances are its SRV records, an instance's ID is its host's first label, and
/// a service without instances is said to have none (RFC 2782); records have no tags.
final class DNSContract: RegistryContract {
    /// What the server knows.
    private final class Zone: Sendable {
        private let services = Mutex<[String: [ContractInstance]]>([:])
        private let hasFailed = Mutex(false)

        func set(_ service: String, _ instances: [ContractInstance]) {
            services.withLock { $0[service] = instances }
        }

        func fail(_ fails: Bool) { hasFailed.withLock { $0 = fails } }

        func answer(_ question: DNSQuestion) -> DNSReply {
            if hasFailed.withLock(\.self) { return DNSReply(code: 2) }
            let labels = question.name.lowercased().split(separator: ".").map(String.init)
            let isOfSRV = labels.first == "_http"
            guard labels.count > 2, let instances = services.withLock({ $0[labels[isOfSRV ? 2 : 1]] }) else {
                return .noSuchName
            }
            if isOfSRV {
                let none = DNSReply.Data.srv(priority: 0, weight: 0, port: 0, "")
                let records = instances.map { one in
                    DNSReply.Data.srv(
                        priority: 1,
                        weight: UInt16(one.weight),
                        port: UInt16(one.port),
                        "\(one.id).\(labels[2]).example"
                    )
                }
                // The answer's order is not the registry's.
                let name = question.name
                return DNSReply(answers: (records.isEmpty ? [none] : records.reversed()).map { .init(name, $0) })
            }
            guard question.kind == 1, let one = instances.first(where: { $0.id == labels[0] }) else {
                return .noSuchName
            }
            let address = one.ownAddress.split(separator: ".").compactMap { UInt8($0) }
            return DNSReply(answers: [.init(question.name, .a(address))])
        }
    }

    private let zone: Zone
    private let server: LoopbackDNS

    private init(_ zone: Zone, _ server: LoopbackDNS) { (self.zone, self.server) = (zone, server) }

    static func with(_ body: @escaping @Sendable (any RegistryContract) async throws -> Void) async throws {
        let zone = Zone()
        try await LoopbackDNS.with({ zone.answer($0) }) { try await body(DNSContract(zone, $0)) }
    }

    var registry: any Registry {
        var registry = RegistrySettings(name: "main", url: .dns([], pattern: nil))
        for name in ["web", "api"] { registry.dns.records[name] = .init(srv: "_http._tcp.\(name).example") }
        registry.dns.pattern = .init(srv: "_http._tcp.{service}.example")
        registry.dns.minimumTTL = .milliseconds(50)
        registry.dns.maximumTTL = .milliseconds(50)
        return DNSRegistry(
            registry,
            servers: [HostPort(host: "127.0.0.1", port: server.port)],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func set(_ service: String, _ instances: [ContractInstance]) async throws { zone.set(service, instances) }

    func disconnect() async throws { zone.fail(true) }

    func reconnect() async throws { zone.fail(false) }

    var attempts: Int? { server.questions }
    var hasTags: Bool { false }

    func id(of instance: Instance) -> String { String(instance.node.name.prefix { $0 != "." }) }
}
