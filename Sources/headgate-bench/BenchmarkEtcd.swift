import TestSupport

/// The services that a benchmark registers in an etcd, below a prefix of their own, with transactions of a hundred.
struct BenchmarkEtcd: MeasuredRegistry {
    /// An etcd that somebody else runs.
    struct Foreign: EtcdEndpoint {
        let address: String
        let token = EtcdToken()
    }

    let name = "etcd"
    let etcd: any EtcdEndpoint
    private static let prefix = "/headgate-bench/"

    var port: Int { etcd.address.split(separator: ":").last.flatMap { Int($0) } ?? 2379 }

    func settings(in workspace: Workspace) -> String {
        "{url: 'etcd://\(etcd.address)', services: {prefix: \(Self.prefix)}}"
    }

    func fill(services: Int) async throws {
        try await clear()
        try await etcd.put(
            (0..<services).flatMap { service in (0..<10).map { Self.entry(Corpus.Instance(service, $0)) } }
        )
    }

    func change(service: Int, instance: Int, port: Int) async throws {
        let (key, value) = Self.entry(Corpus.Instance(service, instance, port: port))
        try await etcd.put(key, value)
    }

    func clear() async throws { try await etcd.delete(prefix: Self.prefix) }

    private static func entry(_ instance: Corpus.Instance) -> (key: String, value: String) {
        (
            "\(prefix)\(Corpus.service(instance.service))/\(instance.number)",
            """
            {"address": "\(instance.address)", "port": \(instance.port), "weight": \(instance.weight), \
            "tags": ["http", "v1"], "meta": {"version": "\(instance.version)"}, "zone": "\(instance.zone)"}
            """
        )
    }
}
