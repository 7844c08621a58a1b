import TestSupport
import Testing

/// From a real Consul to a real HAProxy: each change of a service reaches traffic, and only what changed reloads.
@Suite(.fewAtOnce, .tags(.consul, .haproxy), .timeLimit(.minutes(5))) struct ConsulTests {
    /// A workspace with HAProxy between clients and three servers that it plays itself, and headgate between it and Consul.
    private struct Scene: Sendable {
        let workspace: Workspace
        let agent: ConsulAgent
        let headgate: RunningProcess
        let front: Int
        let servers: [String: Int]

        static func with(_ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
            try await ConsulAgent.with { agent in
                try await Workspace.with { workspace in
                    let ports = LoopbackPorts.free(4)
                    let servers = ["a": ports[1], "b": ports[2], "c": ports[3]]
                    try prepare(workspace, agent, front: ports[0], servers)
                    for id in ["a", "b"] {
                        try await agent.register(ServiceRegistration(id: id, port: servers[id] ?? 0))
                    }
                    let configuration = ["--config", workspace.file("headgate.yaml")]
                    let first = try await execute(Installed.headgate, ["run", "--once"] + configuration)
                    try #require(first.status == 0, "\(first.error)")
                    try await withRunning("haproxy", ["-db", "-f", workspace.file("servers.cfg")]) { _ in
                        let arguments = ["-W", "-db", "-f", workspace.file("haproxy.cfg")]
                        try await withRunning("haproxy", arguments) { haproxy in
                            try workspace.write("pid", "\(haproxy.pid)\n")
                            try #require(await eventually { HTTPProbe.get(port: ports[0])?.status == 200 })
                            try workspace.write("reloads", "")
                            try await withRunning(Installed.headgate, ["run"] + configuration) { headgate in
                                try #require(await headgate.log.wait(for: "unchanged"), "\(headgate.log.text)")
                                try await body(
                                    Scene(
                                        workspace: workspace,
                                        agent: agent,
                                        headgate: headgate,
                                        front: ports[0],
                                        servers: servers
                                    )
                                )
                            }
                        }
                    }
                }
            }
        }

        private static func prepare(
            _ workspace: Workspace,
            _ agent: ConsulAgent,
            front: Int,
            _ servers: [String: Int],
        ) throws {
            let defaults =
                "defaults\n    mode http\n    timeout connect 1s\n    timeout client 5s\n    timeout server 5s\n"
            try workspace.write(
                "haproxy.cfg.tmpl",
                """
                global
                    maxconn 200
                \(defaults)
                frontend in
                    bind 127.0.0.1:\(front)
                    default_backend web
                backend web
                    balance roundrobin
                    option redispatch
                {{- range service "web" "passing,warning,maintenance" }}
                    http-response set-header X-Zone {{ with .ServiceMeta.zone }}{{ . }}{{ else }}none{{ end }} if { srv_name -m str {{ .ID }} }
                {{- end }}
                {{- range service "web" "passing,warning,maintenance" }}
                    server {{ .ID }} {{ hostport .Address .Port }} weight {{ .Weight }}
                    {{- if .Tags | contains "standby" }} backup{{ end }}{{ if eq .Status "maintenance" }} disabled{{ end }}
                {{- end }}

                """
            )
            try workspace.write(
                "headgate.yaml",
                """
                registries: {main: "\(agent.url)"}
                targets:
                  edge:
                    files: [{template: haproxy.cfg.tmpl, destination: haproxy.cfg}]
                    check: [haproxy, -c, -f, "{staged}"]
                    reload: echo reload >> reloads; if [ -s pid ]; then kill -USR2 $(cat pid); fi
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
            // The port that c moves to answers too, with another name.
            try workspace.write("servers.cfg", defaults + answers.joined())
        }

        var reloads: Int { workspace.read("reloads")?.split(separator: "\n").count ?? 0 }
        var tally: [String: Int] { HTTPProbe.tally(12, port: front) }

        /// Makes a change, and waits until it has been put in force by exactly one reload and traffic shows it.
        func expect(
            _ change: String,
            _ act: () async throws -> Void,
            _ traffic: @Sendable ([String: Int]) -> Bool,
            _ location: SourceLocation = #_sourceLocation,
        ) async throws {
            let (before, lines) = (reloads, headgate.log.count(containing: "reloaded"))
            try await act()
            try #require(
                await headgate.log.wait(for: "reloaded", times: lines + 1, within: .seconds(15)),
                "\(change)\n\(headgate.log.text)\n\(workspace.read("haproxy.cfg") ?? "")",
                sourceLocation: location
            )
            #expect(
                await eventually { traffic(tally) },
                "\(change): \(tally)\n\(workspace.read("haproxy.cfg") ?? "")",
                sourceLocation: location
            )
            #expect(reloads == before + 1, "\(change)", sourceLocation: location)
        }

        func register(
            _ id: String,
            port: String? = nil,
            tags: [String] = [],
            zone: String? = nil,
            weight: Int = 1,
            health: ConsulHealth? = .passing,
        ) async throws {
            try await agent.register(
                ServiceRegistration(
                    id: id,
                    port: servers[port ?? id] ?? 0,
                    tags: tags,
                    meta: zone.map { ["zone": $0] } ?? [:],
                    weights: ServiceRegistration.Weights(passing: weight, warning: 1),
                    health: health
                )
            )
        }
    }

    @Test func `each change of a service reaches traffic by one reload`() async throws {
        try await Scene.with { scene in
            #expect(await eventually { scene.tally == ["a": 6, "b": 6] })
            try await scene.expect("register", { try await scene.register("c") }) { $0 == ["a": 4, "b": 4, "c": 4] }
            try await scene.expect("deregister", { try await scene.agent.deregister("b") }) { $0 == ["a": 6, "c": 6] }
            try await scene.expect("fail", { try await scene.agent.setHealth(of: "c", .critical) }) { $0 == ["a": 12] }
            try await scene.expect("recover", { try await scene.agent.setHealth(of: "c", .passing) }) {
                $0 == ["a": 6, "c": 6]
            }
            try await scene.expect("weight", { try await scene.register("a", weight: 3) }) { $0 == ["a": 9, "c": 3] }
            try await scene.expect("warn", { try await scene.agent.setHealth(of: "a", .warning) }) {
                $0 == ["a": 6, "c": 6]
            }
            try await scene.expect("pass", { try await scene.agent.setHealth(of: "a", .passing) }) {
                $0 == ["a": 9, "c": 3]
            }
            try await scene.expect("maintenance", { try await scene.agent.setMaintenance(of: "a", true) }) {
                $0 == ["c": 12]
            }
            try await scene.expect("back", { try await scene.agent.setMaintenance(of: "a", false) }) {
                $0 == ["a": 9, "c": 3]
            }
            try await scene.expect("tag", { try await scene.register("c", tags: ["standby"]) }) { $0 == ["a": 12] }
            let zone: @Sendable ([String: Int]) -> Bool = { _ in
                HTTPProbe.get(port: scene.front)?.head.contains("x-zone: east") == true
            }
            try await scene.expect("meta", { try await scene.register("a", zone: "east") }, zone)
            // What a listens on now is b's server.
            try await scene.expect("port", { try await scene.register("a", port: "b", zone: "east") }) {
                $0 == ["b": 12]
            }
        }
    }

    @Test func `what the template does not print reloads nothing`() async throws {
        try await Scene.with { scene in
            try await scene.register("a", tags: ["blue"])
            try await scene.agent.setHealth(of: "b", .passing, output: "200 OK in 3 ms")
            try await scene.agent.register(ServiceRegistration("other", id: "o", port: 1))
            try await scene.agent.register(
                ServiceRegistration(id: "b", port: scene.servers["b"] ?? 0, tags: ["x", "y"], meta: ["team": "shop"])
            )
            try await scene.agent.setKey("unrelated", "1")
            // A change that does count, to know that those before have been seen.
            try await scene.expect("counts", { try await scene.register("c") }) { $0 == ["a": 4, "b": 4, "c": 4] }
            #expect(scene.reloads == 1)
        }
    }

    @Test func `maintenance of the node takes all of its instances out, and none is lost`() async throws {
        try await Scene.with { scene in
            try await scene.register("c", health: nil)
            #expect(await eventually { scene.tally == ["a": 4, "b": 4, "c": 4] })
            // All to none is held by a guard for a minute; what is in force goes on to serve.
            let before = scene.workspace.read("haproxy.cfg")
            try await scene.agent.setMaintenance(true)
            #expect(await scene.headgate.log.wait(for: "held", within: .seconds(15)), "\(scene.headgate.log.text)")
            #expect(scene.workspace.read("haproxy.cfg") == before)
            try await scene.agent.setMaintenance(false)
            try await scene.expect("counts", { try await scene.agent.deregister("c") }) { $0 == ["a": 6, "b": 6] }
        }
    }
}
