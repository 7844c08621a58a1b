import TestSupport

/// The tests' API server, which keeps Kubernetes' rules but answers at once. A service has one EndpointSlice.
struct BenchmarkKubernetes: MeasuredRegistry {
    let name = "kubernetes"
    let server: KubernetesServer

    var port: Int { server.port }

    func settings(in workspace: Workspace) throws -> String {
        try workspace.write("kubeconfig", server.kubeconfig())
        return "'kubernetes:kubeconfig'"
    }

    func fill(services: Int) {
        server.put((0..<services).flatMap { [.service(Corpus.service($0)), Self.slice(of: $0, port: 8080)] })
    }

    func change(service: Int, instance: Int, port: Int) { server.put(Self.slice(of: service, port: port)) }

    private static func slice(of service: Int, port: Int) -> ClusterObject {
        .slice(
            "\(Corpus.service(service))-x7k2p",
            of: Corpus.service(service),
            (0..<10).map { number in
                let instance = Corpus.Instance(service, number)
                return .init(
                    "\(Corpus.service(service))-5d4f8c7b9-\(number)",
                    instance.address,
                    node: "node-\(instance.place % 50)",
                    zone: instance.zone
                )
            },
            ports: [("http", port)]
        )
    }
}
