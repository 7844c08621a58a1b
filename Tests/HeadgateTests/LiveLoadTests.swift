import Balancers
import TestSupport
import Testing

/// Changes of servers, one after the other, while clients ask and websockets idle.
@Suite(.tags(.haproxy), .timeLimit(.minutes(15)), .serialized) struct LiveLoadTests {
    private static let changes = Installed.isSoak ? 1000 : 200

    @Test func `changes under load need no reload, lose no request and cut no websocket`() async throws {
        try await LiveScene.with { scene, haproxy in
            let before = try await scene.processes()
            let tunnels = try await Tunnels.open(50, port: scene.front)
            try await scene.run { headgate in
                let manners =
                    [LoadClient.Manner](repeating: .keptAlive, count: 3) + [.fresh, .fresh, .slow, .slow, .slow]
                let tally = try await LoadClient.whileAsking(port: scene.front, manners) { _ in
                    var walk = Walk()
                    for change in 1...Self.changes {
                        try scene.register(walk.step())
                        try #require(
                            await headgate.log.wait(for: "applied live", times: change),
                            "\(headgate.log.text)"
                        )
                    }
                }
                let faults = headgate.log.lines.filter { $0.contains(" error ") || $0.contains(" warning ") }
                #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
                #expect(headgate.log.count(containing: "reloaded") == 0)
                #expect(headgate.log.count(containing: "notes=") == 0)
                print("\(Self.changes) live changes under load: \(tally.answered) requests, failed: \(tally.failures)")
                #expect(tally.failures.isEmpty)
                #expect(tally.answered > Self.changes)
                #expect(await tunnels.broken() == 0)
                let after = try await scene.processes()
                #expect(after.workers.map(\.pid) == before.workers.map(\.pid))
                #expect(after.oldWorkers.isEmpty)
                #expect(try await scene.differences() == [])

                await tunnels.close()
                let configured = scene.workspace.read("haproxy.cfg")?.split(separator: "\n")
                    .count { $0.hasPrefix("    server ") }
                let areDeleted = await eventually { (try? await scene.running().count) == configured }
                if !areDeleted {
                    let rows = try await scene.api.statistics().rows.map { "\($0.server) \($0.status) \($0.sessions)" }
                    let said = headgate.log.lines.filter { $0.contains("deleted") }
                    Issue.record("servers without sessions stay: \(rows) \(said)")
                }
                _ = try? await scene.master.reload(within: .seconds(20))
                #expect(
                    await eventually { (try? await scene.api.info().pid) != before.workers.first.map { Int($0.pid) } }
                )
                #expect(try await scene.differences() == [])
            }
        }
    }
}

/// Instances that come, go, move, drain and change weight; always the same ones.
private struct Walk {
    private var instances = LiveScene.start
    private var random = Steps(state: 0x9E37_79B9)

    private struct Steps: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            // Knuth's MMIX generator; its high bits are the good ones.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 32)
        }
    }

    /// One change, after which at least one instance serves.
    mutating func step() -> [LiveScene.Instance] {
        while true {
            var next = instances
            let index = Int.random(in: next.indices, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                let free = "abcdefgh".map(String.init).filter { id in !next.contains { $0.id == id } }
                guard let id = free.randomElement(using: &random) else { continue }
                next.append(LiveScene.Instance(id: id, server: Int.random(in: 0..<4, using: &random)))
            case 1: next.remove(at: index)
            case 2: next[index].weight = Int.random(in: 1...100, using: &random)
            case 3: next[index].server = (next[index].server + Int.random(in: 1...3, using: &random)) % 4
            default: next[index].isDraining.toggle()
            }
            // The weight of one that drains does not show.
            let isSame = zip(next, instances).allSatisfy {
                $0 == $1 || ($0.isDraining && $1.isDraining && $0.server == $1.server)
            }
            guard next.contains(where: { !$0.isDraining }), next.count != instances.count || !isSame else { continue }
            instances = next
            return next
        }
    }
}
