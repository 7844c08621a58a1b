import Balancers
import TestSupport
import Testing

/// What live changes make of a running HAProxy, beside what a start with the new configuration makes.
@Suite("A live change of a real HAProxy", .tags(.haproxy), .serialized, .timeLimit(.minutes(10)))
struct LiveDifferentialTests {
    /// What is to be the same for a server, as far as HAProxy shows it.
    private struct Shown: Hashable {
        var address: String
        var port: Int
        var weight: Int
        var isInMaintenance: Bool
        var isUp: Bool
        var checkPort: Int
        var checkState: Int
        var maxconn: Int
        var isBackup: Bool
        var usesTLS: Bool
    }

    private static func shown(_ haproxy: RunningHAProxy) throws -> [String: Shown] {
        let running = try RunningServers(try haproxy.answer("show servers state"))
        let statistics = try #require(RunningStatistics(try haproxy.answer("show stat -1 4 -1")))
        let rows = Dictionary(uniqueKeysWithValues: statistics.rows.map { ("\($0.backend)/\($0.server)", $0) })
        var shown: [String: Shown] = [:]
        for server in running.servers {
            let row = try #require(rows["\(server.backend)/\(server.name)"])
            shown["\(server.backend)/\(server.name)"] = Shown(
                address: server.address,
                port: server.port,
                weight: server.weight,
                isInMaintenance: server.administration.contains(.maintenance),
                isUp: server.operation > 0,
                checkPort: server.checkPort,
                // 1 is a check in progress; whether checks that are not enabled are paused means nothing.
                checkState: server.checkState & (server.checkState & 4 == 0 ? ~9 : ~1),
                maxconn: row.maxconn,
                isBackup: row.isBackup,
                usesTLS: server.usesTLS
            )
        }
        return shown
    }

    /// Sends a live change, and deletes what leaves.
    private static func carryOut(_ update: LiveUpdate, on haproxy: RunningHAProxy) throws {
        for batch in update.batches {
            let answer = try haproxy.answer(batch.line)
            #expect(batch.fault(in: answer) == nil, "\(batch.line) \(String(decoding: answer, as: UTF8.self))")
        }
        for batch in PendingRemoval.deletions(update.removals) {
            let outcomes = DeletionOutcome.outcomes(of: batch.commands.count, in: try haproxy.answer(batch.line))
            #expect(outcomes?.allSatisfy { $0 == .deleted } == true, "\(batch.line) \(String(describing: outcomes))")
        }
    }

    @Test("shows what a fresh start on the new configuration shows, for generated pairs")
    func differential() async throws {
        let count = Installed.isSoak ? 600 : 60
        let ports = LoopbackPorts.free(4)
        let targets = ports.dropLast().map { "frontend t\($0)\n bind 127.0.0.1:\($0)\n http-request return status 200\n" }.joined()
        try await RunningHAProxy.with(targets) { _ in
            let pairs = (0..<count).map { GeneratedPair(seed: $0, alive: Array(ports.dropLast()), dead: ports[3], inter: count > 100 ? "200ms" : "20ms") }
            var live: [(pair: GeneratedPair, update: LiveUpdate?)] = []
            for pair in pairs {
                switch LivePlan.make(pair.old, pair.new) {
                case .live(let update): live.append((pair, update))
                case .nothing: live.append((pair, nil))
                case .reload(let reasons): #expect(!reasons.isEmpty)
                }
            }
            // What is generated is meant to be live mostly.
            #expect(live.count * 2 > count)
            let chosen = live
            try await RunningHAProxy.with(chosen.map(\.pair.old).joined()) { changed in
                try await RunningHAProxy.with(chosen.map(\.pair.new).joined()) { fresh in
                    for (_, update) in chosen {
                        if let update { try Self.carryOut(update, on: changed) }
                    }
                    // Health settles with the checks.
                    let settled = await eventually(within: .seconds(20)) {
                        (try? Self.shown(changed)) == (try? Self.shown(fresh))
                    }
                    let (left, right) = (try Self.shown(changed), try Self.shown(fresh))
                    for name in settled ? [] : Set(left.keys).union(right.keys).sorted() where left[name] != right[name] {
                        let pair = chosen.first { name.hasPrefix($0.pair.backend + "/") }?.pair
                        Issue.record(
                            "\(name): live \(String(describing: left[name])), fresh \(String(describing: right[name]))\n\(pair?.old ?? "")\(pair?.new ?? "")"
                        )
                    }
                    let expected = HAProxyConfiguration(chosen.map(\.pair.new).joined())
                    for haproxy in [changed, fresh] {
                        let running = try RunningServers(try haproxy.answer("show servers state"))
                        let statistics = RunningStatistics(try haproxy.answer("show stat -1 4 -1"))
                        #expect(ReadBack(expected).mismatches(running, statistics).isEmpty)
                    }
                    // The old configuration is not taken for the new.
                    let old = HAProxyConfiguration(chosen.filter { $0.update != nil }.map(\.pair.old).joined())
                    let running = try RunningServers(try changed.answer("show servers state"))
                    let backends = Set(ReadBack(old).mismatches(running, nil).map(\.backend))
                    #expect(backends.count * 2 > old.backends.count)
                }
            }
        }
    }

    @Test("starts from configurations that HAProxy accepts, whose servers are the ones it runs")
    func accepted() async throws {
        let pairs = (1000..<1100).map { GeneratedPair(seed: $0, alive: [80, 81, 82], dead: 83) }
        let text = pairs.map(\.old).joined() + pairs.map { $0.new.replacing("backend be", with: "listen new").replacing("defaults d", with: "defaults e")
                .replacing("from d", with: "from e") }.joined()
        try await Workspace.with { workspace in
            let all = RunningHAProxy.preamble(socket: workspace.file("s")) + text
            try workspace.write("haproxy.cfg", all)
            let result = try await execute("haproxy", ["-c", "-f", workspace.file("haproxy.cfg")])
            #expect(result.status == 0, "\(result.error)")
        }
        // Those of `listen` cannot run without a `bind`, so the others stand for them.
        try await RunningHAProxy.with(pairs.map(\.old).joined()) { haproxy in
            let running = try RunningServers(try haproxy.answer("show servers state"))
            let configuration = HAProxyConfiguration(pairs.map(\.old).joined())
            #expect(running.servers.count == configuration.backends.compactMap { configuration.servers(of: $0)?.count }.reduce(0, +))
            #expect(ReadBack(configuration).mismatches(running, RunningStatistics(try haproxy.answer("show stat -1 4 -1"))).isEmpty)
        }
    }
}
