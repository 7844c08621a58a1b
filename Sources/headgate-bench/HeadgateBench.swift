import ArgumentParser
import FoundationEssentials

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
              swift run -c release headgate-bench consul --address 127.0.0.1:8500 --connections 1200

            `consul` needs an agent, writes services into its catalog, and removes them at the end. With more connections
            than its limit for a client (200 unless limits.http_max_conns_per_client is raised) it measures refusals.
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
        /// A headgate that runs on the tests' API server.
        case kubernetes
    }

    @Argument(
        help: ArgumentHelp(
            "Which to run: \(Benchmark.allCases.map(\.rawValue).joined(separator: ", ")). All but live and consul unless said."
        )
    )
    var benchmarks: [Benchmark] = Benchmark.allCases.filter { $0 != .consul && $0 != .live }

    @Option(help: "How many rounds; the best counts.")
    var rounds = 15

    @Option(
        help: ArgumentHelp(
            "The headgate for `memory`, `consul` and `kubernetes`; the one beside this program unless said.",
            valueName: "path"
        )
    )
    var headgate: String?

    @Option(help: ArgumentHelp("The agent for `consul`.", valueName: "host:port"))
    var address: String?

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
            case .kubernetes:
                figures += try await KubernetesBenchmark(headgate: headgate, rounds: rounds).run()
            case .consul:
                let benchmark = ConsulBenchmark(
                    address: address ?? "",
                    connections: connections,
                    headgate: headgate,
                    rounds: rounds
                )
                figures += try await benchmark.run()
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
