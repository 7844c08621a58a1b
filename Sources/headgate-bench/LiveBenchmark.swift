import Balancers
import Controller
import Delivery
import Logging
import Registries
import Settings
import State
import Subprocess
import TemplateEngine
import TestSupport

/// A running HAProxy that is changed live: from the change of a registry file to the first answer of a new server, with
/// HAProxy's own check and the state on disk, without quiescence; and how many commands it takes in a second.
struct LiveBenchmark {
    private let workspace: Workspace
    /// Where requests come in, and where the two servers answer.
    private let ports = LoopbackPorts.free(3)

    static func run(changes: Int) async throws -> [Figure] {
        try await Workspace.with { try await LiveBenchmark(workspace: $0).measure(changes: changes) }
    }

    private var directory: String { workspace.path }

    private func measure(changes: Int) async throws -> [Figure] {
        try workspace.write("services.yaml", registry(servers: 1))
        try workspace.write(
            "haproxy.cfg",
            haproxyTemplate.replacing("{{ SERVERS }}", with: "server s0 127.0.0.1:\(ports[1])")
        )
        return try await Subprocess.run(
            .name("haproxy"),
            arguments: ["-W", "-db", "-S", "\(directory)/master.sock", "-f", "\(directory)/haproxy.cfg"],
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            while await !answers("s0") { try await Task.sleep(for: .milliseconds(20)) }
            let figures = try await withGeneration { try await latencies(changes) } + [try await commandRate()]
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))])
            return figures
        }.closureResult
    }

    private func withGeneration(_ body: () async throws -> [Figure]) async throws -> [Figure] {
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        var target = TargetSettings(
            name: "bench",
            files: [
                FileSettings(
                    template: "haproxy.cfg.tmpl",
                    contents: haproxyTemplate.replacing(
                        "{{ SERVERS }}",
                        with: #"{{ range service "web" }}\#n    server {{ .ID }} {{ .Address }}:{{ .Port }}{{ end }}"#
                    ),
                    destination: "\(directory)/haproxy.cfg"
                )
            ],
            registry: "main",
            check: CheckSettings(CommandSettings(.arguments(["haproxy", "-c", "-f", "{staged}"]))),
            reload: ReloadSettings(command: nil, proof: .master(socket: "\(directory)/master.sock")),
            wait: WaitSettings(min: .zero, max: .zero)
        )
        target.live = LiveSettings(socket: "\(directory)/admin.sock")
        let path = "\(directory)/services.yaml"
        let state = try StateDirectory.open(path: "\(directory)/state", configuration: "bench")
        let settings = Settings(registries: [RegistrySettings(name: "main", url: .file(path: path))], targets: [target])
        let generation = Generation(
            targets: try CompiledTarget.compile(settings, functions: StandardFunctions.pure),
            registries: [
                FileRegistry(name: "main", path: path, timing: FileRegistry.Timing(debounce: .zero), logger: logger)
            ],
            deliverer: Deliverer(ledger: Ledger(state), workDirectory: state.workPath),
            logger: logger
        )
        return try await withThrowingTaskGroup { group in
            group.addTask { await generation.run() }
            let figures = try await body()
            generation.stop()
            try await group.waitForAll()
            return figures
        }
    }

    private func latencies(_ changes: Int) async throws -> [Figure] {
        // The first delivery reloads, since nothing is known to be in force.
        try await Task.sleep(for: .seconds(2))
        var latencies: [Double] = []
        for _ in 0..<changes {
            let started = ContinuousClock.now
            try workspace.replace("services.yaml", registry(servers: 2))
            while await !answers("s1") {}
            latencies.append((ContinuousClock.now - started) / .nanoseconds(1))
            try workspace.replace("services.yaml", registry(servers: 1))
            // Gone from the file and from HAProxy.
            while try await api.servers().servers.count > 1 { try await Task.sleep(for: .milliseconds(20)) }
            try await Task.sleep(for: .milliseconds(200))
        }
        latencies.sort()
        return [("p50", 0.5), ("p99", 0.99)].map { name, part in
            Figure(
                benchmark: "live",
                what: "file changed → new server answers, \(name)",
                value: Measurement.percentile(part, of: latencies) / 1e6,
                unit: "ms"
            )
        }
    }

    private var api: RuntimeAPI { RuntimeAPI(RuntimeSocket(path: "\(directory)/admin.sock")) }

    /// Commands for a thousand servers that come and go, as headgate sends them.
    private func commandRate() async throws -> Figure {
        let version = try await api.info().version
        let servers = (0..<1_000).map { "    server x\($0) 127.0.0.1:\(ports[1]) weight 10\n" }
        let texts = ["", servers.joined()].map { text in
            HAProxyConfiguration([
                ConfigurationFile(
                    path: "a",
                    bytes: Array("backend web\n    server s0 127.0.0.1:\(ports[1])\n\(text)".utf8)
                )
            ])
        }
        var commands = 0
        let started = ContinuousClock.now
        for (old, new) in [(texts[0], texts[1]), (texts[1], texts[0])] {
            guard case .live(let update) = LivePlan.make(old: old, new: new, running: version) else { continue }
            for batch in update.batches {
                try await api.carryOut(batch)
                commands += batch.commands.count
            }
        }
        return Figure(
            benchmark: "live",
            what: "commands, 1 000 servers come and go",
            value: Double(commands) / ((ContinuousClock.now - started) / .seconds(1)),
            unit: "/s"
        )
    }

    /// Whether one of two requests is answered by the server of this name.
    private func answers(_ name: String) async -> Bool {
        await Task.yield()
        return (0..<2).contains { _ in HTTPProbe.get(port: ports[0])?.body == name }
    }

    private var haproxyTemplate: String {
        """
        global
            stats socket \(directory)/admin.sock mode 600 level admin expose-fd listeners
        defaults
            mode http
            timeout connect 5s
            timeout client 10s
            timeout server 10s
        frontend in
            bind 127.0.0.1:\(ports[0])
            default_backend web
        frontend s0
            bind 127.0.0.1:\(ports[1])
            http-request return status 200 content-type text/plain string s0
        frontend s1
            bind 127.0.0.1:\(ports[2])
            http-request return status 200 content-type text/plain string s1
        backend web
            balance roundrobin
            {{ SERVERS }}

        """
    }

    private func registry(servers: Int) -> String {
        "version: 1\nservices:\n  web:\n    instances:\n"
            + (0..<servers).map { "      - {id: s\($0), address: 127.0.0.1, port: \(ports[1 + $0])}\n" }.joined()
    }
}
