import Catalog
import Logging
import Registries
import Settings
import TestSupport

/// A registry of the members at `ports`, impatient enough for tests.
func etcdRegistry(
    _ ports: [Int],
    tls: Bool = false,
    patience: Duration = .seconds(1),
    renewal: Duration = .seconds(2),
    _ change: (inout EtcdSettings) -> Void = { _ in },
) -> EtcdRegistry {
    // Each on an address of its own.
    let endpoints = ports.enumerated().map { HostPort(host: "127.0.0.\(tls ? 1 + $0.offset : 1)", port: $0.element) }
    let address = EtcdAddress(endpoints, isTLS: tls)
    var settings = RegistrySettings(name: "main", url: .etcd(address))
    change(&settings.etcd)
    return EtcdRegistry(
        settings,
        at: address,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        timing: .init(patience: patience, renewal: renewal)
    )
}

extension EtcdMember {
    /// Registers an instance of `web`.
    func register(_ id: String, lease: String? = nil) async throws {
        try await put("/services/web/\(id)", "10.0.0.1:80", lease: lease)
    }
}

extension QueryResult {
    /// The identifiers of instances; nil if the answer is another one.
    var ids: [String]? { if case .instances(let instances) = self { instances.map(\.id) } else { nil } }
}
