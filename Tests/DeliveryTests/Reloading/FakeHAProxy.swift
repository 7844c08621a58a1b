import Balancers
import Delivery
import Settings
import Synchronization

/// An HAProxy in master-worker mode that does with a reload what a test wants.
final class FakeHAProxy: CommandSocket {
    enum Manner: Sendable {
        case takes
        case refuses
        /// The new worker is listed and never gets ready.
        case loadsForEver
        /// The worker is listed at once and answers some looks later, as from HAProxy 3.1 on.
        case takesLater(looks: Int)
        /// The master hears nothing.
        case ignores
        /// The master is deaf for some looks, as 2.6 is while it replaces itself.
        case isDeaf(looks: Int)
        case dies
        /// The configuration is refused and no worker lives on.
        case losesWorkers
    }

    private struct State {
        var manner: Manner
        var reloads = 0
        var failed = 0
        var worker: Int32 = 100
        var old: [Int32] = []
        var isRunning = true
        var isReady = true
        var pendingLooks = 0
        var asked: [String] = []
    }

    static let socketPath = "/run/master.sock"
    static let master: Int32 = 99
    let path = FakeHAProxy.socketPath
    /// From HAProxy 2.7 on the master answers `reload`.
    let answersReload: Bool
    private let state: Mutex<State>

    init(_ manner: Manner = .takes, answersReload: Bool = true, isRunning: Bool = true) {
        self.answersReload = answersReload
        state = Mutex(State(manner: manner, isRunning: isRunning))
    }

    /// The commands it was given.
    var asked: [String] { state.withLock { $0.asked } }

    var reloads: Int { asked.count { $0 == "reload" } }

    func become(_ manner: Manner) { state.withLock { $0.manner = manner } }

    /// Old workers that do not end.
    func keep(old workers: [Int32]) { state.withLock { $0.old = workers } }

    /// What SIGUSR2 does.
    func signal() { state.withLock { _ = reload(&$0) } }

    func ask(_ command: String, within limit: Duration) async throws(SocketFault) -> String {
        let answer: Result<String, SocketFault> = state.withLock { state in
            state.asked.append(command)
            guard state.isRunning else { return .failure(.refused(path: Self.socketPath)) }
            if case .isDeaf = state.manner, state.pendingLooks > 0 {
                state.pendingLooks -= 1
                return .failure(.broken(path: Self.socketPath, "connection reset"))
            }
            switch command {
            case "reload":
                let answer = reload(&state)
                guard state.isRunning else { return .failure(.broken(path: Self.socketPath, "connection reset")) }
                return .success(answersReload ? answer : "")
            case "show proc": return .success(processes(state))
            case "show startup-logs":
                return .success(answersReload ? Self.log : "Unknown command: 'show startup-logs'\n")
            case "@!\(state.worker) show info":
                if state.pendingLooks > 0 { state.pendingLooks -= 1 } else { state.isReady = true }
                if case .loadsForEver = state.manner { state.isReady = false }
                return state.isReady
                    ? .success("Name: HAProxy\nPid: \(state.worker)\n")
                    : .failure(.timedOut(path: Self.socketPath, limit))
            default: return .success("Can't find the target PID\n")
            }
        }
        return try answer.get()
    }

    private static let log =
        "[NOTICE] (99) : haproxy version is 3.0\n[ALERT]    (99) : config : parsing [x.cfg:1]: unknown keyword 'foo'\n"

    private func reload(_ state: inout State) -> String {
        switch state.manner {
        case .takes, .loadsForEver, .takesLater, .isDeaf:
            state.reloads += 1
            state.failed = 0
            state.worker += 1
            if case .takesLater(let looks) = state.manner { (state.isReady, state.pendingLooks) = (false, looks) }
            if case .isDeaf(let looks) = state.manner { state.pendingLooks = looks }
            return "Success=1\n--\n[NOTICE] (99) : Loading success.\n"
        case .refuses, .losesWorkers:
            state.reloads += 1
            state.failed += 1
            if case .losesWorkers = state.manner { state.worker = 0 }
            return "Success=0\n--\n\(Self.log)"
        case .ignores: return ""
        case .dies:
            state.isRunning = false
            return ""
        }
    }

    private func processes(_ state: State) -> String {
        var lines = ["#<PID> <type> <reloads> <uptime> <version>"]
        lines.append("\(Self.master) master \(state.reloads) [failed: \(state.failed)] 0d00h00m01s 3.0.11")
        lines.append("# workers")
        if state.worker > 0 { lines.append("\(state.worker) worker \(state.failed) 0d00h00m01s 3.0.11") }
        if !state.old.isEmpty { lines.append("# old workers") }
        lines += state.old.map { "\($0) worker 1 0d00h00m09s 3.0.11" }
        return (lines + ["# programs", ""]).joined(separator: "\n")
    }
}

/// Answers for a command in its place.
struct ScriptedRunner: ProcessRunner {
    let body: @Sendable () -> CommandReport.Ending

    init(_ body: @escaping @Sendable () -> CommandReport.Ending) { self.body = body }

    func run(_ arguments: [String], in directory: String?, timeout: Duration) async -> CommandReport {
        CommandReport(arguments: arguments, ending: body(), output: BoundedOutput("the command's words\n"))
    }
}

extension Pace {
    /// A clock that stands still but for waiting, which takes no time.
    static var still: Pace {
        let clock = StillClock()
        return Pace(now: { clock.now.withLock { $0 } }, sleep: { time in clock.now.withLock { $0 += time } })
    }

    private final class StillClock: Sendable {
        let now = Mutex(ContinuousClock.now)
    }
}
