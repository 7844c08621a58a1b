import Balancers
import TestSupport
import Testing

/// What becomes of servers and their connections on the HAProxy that is installed.
@Suite("Servers of a running HAProxy", .tags(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct RealBackendTests {
    private static let algorithms = [
        "roundrobin", "leastconn", "first", "random", "random(3)", "static-rr", "source", "uri depth 3", "hdr(x)",
        "url_param u", "rdp-cookie",
    ]

    @Test("are added if and only if the algorithm takes them, and drain, move and leave with any")
    func algorithms() async throws {
        let backends =
            Self.algorithms.flatMap { algorithm in
                ["", "    hash-type consistent\n", "    hash-type map-based\n"].map {
                    "    balance \(algorithm)\n\($0)"
                }
            }
        @Sendable func backend(_ number: Int, _ more: String = "") -> String {
            "backend be\(number)\n\(backends[number])    server a 127.0.0.1:1 id 7\n\(more)"
        }
        let text = backends.indices.map { backend($0) }.joined()
        try await RunningHAProxy.with(text) { haproxy in
            for (number, lines) in backends.enumerated() {
                let new = text.replacing(backend(number), with: backend(number, "    server b 127.0.0.1:1 id 9\n"))
                let isLive = LivePlan.make(text, new, running: haproxy.version).update != nil
                let answer = try haproxy.ask("add server be\(number)/b 127.0.0.1:1 id 9")
                #expect(answer.hasPrefix("New server registered.") == isLive, "\(lines)\(answer)")
                for command in ["weight 0%", "weight 100%", "state drain", "state maint"] {
                    #expect(try haproxy.ask("set server be\(number)/a \(command)") == "\n", "\(lines)\(command)")
                }
                #expect(try haproxy.ask("set server be\(number)/a addr 127.0.0.2 port 2").hasPrefix("IP changed"))
                let deletion = try haproxy.answer("del server be\(number)/a")
                #expect(DeletionOutcome.outcomes(of: 1, in: deletion) == [.deleted], "\(lines)")
            }
        }
    }

    @Test("do not go into maintenance where clients choose the address, though HAProxy does not say so")
    func transparent() async throws {
        let text = "backend be\n    option transparent\n    server a 127.0.0.1:1\n"
        try await RunningHAProxy.with(text) { haproxy in
            #expect(try haproxy.ask("set server be/a state maint") == "\n")
            let isInMaintenance = try haproxy.servers().servers[0].administration.contains(.maintenance)
            let removal = LivePlan.make(
                text,
                "backend be\n    option transparent\n",
                running: haproxy.version
            )
            #expect((removal.update != nil) == isInMaintenance)
        }
    }

    @Test("that are added know nothing of default-server, so all of it is said")
    func defaults() async throws {
        let scene = PitfallScene {
            "    default-server weight 50 maxconn 9 check inter 1h\n    server a 127.0.0.1:\($0) no-check"
        }
        try await RunningHAProxy.with(scene.old) { haproxy in
            _ = try haproxy.ask("add server be/b 127.0.0.1:\(scene.target)")
            #expect(try haproxy.figure("slim", "b") != 9)
            #expect(try haproxy.servers().servers[1].weight == 1)
            let new = scene.changed("    server c 127.0.0.1:\(scene.target) weight 20 no-check")
            try haproxy.carryOut(LivePlan.make(scene.old, new, running: haproxy.version))
            #expect(try haproxy.mismatches(new) == ["backend be: server b is not configured"])
        }
    }

    @Test("of a template are deleted as others")
    func template() async throws {
        try await RunningHAProxy.with("backend be\n    server-template t 2 127.0.0.1:1\n") { haproxy in
            _ = try haproxy.ask("set server be/t1 state maint")
            #expect(DeletionOutcome.outcomes(of: 1, in: try haproxy.answer("del server be/t1")) == [.deleted])
        }
    }

    @Test("have IPv6 addresses in brackets where they are added, and without where they move")
    func brackets() async throws {
        let scene = PitfallScene { "    server a 127.0.0.1:\($0)" }
        try await RunningHAProxy.with(scene.old) { haproxy in
            let added = scene.changed("    server b [2001:db8::1]:80")
            try haproxy.carryOut(LivePlan.make(scene.old, added, running: haproxy.version))
            #expect(try haproxy.mismatches(added) == [])
            let moved = added.replacing("[2001:db8::1]:80", with: "[2001:db8::2]:81")
            try haproxy.carryOut(LivePlan.make(added, moved, running: haproxy.version))
            #expect(try haproxy.mismatches(moved) == [])
        }
    }

    @Test("that move get the next requests at their new address, whatever connections are kept to the old one")
    func warmPool() async throws {
        let port = LoopbackPorts.free(1)[0]
        let other = """
            frontend other
                bind 127.0.0.1:\(port)
                http-request return status 200 content-type text/plain string other

            """
        let scene = PitfallScene { "    http-reuse always\n    server a 127.0.0.1:\($0)" }
        try await RunningHAProxy.with(other + scene.old) { haproxy in
            #expect(HTTPProbe.tally(20, port: scene.front) == ["ok": 20])
            #expect(try haproxy.figure("reuse", "a") != 0)
            let moved = scene.old.replacing("server a 127.0.0.1:\(scene.target)", with: "server a 127.0.0.1:\(port)")
            let plan = LivePlan.make(scene.old, moved, running: haproxy.version)
            try haproxy.carryOut(plan)
            let tally = HTTPProbe.tally(50, port: scene.front)
            // 3.0 closes them a moment later, of which the plan warns.
            #expect(tally["ok", default: 0] <= plan.cautions.count && tally.values.reduce(0, +) == 50, "\(tally)")
        }
    }

    @Test("keep a websocket when they move and when they leave, and are deleted at once when it is cut")
    func websocket() async throws {
        let ports = LoopbackPorts.free(2)
        let scene = PitfallScene { _ in "    timeout tunnel 1m\n    server a 127.0.0.1:\(ports[0])" }
        try await TinyServer.with(ports: ports) {
            try await RunningHAProxy.with(scene.old) { haproxy in
                let tunnels = try await Tunnels.open(1, port: scene.front)
                let moved = scene.old.replacing(":\(ports[0])", with: ":\(ports[1])")
                try haproxy.carryOut(LivePlan.make(scene.old, moved, running: haproxy.version))
                #expect(HTTPProbe.get(port: scene.front)?.body == "\(ports[1])")
                #expect(await tunnels.broken() == 0)

                let left = moved.replacing("    server a 127.0.0.1:\(ports[1])\n", with: "")
                let update = try #require(LivePlan.make(moved, left, running: haproxy.version).update)
                try haproxy.carryOut(.live(update))
                let deletion = PendingRemoval.deletions(update.removals)[0]
                #expect(DeletionOutcome.outcomes(of: 1, in: try haproxy.answer(deletion.line)) == [.busy])
                #expect(await tunnels.broken() == 0)

                #expect(try haproxy.ask(update.removals[0].cut.text) == "\n")
                #expect(
                    await eventually {
                        (try? haproxy.answer(deletion.line)).flatMap { DeletionOutcome.outcomes(of: 1, in: $0) }
                            == [.deleted]
                    }
                )
                #expect(await tunnels.broken() == 1)
                await tunnels.close()
            }
        }
    }
}
