import TestSupport
import Testing

/// What a real Consul does when it dies, freezes, forgets or has too many clients: what is in force loses no server.
@Suite(.fewAtOnce, .tags(.consul), .timeLimit(.minutes(5))) struct ConsulFaultTests {
    private func register(_ ids: [String], with agent: ConsulAgent) async throws {
        for id in ids {
            try await agent.register(ServiceRegistration(id: id))
            // What is said of a check, other than its first state, an agent remembers over a restart.
            try await agent.setHealth(of: id, .passing)
        }
    }

    @Test func `an agent that is killed and comes back`() async throws {
        try await ConsulAgent.with(ConsulOptions(.server(expecting: 1))) { agent in
            try await register(["a", "b"], with: agent)
            try await Workspace.with { workspace in
                let scene = try KeptScene(workspace, registry: "url: \"\(agent.url)\"")
                try await scene.withHeadgate(inForce: ["a", "b"]) { headgate in
                    try await scene.neverLosing(["a", "b"], headgate) {
                        agent.kill()
                        #expect(await headgate.log.wait(for: "registry fault"))
                        #expect(scene.ids == ["a", "b"])
                        try await agent.start()
                        try await register(["c"], with: agent)
                        #expect(await eventually(within: .seconds(60)) { scene.ids == ["a", "b", "c"] })
                    }
                    #expect(await headgate.log.wait(for: "registry recovered"), "\(headgate.log.text)")
                    #expect(headgate.log.count(containing: "registry recovered") == 1, "\(headgate.log.text)")
                    // The reason may change once, from refused to leaderless; nothing more is worth a line.
                    #expect((1...2).contains(headgate.log.count(containing: "registry fault")), "\(headgate.log.text)")
                }
            }
        }
    }

    @Test func `an agent that freezes and goes on`() async throws {
        try await ConsulAgent.with { agent in
            try await register(["a", "b"], with: agent)
            try await Workspace.with { workspace in
                let scene = try KeptScene(workspace, registry: "url: \"\(agent.url)\", wait: 1s")
                try await scene.withHeadgate(inForce: ["a", "b"]) { headgate in
                    try await scene.neverLosing(["a", "b"], headgate) {
                        agent.freeze()
                        #expect(await headgate.log.wait(for: "registry fault"))
                        agent.thaw()
                        try await register(["c"], with: agent)
                        #expect(await eventually(within: .seconds(60)) { scene.ids == ["a", "b", "c"] })
                    }
                    #expect(await headgate.log.wait(for: "registry recovered"), "\(headgate.log.text)")
                    #expect(headgate.log.count(containing: "registry fault") == 1, "\(headgate.log.text)")
                }
            }
        }
    }

    @Test func `an agent that comes back wiped: who returns is never missed, who does not leaves half a minute later`()
        async throws
    {
        try await ConsulAgent.with { agent in
            try await register(["a", "b", "c"], with: agent)
            try await Workspace.with { workspace in
                let scene = try KeptScene(workspace, registry: "url: \"\(agent.url)\"")
                try await scene.withHeadgate(inForce: ["a", "b", "c"]) { headgate in
                    try await scene.neverLosing(["a", "b"], headgate) {
                        try await agent.restart(wiping: true)
                        let held = ContinuousClock.now
                        #expect(await headgate.log.wait(for: " held "), "\(headgate.log.text)")
                        #expect(scene.ids == ["a", "b", "c"])
                        try await register(["a", "b"], with: agent)
                        #expect(
                            await eventually(within: .seconds(75)) { scene.ids == ["a", "b"] },
                            "\(headgate.log.text)"
                        )
                        #expect(ContinuousClock.now - held > .seconds(25))
                    }
                    #expect(headgate.log.count(containing: "registry recovered") == 1, "\(headgate.log.text)")
                    #expect(await headgate.log.wait(for: "hold over"), "\(headgate.log.text)")
                }
            }
        }
    }

    @Test func `release ends what is held at once`() async throws {
        try await ConsulAgent.with { agent in
            try await register(["a", "b", "c"], with: agent)
            try await Workspace.with { workspace in
                let scene = try KeptScene(workspace, registry: "url: \"\(agent.url)\"")
                try await scene.withHeadgate(inForce: ["a", "b", "c"]) { headgate in
                    try await agent.restart(wiping: true)
                    #expect(await headgate.log.wait(for: " held "), "\(headgate.log.text)")
                    try await register(["c"], with: agent)
                    #expect(await eventually { (try? await agent.passing("web")) == ["c:80"] })
                    #expect(try await scene.status().contains("held"))
                    let release = try await execute(Installed.headgate, ["release"] + scene.configuration)
                    #expect(release.status == 0, "\(release.error)")
                    #expect(await eventually { scene.ids == ["c"] }, "\(scene.ids)\n\(headgate.log.text)")
                    #expect(try await !scene.status().contains("held"))
                }
            }
        }
    }

    @Test func `what an earlier process held is shown and released while the agent is down`() async throws {
        try await ConsulAgent.with { agent in
            try await register(["a", "b", "c"], with: agent)
            try await Workspace.with { workspace in
                let scene = try KeptScene(workspace, registry: "url: \"\(agent.url)\"")
                try await scene.withHeadgate(inForce: ["a", "b", "c"]) { headgate in
                    try await agent.restart(wiping: true)
                    #expect(await headgate.log.wait(for: " held "), "\(headgate.log.text)")
                }
                await agent.stop()
                try await scene.withHeadgate(inForce: ["a", "b", "c"]) { headgate in
                    #expect(await headgate.log.wait(for: " held "), "\(headgate.log.text)")
                    #expect(try await scene.status().contains("held service web"))
                    let release = try await execute(Installed.headgate, ["release"] + scene.configuration)
                    #expect(release.status == 0, "\(release.error)")
                    #expect(await eventually { scene.ids == [] }, "\(scene.ids)\n\(headgate.log.text)")
                }
                // And it stays released.
                try await scene.withHeadgate(inForce: []) { headgate in
                    #expect(await headgate.log.wait(for: "unchanged"), "\(headgate.log.text)")
                    #expect(scene.ids == [])
                    let status = try await scene.status()
                    #expect(!status.contains("held"))
                }
            }
        }
    }

    @Test func `an agent with fewer connections than services`() async throws {
        var options = ConsulOptions(.dev)
        options.connectionsPerClient = 20
        try await ConsulAgent.with(options) { agent in
            for number in 0..<60 {
                try await agent.register(ServiceRegistration("s\(number)", id: "i\(number)", port: 1_000 + number))
            }
            try await Workspace.with { workspace in
                let scene = try KeptScene(
                    workspace,
                    registry: "url: \"\(agent.url)\"",
                    template: """
                        {{ range $number := loop 60 }}{{ range service (printf "s%d" $number) }}{{ .ID }} {{ .Port }}
                        {{ end }}{{ end }}
                        """
                )
                let ids = (0..<60).map { "i\($0)" }
                try await scene.withHeadgate(inForce: ids) { headgate in
                    // One client more: it has to find room, or headgate has taken what others need.
                    try await scene.neverLosing(ids, headgate) {
                        for number in stride(from: 0, to: 60, by: 7) {
                            // The agent refuses the tests, too, while its limit is reached.
                            let port = 2_000 + number
                            let isRegistered = await eventually {
                                let service = ServiceRegistration("s\(number)", id: "i\(number)", port: port)
                                return (try? await agent.register(service)) != nil
                            }
                            #expect(isRegistered)
                            let line = "i\(number) \(port)\n"
                            #expect(
                                await eventually(within: .seconds(30)) {
                                    workspace.read("out")?.contains(line) == true
                                },
                                "\(line)\(headgate.log.text)"
                            )
                        }
                    }
                    #expect(headgate.log.count(containing: "fewer connections") <= 1, "\(headgate.log.text)")
                }
            }
        }
    }

    @Test func `restarts in a row are not held up by connections that the agent still counts`() async throws {
        try await ConsulAgent.with { agent in
            for number in 0..<100 {
                try await agent.register(ServiceRegistration("s\(number)", id: "i\(number)", port: 1_000))
            }
            try await Workspace.with { workspace in
                let scene = try KeptScene(
                    workspace,
                    registry: "url: \"\(agent.url)\"",
                    template: """
                        {{ range $number := loop 100 }}{{ range service (printf "s%d" $number) }}{{ .ID }} {{ .Port }}
                        {{ end }}{{ end }}
                        """
                )
                let ids = (0..<100).map { "i\($0)" }
                for restart in 1...5 {
                    try await agent.register(ServiceRegistration("s\(restart)", id: "i\(restart)", port: 2_000))
                    try await scene.withHeadgate(inForce: ids) { headgate in
                        let line = "i\(restart) 2000\n"
                        #expect(
                            await eventually(within: .seconds(5)) { workspace.read("out")?.contains(line) == true },
                            "restart \(restart)\n\(headgate.log.text)"
                        )
                        // Long enough for all connections that it will have.
                        #expect(await eventually { (try? await scene.status())?.contains("100 of 100") == true })
                    }
                }
            }
        }
    }

    @Test func `a start without the agent goes by what was last known, and the agent's word counts when it comes`()
        async throws
    {
        try await ConsulAgent.with(ConsulOptions(.server(expecting: 1))) { agent in
            try await register(["a", "b", "c"], with: agent)
            try await Workspace.with { workspace in
                let scene = try KeptScene(workspace, registry: "url: \"\(agent.url)\"")
                try await scene.withHeadgate(inForce: ["a", "b", "c"]) { _ in }
                await agent.stop()
                // Even if what was delivered is gone, as on a new disk with the old state.
                _ = try await execute("rm", [workspace.file("out")])
                try await scene.withHeadgate(inForce: ["a", "b", "c"]) { headgate in
                    #expect(await headgate.log.wait(for: "registry fault"), "\(headgate.log.text)")
                    #expect(try await scene.status().contains("works from the snapshot on disk, "))
                    try await scene.neverLosing(["a", "b", "c"], headgate) {
                        try await agent.start()
                        try await register(["d"], with: agent)
                        #expect(await eventually(within: .seconds(60)) { scene.ids == ["a", "b", "c", "d"] })
                    }
                    #expect(try await !scene.status().contains("snapshot on disk"))
                    #expect(await headgate.log.wait(for: "registry recovered"), "\(headgate.log.text)")
                }
            }
        }
    }

    @Test func `an agent whose name moves to another address`() async throws {
        try await ConsulAgent.with { first in
            var options = ConsulOptions(.dev)
            options.clientAddress = "127.0.0.2"
            options.httpPort = first.ports.http
            try await ConsulAgent.with(options) { second in
                try await register(["a", "b"], with: first)
                try await register(["a", "b", "c"], with: second)
                try await Workspace.with { workspace in
                    let registry = "url: \"consul://consul.test:\(first.ports.http)\""
                    let scene = try KeptScene(workspace, registry: registry)
                    try workspace.write("hosts", "127.0.0.1 localhost consul.test\n")
                    // headgate sees a table of hosts of its own, in a mount namespace.
                    let script = "mount --bind \(workspace.file("hosts")) /etc/hosts && exec \"$@\""
                    let prefix = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
                    try await scene.withHeadgate(inForce: ["a", "b"], prefix: prefix) { headgate in
                        try await scene.neverLosing(["a", "b"], headgate) {
                            try workspace.write("hosts", "127.0.0.1 localhost\n127.0.0.2 consul.test\n")
                            await first.stop()
                            #expect(
                                await eventually(within: .seconds(60)) { scene.ids == ["a", "b", "c"] },
                                "\(headgate.log.text)"
                            )
                        }
                    }
                }
            }
        }
    }
}
