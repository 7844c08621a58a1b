import Logging
import Registries
import Settings
import Synchronization
import TestSupport

/// A real Consul agent behind a link that can be cut.
final class ConsulContract: LinkedContract {
    private let agent: ConsulAgent
    let link: FaultyLink
    private let registered = Mutex<[String: [ContractInstance]]>([:])

    private init(_ agent: ConsulAgent, _ link: FaultyLink) { (self.agent, self.link) = (agent, link) }

    static func with(_ body: @escaping @Sendable (any RegistryContract) async throws -> Void) async throws {
        try await ConsulAgent.with { agent in
            try await FaultyLink.with(to: agent.ports.http) { try await body(ConsulContract(agent, $0)) }
        }
    }

    var registry: any Registry {
        let address = ConsulAddress.host("127.0.0.1", port: link.port, tls: false)
        return ConsulRegistry(
            RegistrySettings(name: "main", url: .consul(address)),
            at: address,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func set(_ service: String, _ instances: [ContractInstance]) async throws {
        let old = registered.withLock { $0.updateValue(instances, forKey: service) } ?? []
        for one in old where !instances.contains(where: { $0.id == one.id }) { try await agent.deregister(one.id) }
        for one in instances.reversed() where !old.contains(one) {
            try await agent.register(
                ServiceRegistration(
                    service,
                    id: one.id,
                    address: one.address,
                    port: one.port,
                    tags: one.tags,
                    weights: .init(passing: one.weight, warning: 1)
                )
            )
        }
    }
}
