import Balancers
import TestSupport
import Testing

/// HAProxy changed by the built headgate without a reload.
@Suite(.tags(.haproxy), .timeLimit(.minutes(5)), .serialized) struct LiveTests {
    @Test func `a live change needs no wait, and what needs a reload is gathered`() async throws {
        try await LiveScene.with(live: ", drift: off") { scene, haproxy in
            try scene.workspace.edit("headgate.yaml", replacing: "min: 10ms, max: 100ms", with: "min: 3s, max: 3s")
            try await scene.run { headgate in
                try scene.register(LiveScene.start + [.init(id: "c", server: 2)])
                #expect(await headgate.log.wait(for: "applied live", within: .seconds(2)), "\(headgate.log.text)")
                #expect(HTTPProbe.tally(30, port: scene.front)["\(scene.servers[2])"] == 10)
                try scene.register(LiveScene.start, frontend: "maxconn 99")
                try #require(await headgate.log.wait(for: " reloaded "), "\(headgate.log.text)")
                let line = headgate.log.lines.first { $0.contains(" reloaded ") } ?? ""
                #expect(line.contains("not live: frontend in: "), "\(line)")
                #expect(haproxy.log.count(containing: "Reloading HAProxy") == 1)
            }
        }
    }

    @Test func `plan says what would be done live, and why not`() async throws {
        try await LiveScene.with { scene, _ in
            try scene.register([.init(id: "a", server: 0, isDraining: true), .init(id: "c", server: 2)])
            let live = try await scene.workspace.headgate("plan")
            #expect(live.status == 2)
            #expect(live.output.contains("edge: live: 1 server added, 1 removed, 1 drained\n"), "\(live.output)")
            #expect(live.output.contains("    live:   backend web: server b removed\n"), "\(live.output)")
            #expect(!live.output.contains("    reload: "), "\(live.output)")
            let json = try await scene.workspace.headgate("plan", "--json")
            #expect(json.output.contains(#""action" : "live""#), "\(json.output)")
            #expect(json.output.contains(#""set server web/a weight 0""#), "\(json.output)")
            #expect(try await scene.running() == ["a", "b"])

            try scene.register(LiveScene.start, frontend: "maxconn 99")
            let reload = try await scene.workspace.headgate("plan")
            #expect(
                reload.output.contains("edge: reload: haproxy.cfg changed (+1 -1); not live: frontend in: "),
                "\(reload.output)"
            )
        }
    }

    @Test func `why there is something to deliver is not forgotten where a live change is tried first`() async throws {
        try await LiveScene.with { scene, _ in
            try await scene.run { headgate in
                try scene.register(LiveScene.start, frontend: "maxconn 99")
                try #require(await headgate.log.wait(for: " reloaded "), "\(headgate.log.text)")
                let back = try await scene.workspace.headgate("rollback", "1")
                #expect(back.status == 0, "\(back.error)")
                #expect(try await scene.workspace.headgate("release").status == 0)
                #expect(await headgate.log.wait(for: "reason=\"release of revision 1\""), "\(headgate.log.text)")
            }
        }
    }

    @Test func `a comment is written, and nothing is run`() async throws {
        try await LiveScene.with { scene, haproxy in
            try await scene.run { headgate in
                try scene.register(LiveScene.start, frontend: "# a comment")
                try #require(await headgate.log.wait(for: " written "), "\(headgate.log.text)")
                #expect(scene.workspace.read("haproxy.cfg")?.contains("# a comment") == true)
                #expect(haproxy.log.count(containing: "Reloading HAProxy") == 0)
            }
        }
    }

    @Test func `a check that refuses takes the live change back`() async throws {
        try await LiveScene.with { scene, haproxy in
            try scene.workspace.edit(
                "headgate.yaml",
                replacing: #"check: [haproxy, -c, -f, "{staged}"]"#,
                with: "check: \"! grep -q 'server c ' {staged}\"\n    culprits: off"
            )
            try await scene.run { headgate in
                try scene.register(LiveScene.start + [.init(id: "c", server: 2)])
                try #require(await headgate.log.wait(for: "check failed"), "\(headgate.log.text)")
                #expect(await eventually { haproxy.log.count(containing: "Reloading HAProxy") == 1 })
                #expect(try await scene.differences() == [])
                #expect(try await scene.running() == ["a", "b"])
                try scene.register(LiveScene.start + [.init(id: "d", server: 3)])
                #expect(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
            }
        }
    }

    @Test func `a server with sessions stays until they end, or until they are cut`() async throws {
        try await LiveScene.with(live: ", cut_after: 3s") { scene, _ in
            let tunnels = try await Tunnels.open(4, port: scene.front)
            try await scene.run { headgate in
                try scene.register([.init(id: "a", server: 0)])
                try #require(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                #expect(await tunnels.broken() == 0)
                #expect(try await scene.running() == ["a", "b"])
                let status = try await scene.workspace.headgate("status")
                #expect(status.output.contains("changes made live: 1; servers to be deleted: 1"), "\(status.output)")
                #expect(await eventually { (try? await scene.running()) == ["a"] })
                #expect(headgate.log.count(containing: " deleted ") == 1, "\(headgate.log.text)")
                #expect(await tunnels.broken() == 2)
            }
            await tunnels.close()
        }
    }

    @Test func `a server whose last requests leave idle connections is deleted soon`() async throws {
        try await LiveScene.with { scene, _ in
            try await scene.run { headgate in
                // HAProxy keeps as many idle connections as it has lately had requests at once.
                let manners = [LoadClient.Manner](repeating: .slow, count: 40)
                let tally = try await LoadClient.whileAsking(port: scene.front, manners) { client in
                    #expect(await eventually { client.tally.answered >= 40 })
                    try scene.register([.init(id: "a", server: 0)])
                    try #require(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                    #expect(await eventually(within: .seconds(5)) { (try? await scene.running()) == ["a"] })
                }
                #expect(tally.failures.isEmpty)
                #expect(try await scene.differences() == [])
            }
        }
    }

    @Test func `what an earlier headgate left behind is deleted by the next`() async throws {
        try await LiveScene.with { scene, _ in
            let tunnels = try await Tunnels.open(4, port: scene.front)
            try await scene.run { headgate in
                try scene.register([.init(id: "a", server: 0)])
                try #require(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
            }
            #expect(try await scene.running() == ["a", "b"])
            try await scene.run { headgate in
                #expect(await tunnels.broken() == 0)
                // One of its name cannot be added while it is there, nor be taken for it.
                try scene.register([.init(id: "a", server: 0), .init(id: "c", server: 1)])
                try #require(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                await tunnels.close()
                #expect(await eventually { (try? await scene.running()) == ["a", "c"] })
            }
        }
    }

    /// What somebody does by hand, and how it is told.
    static let deeds: [(command: String, told: String)] = [
        ("set server web/a weight 3", "server a has weight 3, not 10"),
        ("set server web/a state drain", "server a is drained by a command"),
        ("set server web/a state maint", "server a is in maintenance"),
        ("set server web/b addr 127.0.0.1 port 9", "server b points to 127.0.0.1 port 9"),
        ("set maxconn server web/b 7", "server b has maxconn 7, not 0"),
        ("add server web/x 127.0.0.1:9; enable server web/x", "server x is not configured"),
        ("set server web/b state maint; del server web/b", "server b is missing"),
    ]

    @Test(arguments: deeds)
    func `what is changed by hand is told, and put right if that is wanted`(_ deed: (command: String, told: String))
        async throws
    {
        for mode in ["report", "repair"] {
            try await LiveScene.with(live: ", drift: \(mode), drift_interval: 200ms") { scene, haproxy in
                try await scene.run { headgate in
                    let real = RuntimeSocket(path: scene.workspace.file("admin.sock"))
                    _ = try await real.ask(deed.command, within: .seconds(5))
                    // A weight is taken a moment later than it is told.
                    try #require(await headgate.log.wait(for: "runs differently"), "\(headgate.log.text)")
                    let line = headgate.log.lines.first { $0.contains("runs differently") } ?? ""
                    #expect(line.contains(deed.told), "\(line)")
                    if mode == "repair" {
                        #expect(await eventually { (try? await scene.differences()) == [] })
                        #expect(line.contains("put right: "), "\(line)")
                        #expect(haproxy.log.count(containing: "Reloading HAProxy") == 0)
                    } else {
                        #expect(try await scene.differences() != [])
                    }
                }
            }
        }
    }
}
