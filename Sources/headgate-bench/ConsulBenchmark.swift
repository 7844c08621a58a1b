import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `headgate run` on a real Consul: start, changes, memory, CPU time, connections and restarts, without check, reload and
/// quiescence.
struct ConsulBenchmark {
    /// `HOST:PORT` of an agent whose catalog may be written.
    var address: String
    /// headgate's budget; nil is its default.
    var connections: Int?
    var program: String
    var rounds: Int

    private let directory = "/tmp/headgate-bench-consul-\(getpid())"
    private var destination: Destination { Destination(path: "\(directory)/out") }

    init(address: String, connections: Int?, headgate: String?, rounds: Int) {
        self.address = address
        self.connections = connections
        program = headgate ?? MemoryBenchmark.neighbour("headgate")
        self.rounds = rounds
    }

    func run() async throws -> [Figure] {
        let consul = BenchmarkConsul(address: address)
        var figures: [Figure] = []
        do {
            for services in [1, 100, 1_000] {
                figures += try await measure(consul, services: services)
                if services == 100 { figures += try await restarts(consul, services: services) }
            }
            try await consul.deregister()
        } catch {
            try? await consul.deregister()
            throw error
        }
        _ = try await Subprocess.run(.name("rm"), arguments: ["-rf", directory], output: .discarded)
        return figures
    }

    private func measure(_ consul: BenchmarkConsul, services: Int) async throws -> [Figure] {
        var starts: [Double] = []
        for _ in 0..<max(rounds / 3, 3) {
            try await anew(consul, services: services)
            let begun = ContinuousClock.now
            starts.append(
                try await withHeadgate { _ in (try await destination.replaced(after: nil) - begun) / .milliseconds(1) }
            )
        }
        starts.sort()
        var figures = [
            figure("cold start to first render, p50", services, Measurement.percentile(0.5, of: starts), "ms"),
            figure("cold start to first render, worst", services, starts.last ?? .nan, "ms"),
        ]
        try await anew(consul, services: services)
        figures += try await withHeadgate { probe in
            _ = try await destination.replaced(after: nil)
            try await destination.settled()
            let count = rounds * 10
            var latencies: [Double] = []
            let cpu = probe.processorNanoseconds
            for change in 0..<count {
                let before = destination.inode
                let begun = ContinuousClock.now
                try await consul.change(service: change * 37 % services, instance: change % 10, port: 20_000 + change)
                latencies.append((try await destination.replaced(after: before) - begun) / .milliseconds(1))
                // Changes of one service come apart, as they do in life: headgate asks ten times a second at most.
                try await Task.sleep(for: .milliseconds(150))
            }
            let spent = Double(probe.processorNanoseconds - cpu) / 1e6
            latencies.sort()
            return [
                figure("registered → file replaced, p50", services, Measurement.percentile(0.5, of: latencies), "ms"),
                figure("registered → file replaced, p99", services, Measurement.percentile(0.99, of: latencies), "ms"),
                figure("CPU time a change", services, spent / Double(count), "ms"),
                figure("resident memory", services, Double(probe.residentBytes ?? 0) / 1e6, "MB"),
                figure("connections", services, Double(probe.connections(to: port)), ""),
            ]
        }
        return figures
    }

    /// Restarts that find something changed: from the start until it is in the file.
    private func restarts(_ consul: BenchmarkConsul, services: Int) async throws -> [Figure] {
        var times: [Double] = []
        try await anew(consul, services: services)
        try await withHeadgate { _ in _ = try await destination.replaced(after: nil) }
        for restart in 0..<20 {
            try await consul.change(service: restart, instance: 0, port: 30_000 + restart)
            let before = destination.inode
            let begun = ContinuousClock.now
            times.append(
                try await withHeadgate { _ in (try await destination.replaced(after: before) - begun) / .milliseconds(1)
                }
            )
        }
        return [figure("restart to what changed meanwhile, worst of 20", services, times.max() ?? .nan, "ms")]
    }

    private var port: Int { address.split(separator: ":").last.flatMap { Int($0) } ?? 8500 }

    private func figure(_ what: String, _ services: Int, _ value: Double, _ unit: String) -> Figure {
        let budget = connections.map { ", connections: \($0)" } ?? ""
        return Figure(
            benchmark: "consul",
            what: "\(services) × 10\(budget): \(what)",
            value: value,
            unit: unit
        )
    }

    // MARK: - headgate

    /// Makes an empty place for a headgate that knows nothing, and an agent that is free of the one before: an agent goes on
    /// to count the connection of a blocked query whose asker is gone until something wakes the query.
    private func anew(_ consul: BenchmarkConsul, services: Int) async throws {
        try await consul.deregister()
        try await consul.register(services: services)
        _ = try await Subprocess.run(.name("rm"), arguments: ["-rf", directory], output: .discarded)
        unsafe _ = mkdir(directory, 0o700)  // A C string for the call alone.
        try write(
            """
            registries: {main: {url: "consul://\(address)"\(connections.map { ", connections: \($0)" } ?? "")}}
            targets:
              bench:
                files: [{template: bench.tmpl, destination: out}]
                wait: 0s
                reload_interval: 0s
            state_dir: state
            """,
            "headgate.yaml"
        )
        try write(Self.template(services: services), "bench.tmpl")
    }

    /// The server lines of the other benchmarks' template, for these services alone.
    private static func template(services: Int) -> String {
        """
        {{ range $number := loop \(services) }}{{ $name := printf "headgate-bench-%d" $number }}backend {{ $name }}
            balance roundrobin
        {{ range service $name }}    server {{ .ID }} {{ .Address }}:{{ .Port }} weight {{ .Weights.Passing }}\
        {{ if eq .Status "draining" }} disabled{{ end }} check
        {{ end }}{{ end }}
        """
    }

    private func withHeadgate<Result: Sendable>(
        _ body: @escaping @Sendable (ProcessProbe) async throws -> Result,
    ) async throws -> Result {
        let result = try await Subprocess.run(
            .path(FilePath(program)),
            arguments: ["run", "--config", "\(directory)/headgate.yaml"],
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

    private func write(_ text: String, _ name: String) throws {
        let descriptor = try FileDescriptor.open(
            FilePath("\(directory)/\(name)"),
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite]
        )
        try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
    }
}
