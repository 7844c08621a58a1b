internal import Diagnostics
import Subprocess
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs a program in a process group of its own, and hands over what it prints while it runs.
struct ProgramRun: Sendable {
    enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        case notStarted(String)
        /// It took longer than it may, and was ended.
        case timedOut(Duration)
        /// It printed more than is taken, and was ended.
        case tooMuch
    }

    struct Result: Sendable {
        var ending: Ending
        /// The last line that it wrote to standard error, cut at 300 characters.
        var lastLine: String?
    }

    /// How long it has after SIGTERM before SIGKILL comes.
    private static let grace = Duration.seconds(2)
    /// How much of standard error is kept.
    private static let keptError = 4096

    /// The program, looked up in `PATH` if it has no slash, and its arguments.
    let arguments: [String]
    let directory: String?

    /// Returns when the program has ended; its whole group is ended then, and when the task is cancelled.
    ///
    /// - Parameters:
    ///   - timeout: nil: it may run for ever, as long as its standard output is open.
    ///   - take: Is given its standard output part by part; false ends it.
    func run(timeout: Duration?, _ take: @escaping @Sendable ([UInt8]) -> Bool) async -> Result {
        let group = ProgramGroup()
        return await withTaskGroup(of: Result?.self) { tasks in
            tasks.addTask { await execute(as: group, endsWithOutput: timeout == nil, take) }
            if let timeout {
                tasks.addTask {
                    guard (try? await Task.sleep(for: timeout)) != nil else { return nil }
                    group.end(for: .timedOut(timeout), by: SIGTERM)
                    guard (try? await Task.sleep(for: Self.grace)) != nil else { return nil }
                    group.end(for: .timedOut(timeout), by: SIGKILL)
                    return nil
                }
            }
            defer { tasks.cancelAll() }
            for await result in tasks {
                if let result { return result }
            }
            return Result(ending: .notStarted("it was cancelled"))
        }
    }

    private func execute(
        as group: ProgramGroup,
        endsWithOutput: Bool,
        _ take: @escaping @Sendable ([UInt8]) -> Bool,
    ) async -> Result {
        guard let program = arguments.first, !program.isEmpty else {
            return Result(ending: .notStarted("the command is empty"))
        }
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: Self.grace)]
        let configuration = Configuration(
            executable: program.contains("/")
                ? .path(FilePath(directory ?? "").pushing(FilePath(program))) : .name(program),
            arguments: Arguments(Array(arguments.dropFirst())),
            // What a service manager is told is for headgate to say.
            environment: .inherit.updating(["NOTIFY_SOCKET": nil, "WATCHDOG_USEC": nil, "WATCHDOG_PID": nil]),
            workingDirectory: directory.map { FilePath($0) },
            platformOptions: options
        )
        do {
            let result = try await Subprocess.run(configuration, input: .none, output: .sequence, error: .sequence) {
                execution in
                group.begin(execution.processIdentifier.value)
                let errors = ErrorTail(limit: Self.keptError)
                await withTaskGroup { tasks in
                    tasks.addTask {
                        if await !Self.read(execution.standardOutput, take) {
                            group.end(for: .tooMuch, by: SIGKILL)
                        } else if endsWithOutput {
                            group.end(for: nil, by: SIGTERM)
                        }
                    }
                    tasks.addTask { _ = await Self.read(execution.standardError) { errors.append($0) } }
                }
                return errors.lastLine
            }
            let ending: Ending =
                switch result.terminationStatus {
                case .exited(let status): .exited(status)
                case .signaled(let signal): .signalled(signal)
                }
            return Result(ending: group.finish() ?? ending, lastLine: result.closureResult)
        } catch {
            _ = group.finish()
            return Result(ending: .notStarted("\(error)"))
        }
    }

    /// Reads to the end; false if `take` wants no more. Ends with the leader, even if a descendant keeps the pipe open.
    private static func read(
        _ output: SubprocessOutputSequence,
        _ take: @Sendable ([UInt8]) -> Bool,
    ) async -> Bool {
        // A read that fails ends the output, not the program.
        do {
            for try await buffer in output {
                // The buffer shows its bytes to a closure only; they are copied.
                guard take(unsafe buffer.withUnsafeBytes({ unsafe Array($0) })) else { return false }
            }
        } catch {}
        return true
    }
}

/// The process group of a program, from its start to the end of its leader.
private final class ProgramGroup: Sendable {
    private struct State {
        var leader: pid_t?
        var cause: ProgramRun.Ending?
    }

    private let state = Mutex(State())

    func begin(_ leader: pid_t) { state.withLock { $0.leader = leader } }

    /// Sends a signal to all of it; the first cause is the one that counts.
    func end(for cause: ProgramRun.Ending?, by signal: CInt) {
        state.withLock { state in
            guard let leader = state.leader else { return }
            state.cause = state.cause ?? cause
            kill(-leader, signal)
        }
    }

    /// The leader is gone: kills what it has left behind, and gives the cause for which it was ended. (The group's number
    /// cannot be another's while a member lives.)
    func finish() -> ProgramRun.Ending? {
        state.withLock { state in
            if let leader = state.leader { kill(-leader, SIGKILL) }
            state.leader = nil
            return state.cause
        }
    }
}

extension ProgramRun.Ending: CustomStringConvertible {
    var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal): "ended by signal \(signal)"
        case .notStarted(let why): "not started: \(why)"
        case .timedOut(let limit): "no end within \(limit.readable), its process group was ended"
        case .tooMuch: "it prints more than is read, its process group was ended"
        }
    }
}
