import Balancers
import TestSupport
import Testing

/// What a reload makes of live changes, on the HAProxy that is installed.
@Suite("A reload after live changes", .tags(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct RealReloadPitfallTests {
    @Test("forgets servers that are not in the file")
    func forgets() async throws {
        let scene = PitfallScene { "    server a 127.0.0.1:\($0)" }
        try await RunningHAProxy.with(scene.old) { haproxy in
            _ = try haproxy.ask("add server be/b 127.0.0.1:\(scene.target)")
            #expect(try haproxy.mismatches(scene.old) == ["backend be: server b is not configured"])
            try await haproxy.reload(scene.old)
            #expect(try haproxy.mismatches(scene.old) == [])
        }
    }

    @Test("takes ports and drains from a state file in place of the configuration, which is found and put right")
    func stateFile() async throws {
        let scene = PitfallScene { "    server a 127.0.0.1:\($0)" }
        try await RunningHAProxy.with(scene.old) { haproxy in
            _ = try haproxy.ask("set server be/a state drain")
            try haproxy.workspace.write("state", try haproxy.ask("show servers state"))
            let new =
                "global\n    server-state-file \(haproxy.workspace.file("state"))\n"
                + scene.old.replacing("server a 127.0.0.1:\(scene.target)", with: "server a 127.0.0.1:80")
                .replacing("backend be\n", with: "backend be\n    load-server-state-from-file global\n")
            #expect(LivePlan.make(new, new).cautions.count == 1)
            try await haproxy.reload(new)
            #expect(
                try haproxy.mismatches(new) == [
                    "backend be: server a points to 127.0.0.1 port \(scene.target), not 127.0.0.1:80",
                    "backend be: server a is drained by a command",
                ]
            )
            let statistics = try #require(RunningStatistics(try haproxy.answer("show stat -1 4 -1")))
            let repair = ReadBack(HAProxyConfiguration(new))
                .repair(try haproxy.servers(), statistics, version: haproxy.version, pending: [])
            try haproxy.carryOut(repair)
            #expect(try haproxy.mismatches(new) == [])
        }
    }

    @Test("moves no key of a consistent hash where servers have an id, and many where they have none")
    func ring() async throws {
        let ports = LoopbackPorts.free(6)
        let (front, targets) = (ports[0], ports.dropFirst())
        func text(_ numbers: [Int], isPinned: Bool) -> String {
            let servers = numbers.map {
                "    server s\($0) 127.0.0.1:\(targets[$0])\(isPinned ? " id \($0 * 100)" : "")\n"
            }
            return targets.map {
                "frontend t\($0)\n    bind 127.0.0.1:\($0)\n    http-request return status 200 "
                    + "content-type text/plain string \($0)\n"
            }.joined() + """
                frontend in
                    bind 127.0.0.1:\(front)
                    default_backend be
                backend be
                    balance uri
                    hash-type consistent

                """ + servers.joined()
        }
        @Sendable func owners() -> [String?] { (0..<100).map { HTTPProbe.get("/key\($0)", port: front)?.body } }
        for isPinned in [true, false] {
            let (old, new) = (text([1, 2, 3, 4], isPinned: isPinned), text([1, 3, 4, 5], isPinned: isPinned))
            let reordered = text([5, 4, 3, 1], isPinned: isPinned)
            try await RunningHAProxy.with(old) { haproxy in
                let first = owners()
                let plan = LivePlan.make(old, new, running: haproxy.version)
                #expect(plan.cautions.isEmpty == isPinned)
                try haproxy.carryOut(plan)
                _ = PendingRemoval.deletions(plan.update?.removals ?? []).map { try? haproxy.answer($0.line) }
                let live = owners()
                #expect(!live.contains(nil) && Set(live).count == 4)
                // Of those that stayed only some keys go to the new one.
                let moved = zip(first, live).count { $0 != $1 }
                #expect(moved < 70, "\(moved)")
                for text in [new, reordered] {
                    try await haproxy.reload(text)
                    let moved = zip(live, owners()).count { $0 != $1 }
                    #expect(isPinned ? moved == 0 : moved > 10, "\(moved)")
                }
            }
        }
    }
}

extension RunningHAProxy {
    /// Gives it the sections of `text`, and waits until a new worker answers.
    fileprivate func reload(_ text: String) async throws {
        try workspace.replace("haproxy.cfg", Self.preamble(socket: workspace.file("s")) + text)
        let before = HAProxyInfo(showInfo: try answer("show info"))?.pid
        let master = MasterCLI(RuntimeSocket(path: workspace.file("m")))
        // It answers a moment after the worker does.
        #expect(await eventually { (try? await master.processes(within: .seconds(5))) != nil })
        _ = try await master.reload(within: .seconds(10))
        // For a moment the old one may answer in place of the new.
        let isNew = await eventually {
            (0..<5).allSatisfy { _ in
                let pid = (try? answer("show info")).flatMap { HAProxyInfo(showInfo: $0)?.pid }
                return pid != nil && pid != before
            }
        }
        #expect(isNew)
    }
}
