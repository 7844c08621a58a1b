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
        /// The length of the queue, and how many checks make a server go up and down.
        var limits: [String]
    }

    private static func shown(_ haproxy: RunningHAProxy) throws -> [String: Shown] {
        let running = try RunningServers(try haproxy.answer("show servers state"))
        let statistics = try #require(RunningStatistics(try haproxy.answer("show stat -1 4 -1")))
        let lines = try haproxy.ask("show stat -1 4 -1").split(separator: "\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let columns = ["qlimit", "check_rise", "check_fall"].compactMap { lines[0].firstIndex(of: $0) }
        #expect(columns.count == 3)
        let limits = Dictionary(
            uniqueKeysWithValues: lines.dropFirst().map { line in ("\(line[0])/\(line[1])", columns.map { line[$0] }) }
        )
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
                usesTLS: server.usesTLS,
                limits: limits["\(server.backend)/\(server.name)"] ?? []
            )
        }
        return shown
    }

    /// The live changes of a walk, as far as no reload is needed, and where they lead.
    private struct Live {
        var walk: GeneratedWalk
        /// With what is deleted behind each.
        var steps: [(update: LiveUpdate, deletions: [PendingRemoval])] = []
        var reached: String

        init(_ walk: GeneratedWalk, seed: Int, running version: HAProxyVersion) {
            self.walk = walk
            reached = walk.old
            var pending: [PendingRemoval] = []
            loop: for (number, next) in walk.states.dropFirst().enumerated() {
                switch LivePlan.make(reached, next, running: version, pending: pending) {
                case .live(let update):
                    pending = update.pending(after: pending)
                    // Some stay pending, so that what comes back finds them.
                    let waits = (seed + number).isMultiple(of: 2)
                    steps.append((update, waits ? [] : pending))
                    if !waits { pending = [] }
                case .nothing: break
                case .reload: break loop
                }
                reached = next
            }
            if !pending.isEmpty { steps[steps.count - 1].deletions = pending }
        }

        func carryOut(on haproxy: RunningHAProxy) throws {
            for (update, deletions) in steps {
                for batch in update.batches {
                    let answer = try haproxy.answer(batch.line)
                    #expect(batch.fault(in: answer) == nil, "\(batch.line) \(String(decoding: answer, as: UTF8.self))")
                }
                for batch in PendingRemoval.deletions(deletions) {
                    let outcomes = DeletionOutcome.outcomes(
                        of: batch.commands.count,
                        in: try haproxy.answer(batch.line)
                    )
                    #expect(
                        outcomes?.allSatisfy { $0 == .deleted } == true,
                        "\(batch.line) \(String(describing: outcomes))"
                    )
                }
            }
        }
    }

    @Test("shows what a fresh start on the new configuration shows, for generated walks")
    func differential() async throws {
        let count = Installed.isSoak ? 600 : 60
        let ports = LoopbackPorts.free(4)
        let targets = ports.dropLast().map {
            "frontend t\($0)\n bind 127.0.0.1:\($0)\n http-request return status 200\n"
        }.joined()
        try await RunningHAProxy.with(targets) { target in
            let inter = count > 100 ? "200ms" : "20ms"
            let live = (0..<count).map {
                Live(
                    GeneratedWalk(seed: $0, alive: Array(ports.dropLast()), dead: ports[3], inter: inter),
                    seed: $0,
                    running: target.version
                )
            }
            // What is generated is meant to be live mostly.
            #expect(live.count { !$0.steps.isEmpty } * 2 > count)
            let new = live.map(\.reached).joined()
            try await RunningHAProxy.with(live.map(\.walk.old).joined()) { changed in
                try await RunningHAProxy.with(new) { fresh in
                    for walk in live { try walk.carryOut(on: changed) }
                    // Health settles with the checks.
                    let settled = await eventually(within: .seconds(20)) {
                        (try? Self.shown(changed)) == (try? Self.shown(fresh))
                    }
                    let (left, right) = (try Self.shown(changed), try Self.shown(fresh))
                    for name in settled ? [] : Set(left.keys).union(right.keys).sorted() where left[name] != right[name]
                    {
                        let walk = live.first { name.hasPrefix($0.walk.backend + "/") }
                        let commands =
                            walk?.steps.flatMap { $0.update.commands.map(\.text) + $0.deletions.map(\.deletion.text) }
                            ?? []
                        Issue.record(
                            """
                            \(name): live \(String(describing: left[name]))
                            fresh \(String(describing: right[name]))
                            \(walk?.walk.old ?? "")\(walk?.reached ?? "")\(commands.joined(separator: "\n"))
                            """
                        )
                    }
                    for haproxy in [changed, fresh] {
                        let running = try RunningServers(try haproxy.answer("show servers state"))
                        let statistics = RunningStatistics(try haproxy.answer("show stat -1 4 -1"))
                        #expect(ReadBack(HAProxyConfiguration(new)).mismatches(running, statistics).isEmpty)
                    }
                    // The old configuration is not taken for the new.
                    let old = HAProxyConfiguration(live.filter { !$0.steps.isEmpty }.map(\.walk.old).joined())
                    let running = try RunningServers(try changed.answer("show servers state"))
                    let backends = Set(ReadBack(old).mismatches(running).map(\.backend))
                    #expect(backends.count * 2 > old.backends.count)
                }
            }
        }
    }

    @Test("starts from configurations that HAProxy accepts, whose servers are the ones it runs")
    func accepted() async throws {
        let walks = (1000..<1100).map { GeneratedWalk(seed: $0, alive: [80, 81, 82], dead: 83) }
        let text = walks.map(\.old).joined()
        try await Workspace.with { workspace in
            // `listen` in the place of `backend`, and the last state in that of the first.
            let renamed = walks.map(\.new).joined().replacing("backend be", with: "listen new")
                .replacing("defaults d", with: "defaults e").replacing("from d", with: "from e")
            try workspace.write("haproxy.cfg", RunningHAProxy.preamble(socket: workspace.file("s")) + text + renamed)
            let result = try await execute("haproxy", ["-c", "-f", workspace.file("haproxy.cfg")])
            #expect(result.status == 0, "\(result.error)")
        }
        try await RunningHAProxy.with(text) { haproxy in
            let running = try RunningServers(try haproxy.answer("show servers state"))
            let configuration = HAProxyConfiguration(text)
            let count = configuration.backends.compactMap { configuration.servers(of: $0)?.count }.reduce(0, +)
            #expect(running.servers.count == count)
            let statistics = RunningStatistics(try haproxy.answer("show stat -1 4 -1"))
            #expect(ReadBack(configuration).mismatches(running, statistics).isEmpty)
        }
    }
}
