import Logging
import Registries
import Settings
import Synchronization
import TestSupport

/// A real etcd behind a link that can be cut.
final class EtcdContract: LinkedContract {
    private let member: EtcdMember
    let link: FaultyLink
    private let registered = Mutex<[String: [ContractInstance]]>([:])

    private init(_ member: EtcdMember, _ link: FaultyLink) { (self.member, self.link) = (member, link) }

    static func with(_ body: @escaping @Sendable (any RegistryContract) async throws -> Void) async throws {
        try await EtcdMember.with { member in
            try await FaultyLink.with(to: member.ports.client) { try await body(EtcdContract(member, $0)) }
        }
    }

    var registry: any Registry {
        let address = EtcdAddress([HostPort(host: "127.0.0.1", port: link.port)])
        return EtcdRegistry(
            RegistrySettings(name: "main", url: .etcd(address)),
            at: address,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func set(_ service: String, _ instances: [ContractInstance]) async throws {
        let old = registered.withLock { $0.updateValue(instances, forKey: service) } ?? []
        for one in old where !instances.contains(where: { $0.id == one.id }) {
            try await member.delete("/services/\(service)/\(one.id)")
        }
        for one in instances.reversed() where !old.contains(one) {
            let tags = one.tags.map { "\"\($0)\"" }.joined(separator: ",")
            try await member.put(
                "/services/\(service)/\(one.id)",
                #"{"address":"\#(one.address)","port":\#(one.port),"weight":\#(one.weight),"tags":[\#(tags)]}"#
            )
        }
    }
}
