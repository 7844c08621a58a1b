import Balancers
import Controller
import Delivery
import Logging
import Registries
import Settings
import State
import Subprocess
import SystemPackage
import TemplateEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A running HAProxy that is changed live: from the rename of a registry file to the first answer of a new server, with
/// HAProxy's own check and the state on disk, without quiescence; and how many commands it takes in a second.
struct LiveBenchmark {
    private let directory: String
    /// Where requests come in, and where the two servers answer.
    private let ports: [Int]

    static func run(changes: Int) async throws -> [Figure] {
        var template = Array("/tmp/headgate-bench-live-XXXXXX".utf8CString)
        guard let made = unsafe mkdtemp(&template) else { throw Errno(rawValue: errno) }
        let bench = LiveBenchmark(
            directory: unsafe String(cString: made),
            ports: (0..<3).map { 13_000 + Int(getpid()) % 5_000 + 5_000 * $0 }
        )
        let figures = try await bench.measure(changes: changes)
        _ = try await Subprocess.run(.name("rm"), arguments: ["-rf", bench.directory], output: .discarded)
        return figures
    }

    private func measure(changes: Int) async throws -> [Figure] {
        try write(registry(servers: 1), to: "services.yaml")
        try write(
            haproxyTemplate.replacing("{{ SERVERS }}", with: "server s0 127.0.0.1:\(ports[1])"),
            to: "haproxy.cfg"
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
            try write(registry(servers: 2), to: ".new")
            let started = ContinuousClock.now
            unsafe _ = rename("\(directory)/.new", "\(directory)/services.yaml")  // C strings for the call alone.
            while await !answers("s1") {}
            latencies.append((ContinuousClock.now - started) / .nanoseconds(1))
            try write(registry(servers: 1), to: ".new")
            unsafe _ = rename("\(directory)/.new", "\(directory)/services.yaml")
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
        return (0..<2).contains { _ in get()?.hasSuffix(name) ?? false }
    }

    private func get() -> String? {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return nil }
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(ports[0]).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let request = Array("GET / HTTP/1.0\r\n\r\n".utf8)
        guard connected == 0, unsafe send(handle, request, request.count, 0) == request.count else { return nil }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe recv(handle, &buffer, buffer.count, 0)
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += buffer[..<count]
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

    private func write(_ text: String, to name: String) throws {
        let descriptor = try FileDescriptor.open(
            FilePath("\(directory)/\(name)"),
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite]
        )
        try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
    }
}
