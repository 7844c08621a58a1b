import TestSupport
import Testing

/// Instances that come and go, from a registry file through the bundled template to a running HAProxy.
@Suite(.tags(.haproxy), .timeLimit(.minutes(2))) struct MembershipRunTests {
    private struct Scene: Sendable {
        let workspace: Workspace
        let front: Int
        let servers: [String: Int]

        init(_ workspace: Workspace, _ rule: String) throws {
            let ports = LoopbackPorts.free(3)
            self.workspace = workspace
            front = ports[0]
            servers = ["a": ports[1], "b": ports[2]]
            let bundled = Workspace(path: "\(Repository.path)/templates/haproxy")
            try workspace.write("haproxy.cfg.tmpl", try #require(bundled.read("haproxy.cfg.tmpl")))
            try workspace.write(
                "headgate.yaml",
                """
                registries: {main: file:services.yaml}
                targets:
                  edge:
                    profile: haproxy
                    files: [{template: haproxy.cfg.tmpl, destination: haproxy.cfg}]
                    values: {bind: "127.0.0.1:\(front)", socket: \(workspace.file("admin.sock")), user: none}
                    reload: echo reload >> reloads; if [ -s pid ]; then kill -USR2 $(cat pid); fi
                    wait: {min: 5ms, max: 50ms}
                    # HAProxy loses a signal that follows another while its master starts anew.
                    reload_interval: 300ms
                    \(rule)
                state_dir: state
                """
            )
            let defaults =
                "defaults\n    mode http\n    timeout connect 1s\n    timeout client 9s\n    timeout server 9s\n"
            try workspace.write(
                "servers.cfg",
                defaults
                    + servers.sorted { $0.key < $1.key }.map { name, port in
                        """
                        frontend \(name)
                            bind 127.0.0.1:\(port)
                            http-request return status 200 content-type text/plain string \(name)

                        """
                    }.joined()
            )
            try register(["a", "b"])
        }

        func register(_ ids: [String]) throws {
            let lines = ids.map { "      - {id: \($0), address: 127.0.0.1, port: \(servers[$0] ?? 0)}\n" }
            try workspace.replace(
                "services.yaml",
                "version: 1\nservices:\n  web:\n    instances:\n\(lines.joined())"
            )
        }

        /// The servers of the configuration with their weights.
        var weights: [String] {
            (workspace.read("haproxy.cfg") ?? "").split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard words.first == "server", words.count > 6, words[3] == "id" else { return nil }
                return "\(words[1].drop { $0 != ":" }.dropFirst()) \(words[6])"
            }
        }

        var reloads: Int { workspace.read("reloads")?.split(separator: "\n").count ?? 0 }
        var configuration: [String] { ["--config", workspace.file("headgate.yaml")] }

        func withHeadgate(_ body: @escaping @Sendable (RunningProcess) async throws -> Void) async throws {
            try await withRunning(Installed.headgate, ["run"] + configuration) { headgate in
                try #require(await headgate.log.wait(for: "unchanged"), "\(headgate.log.text)")
                try await body(headgate)
            }
        }

        func withHAProxy(_ body: @escaping @Sendable () async throws -> Void) async throws {
            let first = try await execute(Installed.headgate, ["run", "--once"] + configuration)
            try #require(first.status == 0, "\(first.error)")
            try await withRunning("haproxy", ["-db", "-f", workspace.file("servers.cfg")]) { _ in
                let arguments = ["-W", "-db", "-f", workspace.file("haproxy.cfg")]
                try await withRunning("haproxy", arguments) { haproxy in
                    try workspace.write("pid", "\(haproxy.pid)\n")
                    try #require(await eventually { Set(tally(4).keys) == ["a", "b"] })
                    try workspace.write("reloads", "")
                    try await body()
                }
            }
        }

        func tally(_ count: Int) -> [String: Int] { HTTPProbe.tally(count, "/web", port: front) }
    }

    @Test func `who is deregistered gets nothing new, goes after its time, and a restart between does not matter`()
        async throws
    {
        try await Workspace.with { workspace in
            let scene = try Scene(workspace, "drain: 6s")
            try await scene.withHAProxy {
                #expect(scene.weights == ["a 1", "b 1"])
                try await scene.withHeadgate { headgate in
                    try scene.register(["a"])
                    #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                    #expect(headgate.log.count(containing: "info draining") == 1, "\(headgate.log.text)")
                    #expect(scene.weights == ["a 1", "b 0"])
                    #expect(await eventually { scene.tally(8) == ["a": 8] })
                    let status = try await execute(Installed.headgate, ["status"] + scene.configuration)
                    #expect(status.output.contains("1 draining, the last for "), "\(status.output)")
                    #expect(status.output.contains(": instance b of web on "), "\(status.output)")
                }
                try await scene.withHeadgate { headgate in
                    #expect(scene.weights == ["a 1", "b 0"])
                    #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                    #expect(headgate.log.count(containing: "drain over") == 1, "\(headgate.log.text)")
                    #expect(scene.weights == ["a 1"])
                    #expect(scene.tally(4) == ["a": 4])
                }
                #expect(scene.reloads == 2)
            }
        }
    }

    @Test func `who comes back while it drains takes requests again`() async throws {
        try await Workspace.with { workspace in
            let scene = try Scene(workspace, "drain: 60s")
            try await scene.withHAProxy {
                try await scene.withHeadgate { headgate in
                    try scene.register(["a"])
                    #expect(await eventually { scene.weights == ["a 1", "b 0"] }, "\(headgate.log.text)")
                    try scene.register(["a", "b"])
                    #expect(await eventually { scene.weights == ["a 1", "b 1"] }, "\(headgate.log.text)")
                    #expect(await eventually { Set(scene.tally(6).keys) == ["a", "b"] })
                }
            }
        }
    }

    @Test func `who comes and goes stays out until it is quiet, and status says so`() async throws {
        try await Workspace.with { workspace in
            let scene = try Scene(workspace, "damp: {changes: 1, window: 60s, quiet: 4s}")
            try await scene.withHAProxy {
                try await scene.withHeadgate { headgate in
                    try scene.register(["a"])
                    #expect(await eventually { scene.weights == ["a 1"] }, "\(headgate.log.text)")
                    try scene.register(["a", "b"])
                    #expect(await headgate.log.wait(for: " damped "), "\(headgate.log.text)")
                    let status = try await execute(Installed.headgate, ["status"] + scene.configuration)
                    #expect(status.output.contains("damped instance b of web on "), "\(status.output)")
                    #expect(scene.weights == ["a 1"])
                    #expect(await headgate.log.wait(for: "damping over"), "\(headgate.log.text)")
                    #expect(await eventually { scene.weights == ["a 1", "b 1"] }, "\(headgate.log.text)")
                }
                #expect(scene.reloads == 2)
            }
        }
    }
}
