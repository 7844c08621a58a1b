import Registries
import Synchronization
import TestSupport

/// An API server of the tests; each instance has a slice of its own, since only so can each have weight and tags.
final class KubernetesContract: RegistryContract {
    private let scene: KubernetesScene
    private let slices = Mutex<[String: [ClusterObject]]>([:])

    private init(_ scene: KubernetesScene) { self.scene = scene }

    static func with(_ body: @escaping @Sendable (any RegistryContract) async throws -> Void) async throws {
        try await KubernetesScene.with { try await body(KubernetesContract($0)) }
    }

    var registry: any Registry { scene.registry() }

    func set(_ service: String, _ instances: [ContractInstance]) async throws {
        let fresh = instances.map { one in
            ClusterObject.slice(
                "\(service)-\(one.id)",
                of: service,
                [.init(one.id, one.ownAddress)],
                ports: [("http", one.port)],
                annotations: ["headgate/weight": "\(one.weight)", "headgate/tags": one.tags.joined(separator: ",")]
            )
        }
        let old = slices.withLock { $0.updateValue(fresh, forKey: service) }
        if old == nil { scene.server.put(.service(service)) }
        for slice in old ?? [] where !fresh.contains(where: { $0.name == slice.name }) { scene.server.remove(slice) }
        for slice in fresh.reversed() where !(old ?? []).contains(where: { $0 == slice }) { scene.server.put(slice) }
    }

    func disconnect() async throws { scene.server.refuse(true) }

    func reconnect() async throws { scene.server.refuse(false) }

    var attempts: Int? { scene.server.connections }
    var openConnections: Int? { scene.server.openConnections }
}
