import Balancers
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the Runtime API does that one would not think, on the HAProxy that is installed. Where what is tried:
///
/// | what | where |
/// | --- | --- |
/// | health of newcomers, agents, names, references, sessions, many servers | here |
/// | lines, words, `;`, severity, answers of refusal | `RealCommandTests` |
/// | algorithms, `default-server`, templates, `[::1]`, kept connections, websockets | `RealBackendTests` |
/// | what a reload forgets, state file, consistent hashing | `RealReloadPitfallTests` |
/// | keywords that `add server` takes | `ServerKeywordTests` |
/// | maps, ACLs, certificates | `RealFileTests` |
/// | all of it at random, beside a fresh start | `LiveDifferentialTests` |
/// | under load, with faults, killed | `LiveLoadTests`, `LiveFaultTests`, `LiveKillTests` |
@Suite("Pitfalls of the Runtime API", .tags(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct RealPitfallTests {
    @Test("a server that is added dead gets no request, and a live one gets its share after its checks")
    func newcomers() async throws {
        let scene = PitfallScene { "    server a 127.0.0.1:\($0)" }
        try await RunningHAProxy.with(scene.old) { haproxy in
            let dead = scene.changed("    server d 127.0.0.1:\(scene.dead) check inter 100ms fall 3")
            try haproxy.carryOut(LivePlan.make(scene.old, dead, running: haproxy.version))
            #expect(HTTPProbe.tally(40, port: scene.front) == ["ok": 40])
            #expect(try haproxy.figure("stot", "d") == 0)

            let live = dead + "    server l 127.0.0.1:\(scene.target) check inter 50ms rise 2\n"
            try haproxy.carryOut(LivePlan.make(dead, live, running: haproxy.version))
            #expect(
                await eventually {
                    HTTPProbe.tally(2, port: scene.front) == ["ok": 2] && (try? haproxy.figure("stot", "l")) ?? 0 > 0
                }
            )
            #expect(HTTPProbe.tally(40, port: scene.front) == ["ok": 40])
        }
    }

    @Test("a server that wants to be told of clients first is told so by its checks too")
    func proxyProtocol() async throws {
        let ports = LoopbackPorts.free(1)
        let scene = PitfallScene { "    option httpchk\n    server a 127.0.0.1:\($0)" }
        let target = "frontend told\n    bind 127.0.0.1:\(ports[0]) accept-proxy\n    http-request return status 200\n"
        try await RunningHAProxy.with(target + scene.old) { haproxy in
            let new = scene.changed("    server p 127.0.0.1:\(ports[0]) send-proxy check inter 50ms rise 1")
            try haproxy.carryOut(LivePlan.make(scene.old, new, running: haproxy.version))
            #expect(
                await eventually {
                    (try? haproxy.servers())?.servers.map(\.operation) == [2, 2]
                }
            )
        }
    }

    @Test("a server with an agent is up after it was added, also if the agent never says so")
    func agents() async throws {
        let scene = PitfallScene { "    server a 127.0.0.1:\($0)" }
        let new = scene.changed(
            "    server g 127.0.0.1:\(scene.target) agent-check agent-port \(scene.dead) agent-inter 50ms"
        )
        try await RunningHAProxy.with(scene.old) { haproxy in
            try haproxy.carryOut(LivePlan.make(scene.old, new, running: haproxy.version))
            let running = try haproxy.servers()
            #expect(running.servers.map(\.operation) == [2, 2])
            // In the other order it is not.
            _ = try haproxy.ask(
                "add server be/h 127.0.0.1:\(scene.target) agent-check agent-port \(scene.dead);enable agent be/h;enable server be/h"
            )
            let other = try haproxy.servers()
            #expect(other.servers.map(\.operation) == [2, 2, 0])
        }
    }

    @Test("all servers are replaced at once without a request that fails")
    func replacement() async throws {
        let scene = PitfallScene { "    server a 127.0.0.1:\($0) check inter 2s" }
        try await RunningHAProxy.with(scene.old) { haproxy in
            try haproxy.carryOut(
                LivePlan.make(scene.old, scene.old.replacing("server a", with: "server b"), running: haproxy.version)
            )
            #expect(HTTPProbe.tally(20, port: scene.front) == ["ok": 20])
        }
    }

    @Test("a server that is enabled without that order gets requests although it is dead")
    func withoutOrder() async throws {
        let scene = PitfallScene { "    server a 127.0.0.1:\($0)" }
        try await RunningHAProxy.with(scene.old) { haproxy in
            _ = try haproxy.ask(
                "add server be/d 127.0.0.1:\(scene.dead) check inter 10s;enable health be/d;enable server be/d"
            )
            #expect(HTTPProbe.tally(10, port: scene.front)["ok"] ?? 0 < 10)
        }
    }

    @Test("a server added to 2.6 keeps its connections for the next request")
    func pool() async throws {
        let scene = PitfallScene { _ in "    http-reuse always" }
        try await RunningHAProxy.with(scene.old) { haproxy in
            let new = scene.changed("    server a 127.0.0.1:\(scene.target)")
            try haproxy.carryOut(LivePlan.make(scene.old, new, running: haproxy.version))
            #expect(HTTPProbe.tally(30, port: scene.front) == ["ok": 30])
            let (connections, reuses) = (try haproxy.figure("connect", "a"), try haproxy.figure("reuse", "a"))
            #expect(try #require(connections) <= 4)
            #expect(try #require(reuses) >= 26)
        }
    }

    @Test("a name that is no address is accepted and never resolved, so it is not sent")
    func names() async throws {
        let scene = PitfallScene { "    server a 127.0.0.1:\($0)" }
        try await RunningHAProxy.with(scene.old) { haproxy in
            for (name, address) in ["n": "localhost:80", "v": "${HOME}:80"] {
                #expect(try haproxy.ask("add server be/\(name) \(address)").hasPrefix("New server registered."))
                let running = try haproxy.servers()
                #expect(running.servers.last?.address == "-")
                let new = scene.changed("    server \(name) \(address)")
                #expect(LivePlan.make(scene.old, new, running: haproxy.version).reasons?.count == 1)
            }
        }
    }

    @Test("a static algorithm refuses other weights and new servers in plain words, which is told from success")
    func staticAlgorithm() async throws {
        let scene = PitfallScene { "    balance source\n    server a 127.0.0.1:\($0) weight 10" }
        try await RunningHAProxy.with(scene.old) { haproxy in
            // As if the backend were dynamic.
            let wish = scene.old.replacing("    balance source\n", with: "")
            for new in [wish.replacing("weight 10", with: "weight 11"), wish + "    server b 127.0.0.1:1\n"] {
                let update = try #require(LivePlan.make(wish, new, running: haproxy.version).update)
                guard case .refused = update.batches[0].fault(in: try haproxy.answer(update.batches[0].line)) else {
                    Issue.record("not refused")
                    continue
                }
            }
            // What is left to a static algorithm goes well.
            let drained = scene.old.replacing("weight 10", with: "weight 0")
            try haproxy.carryOut(LivePlan.make(scene.old, drained, running: haproxy.version))
            let running = try haproxy.servers()
            #expect(ReadBack(HAProxyConfiguration(drained)).mismatches(running).isEmpty)
            #expect(ReadBack(HAProxyConfiguration(scene.old)).mismatches(running).count == 1)
        }
    }

    @Test("a server that something refers to is not deleted")
    func references() async throws {
        let lines = [
            "    server t 127.0.0.1:1 track be/a", "    use-server a if { path /a }",
            "    http-request deny if { srv_is_up(be/a) } { path /b }",
        ]
        for line in lines {
            let scene = PitfallScene { "    server a 127.0.0.1:\($0) check\n\(line)" }
            try await RunningHAProxy.with(scene.old) { haproxy in
                _ = try haproxy.ask("set server be/a state maint")
                guard case .refused = DeletionOutcome.outcomes(of: 1, in: try haproxy.answer("del server be/a"))?.first
                else {
                    Issue.record("deleted in spite of: \(line)")
                    return
                }
                let without = scene.old.replacing("    server a 127.0.0.1:\(scene.target) check\n", with: "")
                #expect(LivePlan.make(scene.old, without, running: haproxy.version).reasons?.count == 1, "\(line)")
            }
        }
    }

    @Test("a server with a session is deleted when the session ends, and gets no other meanwhile")
    func busy() async throws {
        let scene = PitfallScene { "    mode tcp\n    server a 127.0.0.1:\($0)\n    server b 127.0.0.1:\($0)" }
        let old = scene.old.replacing("default_backend", with: "mode tcp\n    default_backend")
        try await RunningHAProxy.with(old) { haproxy in
            let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            let client = FileDescriptor(rawValue: handle)
            var address = LoopbackPorts.address(scene.front)
            // The address lives as long as the call.
            let connected = unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            try #require(connected == 0)
            try #require(await eventually { (try? haproxy.figure("scur", "a")) == 1 })

            let new = old.replacing("    server a 127.0.0.1:\(scene.target)\n", with: "")
            let update = try #require(LivePlan.make(old, new, running: haproxy.version).update)
            try haproxy.carryOut(.live(update))
            let deletion = PendingRemoval.deletions(update.removals)[0]
            #expect(try DeletionOutcome.outcomes(of: 1, in: haproxy.answer(deletion.line)) == [.busy])
            let running = try haproxy.servers()
            let wanted = HAProxyConfiguration(new)
            #expect(ReadBack(wanted, pending: update.removals).mismatches(running).isEmpty)
            #expect(ReadBack(wanted).mismatches(running).map(\.what) == ["is not configured"])
            #expect(HTTPProbe.tally(6, port: scene.front) == ["ok": 6])

            // It comes back before it is gone, and leaves again.
            let back = try #require(LivePlan.make(new, old, running: haproxy.version, pending: update.removals).update)
            try haproxy.carryOut(.live(back))
            #expect(back.pending(after: update.removals).isEmpty)
            let again = try haproxy.servers()
            #expect(ReadBack(HAProxyConfiguration(old)).mismatches(again).isEmpty)
            try haproxy.carryOut(.live(update))

            // Cut, or ended by itself.
            #expect(try haproxy.ask(update.removals[0].cut.text) == "\n")
            try client.close()
            #expect(
                await eventually {
                    guard let answer = try? haproxy.answer(deletion.line) else { return false }
                    return DeletionOutcome.outcomes(of: 1, in: answer) == [.deleted]
                }
            )
            #expect(try DeletionOutcome.outcomes(of: 1, in: haproxy.answer(deletion.line)) == [.gone])
        }
    }

    @Test("a thousand servers are added, changed and deleted in lines that HAProxy takes")
    func thousand() async throws {
        let scene = PitfallScene { _ in "    balance leastconn\n    default-server inter 10s maxconn 50" }
        let states =
            [scene.old]
            + [10, 20].map { weight in
                scene.changed(
                    (0..<1000).map { "    server node\($0) 10.1.\($0 >> 8).\($0 & 255):8080 weight \(weight) check\n" }
                        .joined()
                )
            } + [scene.old]
        try await RunningHAProxy.with(scene.old) { haproxy in
            for (before, after) in zip(states, states.dropFirst()) {
                let update = try #require(LivePlan.make(before, after, running: haproxy.version).update)
                let time = try ContinuousClock().measure {
                    try haproxy.carryOut(.live(update))
                    for batch in PendingRemoval.deletions(update.removals) {
                        let outcomes = DeletionOutcome.outcomes(
                            of: batch.commands.count,
                            in: try haproxy.answer(batch.line)
                        )
                        #expect(outcomes?.allSatisfy { $0 == .deleted } == true)
                    }
                }
                print(
                    "haproxy model: \(update.summary): \(update.commands.count) commands in \(update.batches.count) lines: \(time)"
                )
                let running = try haproxy.servers()
                let statistics = RunningStatistics(try haproxy.answer("show stat -1 4 -1"))
                #expect(ReadBack(HAProxyConfiguration(after)).mismatches(running, statistics).isEmpty)
            }
        }
    }

    @Test("a server that was disabled by the configuration keeps a bit of that, which is not taken for maintenance")
    func configuredMaintenance() async throws {
        let scene = PitfallScene { "    server a 127.0.0.1:\($0) disabled" }
        try await RunningHAProxy.with(scene.old) { haproxy in
            let new = scene.old.replacing(" disabled", with: "")
            try haproxy.carryOut(LivePlan.make(scene.old, new, running: haproxy.version))
            let running = try haproxy.servers()
            #expect(running.servers[0].administration == .configured)
            #expect(ReadBack(HAProxyConfiguration(new)).mismatches(running).isEmpty)
            #expect(HTTPProbe.get(port: scene.front)?.body == "ok")
        }
    }
}
