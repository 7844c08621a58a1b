import Balancers
import Synchronization
import TestSupport
import Testing

/// What goes wrong between headgate and the Runtime API, planted by a socket between them.
@Suite(.tags(.haproxy), .timeLimit(.minutes(5)), .serialized) struct LiveFaultTests {
    enum Fault: String, CaseIterable, CustomTestStringConvertible {
        case gone, stranger, denied, cut, restarted, refused

        var testDescription: String { rawValue }

        /// What the line of the reload says of it.
        var words: String {
            switch self {
            case .gone: "there is no socket"
            case .stranger: "is not the HAProxy of this configuration"
            case .denied: "answered `Permission denied` to `add server web/c"
            case .cut: "answer ended before that to `enable server"
            case .restarted: "after the live change the running HAProxy"
            case .refused: "answered `No such backend.` to `add server"
            }
        }

        /// How often HAProxy is reloaded.
        var reloads: Int { self == .restarted ? 2 : 1 }

        func answer(_ line: String, _ scene: LiveScene) async -> String {
            let real = RuntimeSocket(path: scene.workspace.file("admin.sock"))
            func honest(_ line: String) async -> String { (try? await real.ask(line, within: .seconds(5))) ?? "" }
            guard line.contains("add server") else { return self == .stranger ? "hello\n" : await honest(line) }
            switch self {
            case .gone, .stranger: return "hello\n"
            case .denied: return "Permission denied\n"
            case .cut: return String(await honest(line).prefix(24))
            case .restarted:
                let answer = await honest(line)
                _ = try? await scene.master.reload(within: .seconds(20))
                return answer
            case .refused: return "No such backend.\n\n"
            }
        }
    }

    @Test(arguments: Fault.allCases)
    func `one reload, nothing lost, and the reason in its line`(_ fault: Fault) async throws {
        try await LiveScene.with(socket: "lying.sock") { scene, haproxy in
            let path = scene.workspace.file("lying.sock")
            let isLying = Atomic(true)
            @Sendable func change() async throws {
                try await scene.run { headgate in
                    let tally = try await LoadClient.whileAsking(port: scene.front) { _ in
                        try scene.register(LiveScene.start + [.init(id: "c", server: 2)])
                        try #require(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                    }
                    #expect(tally.failures.isEmpty)
                    let line = headgate.log.lines.first { $0.contains("reloaded") } ?? ""
                    #expect(line.contains(fault.words), "\(line)")
                    #expect(headgate.log.count(containing: "reloaded") == 1)
                    #expect(haproxy.log.count(containing: "Reloading HAProxy") == fault.reloads)
                    #expect(try await scene.differences() == [])
                    #expect(try await scene.running() == ["a", "b", "c"])
                    guard fault != .gone else { return }
                    // And it goes on from there.
                    isLying.store(false, ordering: .relaxed)
                    try scene.register(LiveScene.start + [.init(id: "c", server: 2), .init(id: "d", server: 3)])
                    #expect(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                    #expect(try await scene.differences() == [])
                }
            }
            guard fault != .gone else { return try await change() }
            let real = RuntimeSocket(path: scene.workspace.file("admin.sock"))
            try await LyingSocket.with(path) { line in
                guard isLying.load(ordering: .relaxed) else {
                    return (try? await real.ask(line, within: .seconds(5))) ?? ""
                }
                return await fault.answer(line, scene)
            } _: {
                try await change()
            }
        }
    }

    /// When headgate is killed: at a line of the Runtime API.
    enum Moment: String, CaseIterable, CustomTestStringConvertible {
        case beforeTheCommands, afterTheCommands, atTheReadBack

        var testDescription: String { rawValue }
    }

    @Test(arguments: Moment.allCases)
    func `killed in the middle, the next start is wholly old or new, and in force`(_ moment: Moment) async throws {
        try await LiveScene.with(socket: "lying.sock") { scene, haproxy in
            let real = RuntimeSocket(path: scene.workspace.file("admin.sock"))
            let victim = Mutex<RunningProcess?>(nil)
            let hasSent = Atomic(false)
            try await LyingSocket.with(scene.workspace.file("lying.sock")) { line in
                guard let headgate = victim.withLock({ $0 }) else {
                    return (try? await real.ask(line, within: .seconds(5))) ?? ""
                }
                let isCommand = line.contains("add server")
                func kill() { headgate.signal(.kill) }
                if isCommand, moment == .beforeTheCommands { kill() }
                if hasSent.load(ordering: .relaxed), moment == .atTheReadBack { kill() }
                let answer =
                    isCommand && moment == .beforeTheCommands
                    ? "" : (try? await real.ask(line, within: .seconds(5))) ?? ""
                if isCommand {
                    hasSent.store(true, ordering: .relaxed)
                    if moment == .afterTheCommands { kill() }
                }
                return answer
            } _: {
                try await scene.run { headgate in
                    victim.withLock { $0 = headgate }
                    try scene.register(LiveScene.start + [.init(id: "c", server: 2)])
                    #expect(await eventually { HTTPProbe.tally(1, port: scene.front)[""] == nil && !headgate.isAlive })
                }
                victim.withLock { $0 = nil }
                let text = scene.workspace.read("haproxy.cfg") ?? ""
                #expect(text.contains("server c ") == (moment == .atTheReadBack))
                try await withRunning(Installed.headgate, scene.arguments) { headgate in
                    // Where the registry answers late, the previous files are put in force first.
                    let isInStep = await eventually {
                        headgate.log.lines.contains { $0.contains(" reloaded ") || $0.contains(" applied live ") }
                    }
                    try #require(isInStep, "\(headgate.log.text)")
                    #expect(haproxy.log.count(containing: "Reloading HAProxy") == 1, "\(headgate.log.text)")
                    #expect(try await scene.differences() == [])
                    #expect(try await scene.running() == ["a", "b", "c"])
                }
            }
        }
    }
}
