import Subprocess
import SystemPackage
import TestSupport

/// `headgate run` on a registry: starts, changes, memory, CPU time, connections and restarts, without check, reload and
/// quiescence.
struct RegistryBenchmark {
    let registry: any MeasuredRegistry
    let program: String
    let rounds: Int

    init(_ registry: any MeasuredRegistry, headgate: String?, rounds: Int) {
        self.registry = registry
        program = headgate ?? MemoryBenchmark.neighbour("headgate")
        self.rounds = rounds
    }

    func run() async throws -> [Figure] {
        var figures: [Figure] = []
        do {
            for services in [1, 100, 1_000] {
                figures += try await starts(services) + changes(services)
                if services == 100 { figures += try await restarts(services) }
            }
            try await registry.clear()
        } catch {
            try? await registry.clear()
            throw error
        }
        return figures
    }

    private func starts(_ services: Int) async throws -> [Figure] {
        var times: [Double] = []
        for _ in 0..<max(rounds / 3, 3) {
            try await withNewcomer(services) { workspace in times.append(try await delivery(in: workspace)) }
        }
        times.sort()
        return [
            figure("cold start to first render, p50", services, Measurement.percentile(0.5, of: times), "ms"),
            figure("cold start to first render, worst", services, times.last ?? .nan, "ms"),
        ]
    }

    private func changes(_ services: Int) async throws -> [Figure] {
        try await withNewcomer(services) { workspace in
            let destination = Destination(path: workspace.file("out"))
            return try await withHeadgate(in: workspace) { probe in
                _ = try await destination.replaced(after: nil)
                try await destination.settled()
                let count = rounds * 10
                var latencies: [Double] = []
                let cpu = probe.processorNanoseconds
                for change in 0..<count {
                    let before = destination.inode
                    let begun = ContinuousClock.now
                    try await registry.change(
                        service: change * 37 % services,
                        instance: change % 10,
                        port: 20_000 + change
                    )
                    latencies.append((try await destination.replaced(after: before) - begun) / .milliseconds(1))
                    try await Task.sleep(for: registry.pause)
                }
                let spent = Double(probe.processorNanoseconds - cpu) / 1e6
                latencies.sort()
                return [
                    figure("changed → file replaced, p50", services, Measurement.percentile(0.5, of: latencies), "ms"),
                    figure("changed → file replaced, p99", services, Measurement.percentile(0.99, of: latencies), "ms"),
                    figure("CPU time a change", services, spent / Double(count), "ms"),
                    figure("resident memory", services, Double(probe.residentBytes ?? 0) / 1e6, "MB"),
                    figure("connections", services, Double(probe.connections(to: registry.port)), ""),
                ]
            }
        }
    }

    /// Restarts that find something changed: from the start until it is in the file.
    private func restarts(_ services: Int) async throws -> [Figure] {
        var times: [Double] = []
        try await withNewcomer(services) { workspace in
            _ = try await delivery(in: workspace)
            for restart in 0..<20 {
                try await registry.change(service: restart, instance: 0, port: 30_000 + restart)
                times.append(try await delivery(in: workspace))
            }
        }
        return [figure("restart to what changed meanwhile, worst of 20", services, times.max() ?? .nan, "ms")]
    }

    private func figure(_ what: String, _ services: Int, _ value: Double, _ unit: String) -> Figure {
        Figure(
            benchmark: registry.name,
            what: "\(services) × 10\(registry.remark): \(what)",
            value: value,
            unit: unit
        )
    }

    // MARK: - headgate

    /// Milliseconds from the start of a headgate to its first delivery.
    private func delivery(in workspace: Workspace) async throws -> Double {
        let destination = Destination(path: workspace.file("out"))
        let before = destination.inode
        let begun = ContinuousClock.now
        return try await withHeadgate(in: workspace) { _ in
            (try await destination.replaced(after: before) - begun) / .milliseconds(1)
        }
    }

    /// Makes the place of a headgate that knows nothing, beside a registry that has been filled anew: an agent of Consul's
    /// goes on to count the connection of a blocked query whose asker is gone until something wakes the query.
    private func withNewcomer<Result: Sendable>(
        _ services: Int,
        _ body: (Workspace) async throws -> Result,
    ) async throws -> Result {
        try await registry.fill(services: services)
        return try await Workspace.with { workspace in
            try workspace.write(
                "headgate.yaml",
                """
                registries: {main: \(try registry.settings(in: workspace))}
                targets:
                  bench:
                    files: [{template: bench.tmpl, destination: out}]
                    wait: 0s
                    reload_interval: 0s
                state_dir: state
                """
            )
            try workspace.write("bench.tmpl", Corpus.template(services: services))
            return try await body(workspace)
        }
    }

    private func withHeadgate<Result: Sendable>(
        in workspace: Workspace,
        _ body: @escaping @Sendable (ProcessProbe) async throws -> Result,
    ) async throws -> Result {
        let result = try await Subprocess.run(
            .path(FilePath(program)),
            arguments: ["run", "--config", workspace.file("headgate.yaml")],
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            let outcome: Swift.Result<Result, any Error>
            do {
                outcome = .success(try await body(ProcessProbe(pid: execution.processIdentifier.value)))
            } catch {
                outcome = .failure(error)
            }
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(10))])
            return outcome
        }
        return try result.closureResult.get()
    }
}
