import TestSupport
import Testing

/// A real HAProxy between clients and servers that it plays itself, configured by headgate from any registry.
struct TrafficScene: Sendable {
    let workspace: Workspace
    let headgate: RunningProcess
    let front: Int
    /// The servers by what they answer.
    let servers: [String: Int]

    /// Runs headgate with `registries` (YAML, below that key) beside `body`.
    ///
    /// - Parameters:
    ///   - servers: The ports, by what they answer.
    ///   - first: Who is to serve at the beginning.
    ///   - prepare: Makes what the registries read, before headgate starts.
    static func with(
        _ registries: String,
        registry: String = "main",
        servers: [String: Int],
        first: Set<String>,
        environment: [String: String] = [:],
        prepare: (Workspace) throws -> Void = { _ in },
        _ body: @escaping @Sendable (TrafficScene) async throws -> Void,
    ) async throws {
        try await Workspace.with { workspace in
            let front = LoopbackPorts.free(1)[0]
            try prepare(workspace)
            try write(workspace, registries, registry, front, servers)
            let configuration = ["--config", workspace.file("headgate.yaml")]
            let once = try await execute(
                Installed.headgate,
                ["run", "--once"] + configuration,
                environment: environment
            )
            try #require(once.status == 0, "\(once.error)")
            try await withRunning("haproxy", ["-db", "-f", workspace.file("servers.cfg")]) { _ in
                try await withRunning("haproxy", ["-W", "-db", "-f", workspace.file("haproxy.cfg")]) { haproxy in
                    try workspace.write("pid", "\(haproxy.pid)\n")
                    try await withRunning(Installed.headgate, ["run"] + configuration, environment: environment) {
                        headgate in
                        let scene = TrafficScene(
                            workspace: workspace,
                            headgate: headgate,
                            front: front,
                            servers: servers
                        )
                        // Until it has compared, its first answer could still be the one after a change.
                        try #require(await headgate.log.wait(for: "unchanged"), "\(headgate.log.text)")
                        try await scene.serves(first)
                        try await body(scene)
                    }
                }
            }
        }
    }

    private static func write(
        _ workspace: Workspace,
        _ registries: String,
        _ registry: String,
        _ front: Int,
        _ servers: [String: Int],
    ) throws {
        let defaults =
            "defaults\n    mode http\n    timeout connect 1s\n    timeout client 5s\n    timeout server 5s\n"
        try workspace.write(
            "haproxy.cfg.tmpl",
            """
            \(defaults)
            frontend in
                bind 127.0.0.1:\(front)
                default_backend web
            backend web
                option redispatch
            {{- range service "web" }}
                server {{ .ID }} {{ hostport .Address .Port }}
                {{- if .Tags | contains "backup" }} backup{{ end }}
            {{- end }}

            """
        )
        try workspace.write(
            "headgate.yaml",
            """
            registries:
            \(registries)
            targets:
              edge:
                registry: \(registry)
                files: [{template: haproxy.cfg.tmpl, destination: haproxy.cfg}]
                check: [haproxy, -c, -f, "{staged}"]
                reload: if [ -s pid ]; then kill -USR2 $(cat pid); fi
                wait: {min: 20ms, max: 200ms}
                reload_interval: 0s
            state_dir: state
            """
        )
        let answers = servers.sorted { $0.key < $1.key }.map { name, port in
            """
            frontend \(name)
                bind 127.0.0.1:\(port)
                http-request return status 200 content-type text/plain string \(name)

            """
        }
        try workspace.write("servers.cfg", defaults + answers.joined())
    }

    /// Waits until exactly these serve.
    func serves(
        _ names: Set<String>,
        within limit: Duration = .seconds(30),
        _ location: SourceLocation = #_sourceLocation,
    ) async throws {
        let isSo = await eventually(within: limit) { Set(HTTPProbe.tally(9, port: front).keys) == names }
        try #require(
            isSo,
            "\(HTTPProbe.tally(9, port: front))\n\(headgate.log.text)\n\(workspace.read("haproxy.cfg") ?? "")",
            sourceLocation: location
        )
    }

    func status() async throws -> String {
        try await execute(Installed.headgate, ["status", "--config", workspace.file("headgate.yaml")]).output
    }
}
