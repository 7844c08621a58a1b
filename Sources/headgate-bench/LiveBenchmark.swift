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

/// A running HAProxy that is changed live: from the change of a registry file to the first answer of a new server, or with
/// the new value of a map, with HAProxy's own check and the state on disk, without quiescence; and how many commands it
/// takes in a second.
struct LiveBenchmark {
    private let workspace: Workspace
    /// Where requests come in, and where the two servers answer.
    private let ports = LoopbackPorts.free(3)
    /// How many entries the map has; 0: there is none.
    private let entries: Int

    static func run(changes: Int) async throws -> [Figure] {
        var figures: [Figure] = []
        for entries in [0, 1_000, 10_000] {
            figures += try await Workspace.with {
                try await LiveBenchmark(workspace: $0, entries: entries).measure(changes: changes)
            }
        }
        return figures
    }

    private var directory: String { workspace.path }

    private func measure(changes: Int) async throws -> [Figure] {
        try workspace.write("services.yaml", registry())
        try workspace.write("hosts.map", map(value: "v0").map { "\($0.key) \($0.value)\n" }.joined())
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
            try await wait(for: "s0")
            var figures = try await withGeneration {
                // The first delivery reloads, since nothing is known to be in force.
                try await Task.sleep(for: .seconds(2))
                return try await entries == 0 ? membership(changes) : mapLatencies(changes)
            }
            if entries == 0 { figures.append(try await commandRate()) }
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
                ),
                FileSettings(
                    template: "hosts.map.tmpl",
                    contents: "{{ range ls \"hosts\" }}{{ .Key }} {{ .Value }}\n{{ end }}",
                    destination: "\(directory)/hosts.map"
                ),
            ],
            registry: "main",
            check: CheckSettings(CommandSettings(.arguments(["haproxy", "-c", "-f", "{staged_dir}/haproxy.cfg"]))),
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

    private func membership(_ changes: Int) async throws -> [Figure] {
        var latencies: [Double] = []
        for _ in 0..<changes {
            latencies.append(try await latency(of: registry(servers: 2)) { try await wait(for: "s1") })
            try workspace.replace("services.yaml", registry())
            // Gone from the file and from HAProxy.
            while try await api.servers().servers.count > 1 { try await Task.sleep(for: .milliseconds(20)) }
            try await Task.sleep(for: .milliseconds(200))
        }
        return figures("file changed → new server answers", latencies)
    }

    private func mapLatencies(_ changes: Int) async throws -> [Figure] {
        var latencies: [Double] = []
        for change in 1...changes {
            let value = "v\(change)"
            latencies.append(try await latency(of: registry(value: value)) { try await wait(for: value, at: "/map") })
            // The check comes behind the command.
            while workspace.read("hosts.map")?.contains("test \(value)\n") != true {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        return figures("one of \(entries) entries of a map changed → in use", latencies)
    }

    /// How long it takes from the registry's change until `body` has seen what it does, in nanoseconds.
    private func latency(of registry: String, _ body: () async throws -> Void) async throws -> Double {
        let started = ContinuousClock.now
        try workspace.replace("services.yaml", registry)
        try await body()
        return (ContinuousClock.now - started) / .nanoseconds(1)
    }

    private func figures(_ what: String, _ latencies: [Double]) -> [Figure] {
        let latencies = latencies.sorted()
        return [("p50", 0.5), ("p99", 0.99)].map { name, part in
            Figure(
                benchmark: "live",
                what: "\(what), \(name)",
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

    /// Waits until one of two requests, which go to both servers, is answered so. Asking without a pause would take the
    /// processor from who is measured.
    private func wait(for answer: String, at path: String = "/") async throws {
        while !(0..<2).contains(where: { _ in HTTPProbe.get(path, port: ports[0])?.body == answer }) {
            try await Task.sleep(for: .microseconds(200))
        }
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
            http-request return status 200 content-type text/plain lf-string %[req.hdr(host),map(\(directory)/hosts.map)] if { path /map }
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

    private func registry(servers: Int = 1, value: String = "v0") -> String {
        "version: 1\nservices:\n  web:\n    instances:\n"
            + (0..<servers).map { "      - {id: s\($0), address: 127.0.0.1, port: \(ports[1 + $0])}\n" }.joined()
            + (entries == 0 ? "" : "kv:\n" + map(value: value).map { "  hosts/\($0.key): \($0.value)\n" }.joined())
    }

    /// The entries of the map, of which `test`, the host of our requests, has this value.
    private func map(value: String) -> [(key: String, value: String)] {
        entries == 0 ? [] : (1..<entries).map { ("host\($0).example.com", "backend\($0)") } + [("test", value)]
    }
}
