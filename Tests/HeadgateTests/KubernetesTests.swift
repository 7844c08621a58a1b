import TestSupport
import Testing

/// From a cluster to traffic: the built headgate between an API server that keeps Kubernetes' rules and a real HAProxy.
@Suite(.fewAtOnce, .timeLimit(.minutes(5))) struct KubernetesTests {
    /// A server with the Service `web`, and a kubeconfig for it in the workspace.
    private func withCluster(
        _ pods: [String],
        _ options: KubernetesServer.Options = KubernetesServer.Options(),
        _ body: @escaping @Sendable (KubernetesServer, Workspace) async throws -> Void,
    ) async throws {
        try await KubernetesServer.with(options) { server in
            server.put(.service("web"), slice(pods))
            try await Workspace.with { workspace in
                try workspace.write("kubeconfig", server.kubeconfig())
                try await body(server, workspace)
            }
        }
    }

    private func slice(_ pods: [String], terminating: Set<String> = []) -> ClusterObject {
        .slice(
            "web-1",
            pods.map { pod in
                let last = pod.utf8.reduce(1) { ($0 * 31 + Int($1)) % 250 } + 1
                return .init(pod, "10.0.0.\(last)", terminating.contains(pod) ? .terminating : .ready)
            }
        )
    }

    private let registry = "url: 'kubernetes:kubeconfig'"

    @Test(.tags(.haproxy)) func `a pod that terminates drains, then goes`() async throws {
        try await KubernetesServer.with { server in
            let ports = LoopbackPorts.free(3)
            let pods = ["a": ports[1], "b": ports[2]]
            @Sendable func show(_ pod: String, _ state: ClusterObject.Endpoint.State) {
                server.put(.slice(pod, [.init(pod, "127.0.0.1", state)], ports: [("http", pods[pod] ?? 0)]))
            }
            server.put(.service("web", annotations: ["headgate/weight": "2"]))
            for pod in pods.keys { show(pod, .ready) }
            try await Workspace.with { workspace in
                try workspace.write("kubeconfig", server.kubeconfig())
                let bundled = Workspace(path: "\(Repository.path)/templates/haproxy")
                try workspace.write("haproxy.cfg.tmpl", try #require(bundled.read("haproxy.cfg.tmpl")))
                try workspace.write(
                    "headgate.yaml",
                    """
                    registries: {main: 'kubernetes:kubeconfig'}
                    targets:
                      edge:
                        profile: haproxy
                        files: [{template: haproxy.cfg.tmpl, destination: haproxy.cfg}]
                        values: {bind: "127.0.0.1:\(ports[0])", socket: \(workspace.file("admin.sock")), user: none}
                        reload: if [ -s pid ]; then kill -USR2 $(cat pid); fi
                        wait: {min: 5ms, max: 50ms}
                    state_dir: state
                    """
                )
                try workspace.write(
                    "pods.cfg",
                    "defaults\n    mode http\n    timeout connect 1s\n    timeout client 9s\n    timeout server 9s\n"
                        + pods.map { pod, port in
                            """
                            frontend \(pod)
                                bind 127.0.0.1:\(port)
                                http-request return status 200 content-type text/plain string \(pod)

                            """
                        }.joined()
                )
                let configuration = ["--config", workspace.file("headgate.yaml")]
                let first = try await execute(Installed.headgate, ["run", "--once"] + configuration)
                try #require(first.status == 0, "\(first.error)")
                @Sendable func weights() -> [String] {
                    (workspace.read("haproxy.cfg") ?? "").split(separator: "\n").compactMap { line in
                        let words = line.split(separator: " ")
                        guard words.first == "server", let place = words.firstIndex(of: "weight") else { return nil }
                        return "\(words[1].drop { $0 != ":" }.dropFirst()) \(words[place + 1])"
                    }
                }
                @Sendable func tally() -> [String: Int] { HTTPProbe.tally(8, "/web", port: ports[0]) }
                try await withRunning("haproxy", ["-db", "-f", workspace.file("pods.cfg")]) { _ in
                    try await withRunning("haproxy", ["-W", "-db", "-f", workspace.file("haproxy.cfg")]) { haproxy in
                        try workspace.write("pid", "\(haproxy.pid)\n")
                        try #require(await eventually { Set(tally().keys) == ["a", "b"] })
                        try await withRunning(Installed.headgate, ["run"] + configuration) { headgate in
                            try #require(await headgate.log.wait(for: "unchanged"), "\(headgate.log.text)")
                            #expect(weights() == ["a 2", "b 2"])
                            show("b", .terminating)
                            #expect(await eventually { weights() == ["a 2", "b 0"] }, "\(headgate.log.text)")
                            #expect(await eventually { tally() == ["a": 8] })
                            server.put(.slice("b", [], ports: [("http", 1)]))
                            #expect(await eventually { weights() == ["a 2"] }, "\(headgate.log.text)")
                            #expect(tally() == ["a": 8])
                            show("b", .ready)
                            #expect(await eventually { Set(tally().keys) == ["a", "b"] }, "\(headgate.log.text)")
                            #expect(headgate.log.count(containing: " held ") == 0, "\(headgate.log.text)")
                        }
                    }
                }
            }
        }
    }

    @Test func `what is in force loses nothing by a fault`() async throws {
        try await withCluster(["a", "b"]) { server, workspace in
            let scene = try KeptScene(workspace, registry: registry)
            try await scene.withHeadgate(inForce: ["a", "b"]) { headgate in
                try await scene.neverLosing(["a", "b"], headgate) {
                    var pods = ["a", "b"]
                    func change(_ pod: String) async {
                        pods.append(pod)
                        server.put(slice(pods))
                        let wanted = pods
                        #expect(
                            await eventually(within: .seconds(30)) { scene.ids == wanted },
                            "\(pod)\n\(headgate.log.text)"
                        )
                    }
                    // Cut, ended, and gone on from what was seen last.
                    server.cut()
                    await change("c")
                    server.endWatches()
                    await change("d")
                    // Half an event, no event, and an answer that is none.
                    server.say(#"{"type":"DELETED","object":{"metadata":{"name":"web-1","namesp"#)
                    server.cut()
                    await change("e")
                    server.say("no event\n")
                    await change("f")
                    server.fail("stream", .body("{}"), times: 2)
                    server.fail("list", .body("{}"), times: 2)
                    server.forgetHistory()
                    server.cut()
                    await change("g")
                    // Away for a moment, refusing for another.
                    await server.stop()
                    #expect(await headgate.log.wait(for: "registry fault"), "\(headgate.log.text)")
                    try await server.start()
                    server.fail("list", .status(500), times: 3)
                    server.fail("stream", .status(503, retryAfter: 1), times: 3)
                    await change("h")
                    server.forbid("watch")
                    server.cut()
                    #expect(await eventually(within: .seconds(60)) { server.requests("watch").count > 8 })
                    server.heal()
                    await change("i")
                }
                #expect(await headgate.log.wait(for: "registry recovered"), "\(headgate.log.text)")
            }
        }
    }

    @Test func `a server that comes back empty is held, and believed when it says so again`() async throws {
        try await withCluster(["a", "b", "c"]) { server, workspace in
            let scene = try KeptScene(workspace, registry: registry)
            try await scene.withHeadgate(inForce: ["a", "b", "c"]) { headgate in
                try await scene.neverLosing(["a", "b"], headgate) {
                    await server.stop()
                    server.restore(empty: true)
                    #expect(await headgate.log.wait(for: "registry fault"), "\(headgate.log.text)")
                    try await server.start()
                    #expect(await headgate.log.wait(for: " held "), "\(headgate.log.text)")
                    let held = ContinuousClock.now
                    #expect(scene.ids == ["a", "b", "c"])
                    server.put(.service("web"), slice(["a", "b"]))
                    #expect(await eventually(within: .seconds(90)) { scene.ids == ["a", "b"] }, "\(headgate.log.text)")
                    #expect(ContinuousClock.now - held > .seconds(25))
                }
                #expect(await headgate.log.wait(for: "hold over"), "\(headgate.log.text)")
            }
        }
    }

    @Test func `pods that all terminate at once are no mass loss`() async throws {
        let pods = ["a", "b", "c", "d", "e", "f"]
        try await withCluster(pods) { server, workspace in
            let scene = try KeptScene(workspace, registry: registry)
            try await scene.withHeadgate(inForce: pods) { headgate in
                server.put(slice(pods, terminating: ["a", "b", "c", "d", "e"]))
                #expect(await eventually { scene.ids == ["f"] }, "\(headgate.log.text)")
                server.put(slice(["f"]))
                server.put(slice(["f", "g"]))
                #expect(await eventually { scene.ids == ["f", "g"] })
                #expect(headgate.log.count(containing: " held ") == 0, "\(headgate.log.text)")
            }
        }
    }

    @Test func `headgate starts without its cluster on what it knew`() async throws {
        try await withCluster(["a", "b"]) { server, workspace in
            let scene = try KeptScene(workspace, registry: registry)
            try await scene.withHeadgate(inForce: ["a", "b"]) { _ in }
            await server.stop()
            try await scene.withHeadgate(inForce: ["a", "b"]) { headgate in
                #expect(await headgate.log.wait(for: "registry fault"), "\(headgate.log.text)")
                #expect(scene.ids == ["a", "b"])
                try await server.start()
                server.put(slice(["a", "b", "c"]))
                #expect(
                    await eventually(within: .seconds(60)) { scene.ids == ["a", "b", "c"] },
                    "\(headgate.log.text)"
                )
            }
        }
    }

    @Test(arguments: [
        (#"{{ key "a" }}"#, "Kubernetes has no key/value tree"), (#"{{ range nodes }}{{ end }}"#, "nodes are not read"),
        (#"{{ range service "web@dc2" }}{{ end }}"#, "Kubernetes has no datacenters"),
    ])
    func `a question that it cannot answer ends a command at once`(template: String, message: String) async throws {
        try await withCluster(["a"]) { _, workspace in
            try workspace.write("t", template)
            let begun = ContinuousClock.now
            let run = try await execute(
                Installed.headgate,
                [
                    "render", "--registry", "kubernetes://\(workspace.file("kubeconfig"))", "--template",
                    workspace.file("t"),
                ]
            )
            #expect(run.status == 75 || run.status == 69, "\(run.status) \(run.error)")
            #expect(run.error.contains(message), "\(run.error)")
            #expect(ContinuousClock.now - begun < .seconds(8))
        }
    }

    @Test(.tags(.haproxy)) func `the example is good, and writes what HAProxy takes`() async throws {
        try await withCluster(["a", "b"]) { server, workspace in
            let example = Workspace(path: Repository.file("examples/kubernetes"))
            let check = try await execute(Installed.headgate, ["check", "--config", example.file("headgate.yaml")])
            #expect(check.status == 0, "\(check.error)")
            server.put(slice(["a", "b"], terminating: ["b"]))
            for name in ["headgate.yaml", "haproxy.cfg.tmpl"] {
                let text = try #require(example.read(name))
                    .replacing("\"kubernetes:\"", with: "kubernetes:kubeconfig")
                    .replacing("/etc/haproxy", with: workspace.path).replacing("/run/haproxy", with: workspace.path)
                    .replacing("/var/lib/headgate", with: workspace.file("state"))
                try workspace.write(name, text)
            }
            let run = try await execute(
                Installed.headgate,
                ["run", "--once", "--config", workspace.file("headgate.yaml")]
            )
            #expect(run.status == 0, "\(run.error)")
            let written = workspace.read("haproxy.cfg") ?? ""
            #expect(written.contains("weight 1 check # eu-1a") && written.contains("weight 0 check"), "\(written)")
        }
    }
}
