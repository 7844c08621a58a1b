import Catalog
import Logging
import NIOSSL
import Registries
import Settings
import TestSupport

/// A registry beside an API server of the tests.
struct KubernetesScene {
    /// As a test can wait for it.
    static let quick = WatchCycle.Timing(
        watch: .seconds(60),
        confirmation: .seconds(1),
        silence: .seconds(3),
        answer: .seconds(3)
    )

    let server: KubernetesServer
    let directory: TemporaryDirectory

    static func with(
        _ options: KubernetesServer.Options = KubernetesServer.Options(),
        _ body: (KubernetesScene) async throws -> Void,
    ) async throws {
        try await KubernetesServer.with(options) { server in
            let directory = try TemporaryDirectory()
            try directory.write("kubeconfig", server.kubeconfig())
            try await body(KubernetesScene(server: server, directory: directory))
        }
    }

    func registry(
        timing: WatchCycle.Timing = Self.quick,
        _ change: (inout KubernetesSettings) -> Void = { _ in },
    ) -> KubernetesRegistry {
        let address = KubernetesAddress.kubeconfig(path: directory("kubeconfig"), context: nil)
        var settings = RegistrySettings(name: "main", url: .kubernetes(address))
        change(&settings.kubernetes)
        return KubernetesRegistry(
            settings,
            at: address,
            environment: { _ in nil },
            timing: timing,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}

extension ClusterObject {
    /// The Service `web` with a slice of these pods.
    static func web(_ pods: [(String, Endpoint.State)], slice: String = "web-1") -> ClusterObject {
        .slice(
            slice,
            pods.map { Endpoint($0.0, "10.0.0.\($0.0.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) % 251 } + 1)", $0.1) }
        )
    }
}

func ids(_ result: QueryResult?) -> [String]? {
    guard case .instances(let instances)? = result else { return nil }
    return instances.map(\.id)
}
