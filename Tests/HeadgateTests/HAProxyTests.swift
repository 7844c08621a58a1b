import Subprocess
import TestSupport
import Testing

/// From a registry file to a running HAProxy, and what traffic sees of it.
@Suite(.tags(.haproxy), .timeLimit(.minutes(2)), .serialized) struct HAProxyTests {
    /// A workspace with a template, a configuration, and HAProxy itself playing the servers: each answers its name.
    private struct Scene {
        let workspace: Workspace
        let front: Int
        let servers: [String: Int]

        static func with(_ body: @escaping @Sendable (Scene, RunningProcess) async throws -> Void) async throws {
            try await Workspace.with { workspace in
                let ports = LoopbackPorts.free(4)
                let scene = Scene(
                    workspace: workspace,
                    front: ports[0],
                    servers: ["a": ports[1], "b": ports[2], "c": ports[3]]
                )
                try scene.prepare()
                try await workspace.deliverOnce()
                try await withRunning("haproxy", ["-db", "-f", workspace.file("servers.cfg")]) { _ in
                    let arguments = ["-W", "-db", "-p", workspace.file("pid"), "-f", workspace.file("haproxy.cfg")]
                    try await withRunning("haproxy", arguments) { haproxy in
                        try workspace.write("pid", "\(haproxy.pid)\n")
                        try #require(await eventually { HTTPProbe.get(port: scene.front) != nil })
                        try workspace.write("reloads", "")
                        try await workspace.withHeadgateInStep { try await body(scene, $0) }
                    }
                }
            }
        }

        private func prepare() throws {
            try workspace.write("services.yaml", services([("a", "passing"), ("b", "passing")]))
            try workspace.write(
                "haproxy.cfg.tmpl",
                """
                global
                    maxconn 200
                defaults
                    mode http
                    timeout connect 1s
                    timeout client 5s
                    timeout server 5s
                frontend in
                    bind 127.0.0.1:\(front)
                    default_backend web
                backend web
                    balance roundrobin
                {{- range service "web" "passing,draining" }}
                    server {{ .ID }} {{ hostport .Address .Port }}{{ if eq .Status "draining" }} weight 0{{ end }}
                {{- end }}

                """
            )
            // One line in `reloads` for each run of the reload command.
            try workspace.write(
                "headgate.yaml",
                """
                registries: {main: file:services.yaml}
                targets:
                  edge:
                    files: [{template: haproxy.cfg.tmpl, destination: haproxy.cfg}]
                    check: [haproxy, -c, -f, "{staged}"]
                    reload: echo reload >> reloads; if [ -s pid ]; then kill -USR2 $(cat pid); fi
                    wait: {min: 20ms, max: 200ms}
                    culprits: off
                state_dir: state
                """
            )
            try workspace.write(
                "servers.cfg",
                """
                defaults
                    mode http
                    timeout connect 1s
                    timeout client 5s
                    timeout server 5s

                """
                    + servers.sorted { $0.key < $1.key }.map { name, port in
                        """
                        frontend \(name)
                            bind 127.0.0.1:\(port)
                            http-request return status 200 content-type text/plain string \(name)

                        """
                    }.joined()
            )
        }

        func services(_ instances: [(id: String, health: String)], comment: String = "") -> String {
            "\(comment)version: 1\nservices:\n  web:\n    instances:\n"
                + instances.map {
                    "      - {id: \($0.id), address: 127.0.0.1, port: \(servers[$0.id] ?? 0), health: \($0.health)}\n"
                }.joined()
        }

        var reloads: Int { workspace.read("reloads")?.split(separator: "\n").count ?? 0 }

        /// Changes the registry file and waits until headgate has put the change in force.
        func change(_ instances: [(id: String, health: String)], _ headgate: RunningProcess) async throws {
            let before = headgate.log.count(containing: "reloaded")
            try workspace.replace("services.yaml", services(instances))
            try #require(await headgate.log.wait(for: "reloaded", times: before + 1), "\(headgate.log.text)")
        }
    }

    @Test func `an instance that is added serves, one that drains or fails or leaves gets nothing new`() async throws {
        try await Scene.with { scene, headgate in
            #expect(HTTPProbe.tally(20, port: scene.front) == ["a": 10, "b": 10])

            try await scene.change([("a", "passing"), ("b", "passing"), ("c", "passing")], headgate)
            #expect(await eventually { (HTTPProbe.tally(6, port: scene.front)["c"] ?? 0) > 0 })

            try await scene.change([("a", "passing"), ("b", "draining"), ("c", "passing")], headgate)
            #expect(await eventually { Set(HTTPProbe.tally(10, port: scene.front).keys) == ["a", "c"] })

            try await scene.change([("a", "critical"), ("b", "draining"), ("c", "passing")], headgate)
            #expect(await eventually { Set(HTTPProbe.tally(10, port: scene.front).keys) == ["c"] })

            try await scene.change([("b", "passing")], headgate)
            #expect(await eventually { Set(HTTPProbe.tally(10, port: scene.front).keys) == ["b"] })
            #expect(scene.reloads == 4)
        }
    }

    @Test func `the reload command runs once for a change and not at all for what is none`() async throws {
        try await Scene.with { scene, headgate in
            #expect(scene.reloads == 0)
            let same = scene.services([("a", "passing"), ("b", "passing")])
            try scene.workspace.write("services.yaml", same)
            try scene.workspace.replace("services.yaml", scene.services([("b", "passing"), ("a", "passing")]))
            try scene.workspace.replace(
                "services.yaml",
                scene.services([("b", "passing"), ("a", "passing")], comment: "# a comment\n")
            )
            #expect(scene.reloads == 0)
            // A change that does count, to know that those before have been seen.
            try await scene.change([("a", "passing")], headgate)
            #expect(scene.reloads == 1)
        }
    }

    @Test func `restarting headgate reloads nothing`() async throws {
        try await Scene.with { scene, headgate in
            headgate.signal(.terminate)
            #expect(await headgate.log.wait(for: "stopped"), "\(headgate.log.text)")
            try await scene.workspace.withHeadgate { second in
                #expect(await second.log.wait(for: "unchanged"), "\(second.log.text)")
            }
            #expect(scene.reloads == 0)
        }
    }

    @Test func `what HAProxy refuses never reaches the destination`() async throws {
        try await Scene.with { scene, headgate in
            let good = scene.workspace.read("haproxy.cfg")
            // A name twice: HAProxy refuses it, and no template rule can know.
            let twice = """
                version: 1
                services:
                  web:
                    instances:
                      - {id: a, address: 127.0.0.1, port: 1, node: n1}
                      - {id: a, address: 127.0.0.1, port: 2, node: n2}
                """
            try scene.workspace.replace("services.yaml", twice)
            #expect(await headgate.log.wait(for: "check failed"), "\(headgate.log.text)")
            #expect(scene.workspace.read("haproxy.cfg") == good)
            #expect(scene.reloads == 0)
            #expect(HTTPProbe.get(port: scene.front)?.status == 200)
            // And it goes on from there.
            try await scene.change([("a", "passing"), ("c", "passing")], headgate)
            #expect(await eventually { (HTTPProbe.tally(4, port: scene.front)["c"] ?? 0) > 0 })
        }
    }
}
