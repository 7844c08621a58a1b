import ArgumentParser
import FoundationEssentials
import TestSupport

@main
struct HeadgateBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "headgate-bench",
        abstract: "Measures headgate on this machine, best of n by process CPU time.",
        discussion: """
            Build it with -c release. Machines are noisy: compare figures of one run, as ratios.

              swift run -c release headgate-bench
              swift run -c release headgate-bench render decode --json
              swift run -c release headgate-bench live           # needs haproxy
              swift run -c release headgate-bench registries     # needs etcd
              swift run -c release headgate-bench registries --etcd 127.0.0.1:2379
              swift run -c release headgate-bench consul --address 127.0.0.1:8500 \\
                  --connections 1200

            `registries` and `consul` run headgate on 1, 100 and 1 000 services × 10
            instances: time to the first render and after restarts, a change until
            the file is replaced, CPU time a change, memory, connections.
            `registries` takes a real etcd, of its own unless said, and the tests'
            API server for Kubernetes. `consul` needs an agent; with more connections
            than its limit for a client (200 unless
            limits.http_max_conns_per_client is raised) it measures refusals. What is
            written into an etcd or Consul that is named, below /headgate-bench/ or
            on the node headgate-bench, is removed at the end.
            """,
    )

    enum Benchmark: String, CaseIterable, ExpressibleByArgument {
        /// Templates over 1 000 services × 10 instances.
        case render
        /// Registry files into a catalog.
        case decode
        /// A registry file's change until the destination is replaced.
        case latency
        /// Resident memory of a running headgate.
        case memory
        /// A registry file's change until a new server of a running HAProxy answers.
        case live
        /// A headgate that runs on a real Consul.
        case consul
        /// A headgate that runs on a real etcd, and one that runs on the tests' API server.
        case registries
    }

    @Argument(
        help: ArgumentHelp(
            "Which to run: \(Benchmark.allCases.map(\.rawValue).joined(separator: ", ")). All but live, consul and registries unless said."
        )
    )
    var benchmarks: [Benchmark] = Benchmark.allCases.filter { ![.live, .consul, .registries].contains($0) }

    @Option(help: "How many rounds; the best counts.")
    var rounds = 15

    @Option(
        help: ArgumentHelp(
            "The headgate for `memory`, `consul` and `registries`; the one beside this program unless said.",
            valueName: "path"
        )
    )
    var headgate: String?

    @Option(help: ArgumentHelp("The agent for `consul`.", valueName: "host:port"))
    var address: String?

    @Option(help: ArgumentHelp("An etcd for `registries`; it runs one unless said.", valueName: "host:port"))
    var etcd: String?

    @Option(help: "headgate's budget of connections for `consul`; its default unless said.")
    var connections: Int?

    @Option(help: ArgumentHelp("Of `render`, only the works whose name has this in it.", valueName: "text"))
    var only = ""

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if benchmarks.contains(.consul) && address == nil {
            throw ValidationError("Which Consul? Give --address HOST:PORT.")
        }
    }

    func run() async throws {
        var figures: [Figure] = []
        for benchmark in benchmarks {
            switch benchmark {
            case .render: figures += try RenderBenchmark.run(rounds: rounds, only: only)
            case .decode: figures += try DecodeBenchmark.run(rounds: rounds)
            case .latency: figures += try await LatencyBenchmark.run(changes: rounds * 20)
            case .memory: figures += try await MemoryBenchmark.run(headgate: headgate)
            case .live: figures += try await LiveBenchmark.run(changes: rounds * 8)
            case .consul:
                figures += try await measure(BenchmarkConsul(address: address ?? "", connections: connections))
            case .registries: figures += try await measureRegistries()
            }
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            print(String(decoding: try encoder.encode(figures), as: UTF8.self))
        } else {
            Self.printTable(figures)
        }
    }

    private func measure(_ registry: any MeasuredRegistry) async throws -> [Figure] {
        try await RegistryBenchmark(registry, headgate: headgate, rounds: rounds).run()
    }

    private func measureRegistries() async throws -> [Figure] {
        let ofEtcd =
            if let etcd {
                try await measure(BenchmarkEtcd(etcd: BenchmarkEtcd.Foreign(address: etcd)))
            } else {
                try await EtcdMember.with { try await measure(BenchmarkEtcd(etcd: $0)) }
            }
        return try await ofEtcd + KubernetesServer.with { try await measure(BenchmarkKubernetes(server: $0)) }
    }

    private static func printTable(_ figures: [Figure]) {
        let rows = figures.map { [$0.benchmark, $0.what, shown($0.value), $0.unit] }
        let widths = (0..<3).map { column in rows.map(\.[column].count).max() ?? 0 }
        for row in rows {
            func padding(_ column: Int) -> String {
                String(repeating: " ", count: widths[column] - row[column].count)
            }
            print("\(row[0])\(padding(0))  \(row[1])\(padding(1))  \(padding(2))\(row[2]) \(row[3])")
        }
    }

    /// Three significant digits or more.
    private static func shown(_ value: Double) -> String {
        switch value {
        case 100...: "\(Int(value.rounded()))"
        case 10..<100: "\((value * 10).rounded() / 10)"
        default: "\((value * 100).rounded() / 100)"
        }
    }
}
