package import Settings
import Subprocess
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The balancer as headgate's child (exec mode): started once, in a process group of its own, with headgate's standard
/// output and error.
package final class BalancerChild: Sendable {
    /// How it ended.
    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// It never ran.
        case notStarted(String)

        /// The status as a shell gives it: 128 and the signal's number for a signal, 127 for what could not be started.
        package var status: Int32 {
            switch self {
            case .exited(let status): status
            case .signalled(let signal): 128 + signal
            case .notStarted: 127
            }
        }
    }

    private let settings: ExecSettings
    private let life = Mutex(ChildLife())
    private let events = AsyncStream<ChildLife.Event>.makeStream()

    package init(_ settings: ExecSettings) { self.settings = settings }

    /// Starts the balancer when `start` says so and waits for its end; nil if it was stopped before. `onStart` is told its
    /// process.
    package func run(onStart: (Int32) -> Void = { _ in }) async -> Ending? {
        let sink = events.continuation
        await withDiscardingTaskGroup { group in
            loop: for await event in events.stream {
                if case .started(let process) = event { onStart(process) }
                switch life.withLock({ $0.on(event) }) {
                case .none: continue
                case .spawn: group.addTask { sink.yield(.ended(await self.spawn())) }
                case .end(let process):
                    kill(-process, settings.killSignal.number)
                    group.addTask { [limit = settings.killTimeout] in
                        if (try? await Task.sleep(for: limit)) != nil { sink.yield(.timeOver) }
                    }
                case .kill(let process): kill(-process, SIGKILL)
                case .finish: break loop
                }
            }
            group.cancelAll()
        }
        return ending
    }

    /// How it ended; nil while it has not, or if it never started.
    package var ending: Ending? {
        if case .over(let ending) = life.withLock(\.phase) { ending } else { nil }
    }

    /// The files are there: starts the balancer, once.
    package func start() { events.continuation.yield(.start) }

    /// Ends the balancer: the kill signal to its process group, and SIGKILL when its time is over.
    package func stop() { events.continuation.yield(.stop) }

    /// Passes a signal on, if the balancer runs.
    package func pass(_ signal: Int32) {
        if case .running(let process) = life.withLock(\.phase) { kill(process, signal) }
    }

    /// Whether it runs, or is about to: it may have read its files, so that what is written from now on needs a reload.
    var isRunning: Bool {
        switch life.withLock(\.phase) {
        case .starting, .running: true
        case .waiting, .over: false
        }
    }

    /// Tells the balancer to reload, and looks whether it survives that.
    ///
    /// A signal that comes before the balancer has installed its handler would end it, so that is waited for, `timeout` at
    /// most.
    func reload(by signal: ProcessSignal, timeout: Duration) async -> ReloadVerdict {
        let started = ContinuousClock.now
        var sentAt: ContinuousClock.Instant?
        while true {
            switch life.withLock(\.phase) {
            case .over(let ending?) where sentAt != nil: return .dead(reason: "the balancer ended (\(ending))")
            case .waiting, .over: return Self.notRunning
            case .starting: break
            case .running(let process):
                if sentAt == nil, SignalMasks(of: process)?.handles(signal) ?? false {
                    sentAt = .now
                    kill(process, signal.number)
                }
            }
            if let sentAt, .now - sentAt >= Self.settling { return .inForce(proof: nil) }
            if sentAt == nil, .now - started >= timeout {
                return .notStarted(reason: "the balancer has no handler for \(signal.rawValue), which would end it")
            }
            // A look, not a wait: the end of the process is what ends this early.
            guard (try? await Task.sleep(for: .milliseconds(10))) != nil else {
                return .notStarted(reason: "cancelled")
            }
        }
    }

    /// In exec mode a balancer starts with the files that it finds, and when it has ended the next one does.
    static let notRunning = ReloadVerdict.notRunning(reason: "the balancer does not run")

    /// A balancer that dies of a reload does so within this time, reading its configuration included.
    private static let settling = Duration.seconds(1)

    private func spawn() async -> Ending {
        let arguments = settings.arguments
        guard let program = arguments.first else { return .notStarted("the command is empty") }
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: settings.killTimeout)
        ]
        let configuration = Configuration(
            executable: program.contains("/")
                ? .path(FilePath(settings.directory ?? "").pushing(FilePath(program))) : .name(program),
            arguments: Arguments(Array(arguments.dropFirst())),
            // What a service manager is told is for headgate to say.
            environment: .inherit.updating(["NOTIFY_SOCKET": nil, "WATCHDOG_USEC": nil, "WATCHDOG_PID": nil]),
            workingDirectory: settings.directory.map { FilePath($0) },
            platformOptions: options
        )
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .none,
                output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
                error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
            ) { execution in
                let process = execution.processIdentifier.value
                events.continuation.yield(.started(process))
                return process
            }
            // What the leader has left behind. (The group's number cannot be another's while a member lives.)
            kill(-result.closureResult, SIGKILL)
            return switch result.terminationStatus {
            case .exited(let status): .exited(status)
            case .signaled(let signal): .signalled(signal)
            }
        } catch {
            return .notStarted("\(error)")
        }
    }
}

extension BalancerChild.Ending: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal): "ended by signal \(signal)"
        case .notStarted(let why): "not started: \(why)"
        }
    }
}
