import Subprocess
import SystemPackage
import TestSupport

/// A headgate that runs on the tests' API server, which keeps Kubernetes' rules but answers at once.
struct KubernetesBenchmark {
    let headgate: String?
    let rounds: Int

    func run() async throws -> [Figure] {
        var figures: [Figure] = []
        for services in [1, 1_000] {
            try await KubernetesServer.with { server in
                server.put((0..<services).flatMap { [.service("service-\($0)"), Self.slice(of: $0)] })
                try await Workspace.with { workspace in
                    try prepare(workspace, server)
                    let measured = Measured()
                    let begun = ContinuousClock.now
                    try await withRunning(program, ["run", "--config", workspace.file("headgate.yaml")]) { process in
                        await measured.note(
                            try await self.measure(
                                Destination(path: workspace.file("out")),
                                server,
                                services,
                                process.pid,
                                since: begun
                            )
                        )
                    }
                    figures += await measured.figures
                }
            }
        }
        return figures
    }

    private var program: String { headgate ?? MemoryBenchmark.neighbour("headgate") }

    private func measure(
        _ destination: Destination,
        _ server: KubernetesServer,
        _ services: Int,
        _ pid: Int32,
        since begun: ContinuousClock.Instant,
    ) async throws -> [Figure] {
        let first = try await destination.replaced(after: nil) - begun
        // The init list after a break is confirmed half a minute later; a benchmark does not wait for it.
        try await Task.sleep(for: .seconds(1))
        let probe = ProcessProbe(pid: pid)
        let count = rounds * 10
        let cpu = probe.processorNanoseconds
        var latencies: [Double] = []
        for change in 0..<count {
            let before = destination.inode
            let changed = Self.slice(of: change * 37 % services, port: 20_000 + change)
            let started = ContinuousClock.now
            server.put(changed)
            latencies.append((try await destination.replaced(after: before) - started) / .milliseconds(1))
        }
        let spent = Double(probe.processorNanoseconds - cpu) / 1e6
        latencies.sort()
        func figure(_ what: String, _ value: Double, _ unit: String) -> Figure {
            Figure(benchmark: "kubernetes", what: "\(services) × 10: \(what)", value: value, unit: unit)
        }
        return [
            figure("start → first render", first / .milliseconds(1), "ms"),
            figure("changed → file replaced, p50", Measurement.percentile(0.5, of: latencies), "ms"),
            figure("changed → file replaced, p99", Measurement.percentile(0.99, of: latencies), "ms"),
            figure("CPU time a change", spent / Double(count), "ms"),
            figure("resident memory", Double(probe.residentBytes ?? 0) / 1e6, "MB"),
        ]
    }

    private func prepare(_ workspace: Workspace, _ server: KubernetesServer) throws {
        try workspace.write("kubeconfig", server.kubeconfig())
        try workspace.write("bench.tmpl", Corpus.template)
        try workspace.write(
            "headgate.yaml",
            """
            registries: {main: 'kubernetes:kubeconfig'}
            targets:
              bench: {files: [{template: bench.tmpl, destination: out}], wait: 0s, reload_interval: 0s}
            state_dir: state
            """
        )
    }

    private static func slice(of service: Int, port: Int = 8080) -> ClusterObject {
        .slice(
            "service-\(service)-x7k2p",
            of: "service-\(service)",
            (0..<10).map { instance in
                let place = service * 10 + instance
                return .init(
                    "service-\(service)-5d4f8c7b9-\(instance)",
                    "10.\(place / 62_500).\(place / 250 % 250).\(place % 250 + 1)",
                    node: "node-\(place % 50)",
                    zone: "z\(instance % 3)"
                )
            },
            ports: [("http", port)]
        )
    }

    /// What the body of a process leaves behind.
    private actor Measured {
        private(set) var figures: [Figure] = []

        func note(_ figures: [Figure]) { self.figures += figures }
    }
}
