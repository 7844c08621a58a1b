import Balancers
import TestSupport
import Testing

/// A running HAProxy that headgate changes live, before servers of the test's own.
struct LiveScene: Sendable {
    /// An instance in the registry file.
    struct Instance: Hashable, Sendable {
        var id: String
        /// An index of `servers`.
        var server: Int
        var weight = 10
        var isDraining = false
    }

    let workspace: Workspace
    let front: Int
    /// The ports that answer.
    let servers: [Int]
    /// What keys of the registry hold where a test does not say something else.
    var keys: [String: String] = [:]

    /// The Runtime API, past whatever stands between it and headgate.
    var api: RuntimeAPI { RuntimeAPI(RuntimeSocket(path: workspace.file("admin.sock"))) }
    var master: MasterCLI { MasterCLI(RuntimeSocket(path: workspace.file("master.sock"))) }
    var arguments: [String] { ["run", "--config", workspace.file("headgate.yaml")] }

    static let start = [Instance(id: "a", server: 0), Instance(id: "b", server: 1)]

    /// - Parameters:
    ///   - socket: Where headgate looks for the Runtime API.
    ///   - live: More keys below `live`.
    ///   - backend: More lines of the backend.
    ///   - frontend: More lines of the frontend, in which `DIRECTORY` stands for that of the files.
    ///   - files: More files of the target, each with what the key of its name holds.
    static func with(
        servers count: Int = 4,
        socket: String = "admin.sock",
        live: String = "",
        backend: String = "",
        frontend: String = "",
        files: [String: String] = [:],
        _ body: @escaping @Sendable (LiveScene, RunningProcess) async throws -> Void,
    ) async throws {
        try await Workspace.with { workspace in
            let ports = LoopbackPorts.free(1 + count)
            let scene = LiveScene(workspace: workspace, front: ports[0], servers: Array(ports[1...]), keys: files)
            try scene.prepare(socket, live, backend, frontend.replacing("DIRECTORY", with: workspace.path))
            try scene.register(start)
            try await workspace.deliverOnce()
            try await TinyServer.with(ports: scene.servers) {
                let arguments = ["-W", "-db", "-S", workspace.file("master.sock"), "-f", workspace.file("haproxy.cfg")]
                try await withRunning("haproxy", arguments) { haproxy in
                    try #require(
                        await eventually { HTTPProbe.get(port: scene.front)?.status == 200 },
                        "\(haproxy.log.text)"
                    )
                    try await body(scene, haproxy)
                }
            }
        }
    }

    /// Runs headgate beside `body`, from when it is in step.
    func run(_ body: @escaping @Sendable (RunningProcess) async throws -> Void) async throws {
        try await workspace.withHeadgateInStep(body)
    }

    private func prepare(_ socket: String, _ live: String, _ backend: String, _ frontend: String) throws {
        // The check reads the files from where they lie.
        for (name, text) in keys {
            try workspace.write("\(name).tmpl", "{{ key \"\(name)\" }}")
            try workspace.write(name, text)
        }
        let files = (["haproxy.cfg"] + keys.keys.sorted()).map { "{template: \($0).tmpl, destination: \($0)}" }
        try workspace.write(
            "haproxy.cfg.tmpl",
            """
            global
                maxconn 1000
                stats socket \(workspace.file("admin.sock")) mode 600 level admin expose-fd listeners
            defaults
                mode http
                timeout connect 5s
                timeout client 30s
                timeout server 30s
                timeout tunnel 1h
            frontend in
                bind 127.0.0.1:\(front)
                default_backend web
                {{ keyOrDefault "frontend" "" }}
            \(frontend)
            backend web
                balance roundrobin
            \(backend)
            {{- range service "web" "passing,draining" }}
                server {{ .ID }} {{ hostport .Address .Port }} weight {{ if eq .Status "draining" }}0{{ else }}{{ .Weights.Passing }}{{ end }}
            {{- end }}

            """
        )
        try workspace.write(
            "headgate.yaml",
            """
            registries: {main: file:services.yaml}
            targets:
              edge:
                files: [\(files.joined(separator: ", "))]
                check: [haproxy, -c, -f, "\(keys.isEmpty ? "{staged}" : "{staged_dir}/haproxy.cfg")"]
                reload: {master: master.sock, not_running: ok}
                live: {socket: \(socket)\(live)}
                wait: {min: 10ms, max: 100ms}
                guard: off
            state_dir: state
            """
        )
    }

    /// What the registry says from now on; `frontend` is a line of the frontend, which only a reload brings in force.
    func register(_ instances: [Instance] = start, frontend: String = "", keys changes: [String: String] = [:]) throws {
        let lines = instances.map { instance in
            "      - {id: \(instance.id), address: 127.0.0.1, port: \(servers[instance.server]), "
                + "weight: \(instance.weight), health: \(instance.isDraining ? "draining" : "passing")}\n"
        }
        var keys = keys.merging(changes) { $1 }
        if !frontend.isEmpty { keys["frontend"] = frontend }
        let values = keys.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value.debugDescription)\n" }
        try workspace.replace(
            "services.yaml",
            "version: 1\nservices:\n  web:\n    instances:\n" + lines.joined()
                + (values.isEmpty ? "" : "kv:\n\(values.joined())")
        )
    }

    /// The master and its workers; 2.6 is deaf for a moment now and then.
    func processes() async throws -> ShowProc {
        _ = await eventually(within: .seconds(10)) { (try? await master.processes(within: .seconds(5))) != nil }
        return try await master.processes(within: .seconds(5))
    }

    /// How what runs differs from the file; servers with sessions that left may be there still.
    func differences() async throws -> [String] {
        let text = workspace.read("haproxy.cfg") ?? ""
        let configuration = HAProxyConfiguration([ConfigurationFile(path: "haproxy.cfg", bytes: Array(text.utf8))])
        let running = try await api.servers()
        let readBack = ReadBack(configuration)
        return ReadBack(configuration, pending: readBack.leftovers(running))
            .mismatches(running, try await api.statistics()).map(\.description)
    }

    /// The names of the servers that run, those that are to be deleted among them.
    func running() async throws -> Set<String> { Set(try await api.servers().servers.map(\.name)) }
}
