internal import Diagnostics
import Subprocess
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

    private enum Event: Sendable {
        case outputEnded(isWhole: Bool)
        case errorEnded
        case timeOver
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
    ///   - timeout: nil: it may run for ever.
    ///   - take: Is given its standard output part by part; false ends it.
    func run(timeout: Duration?, _ take: @escaping @Sendable ([UInt8]) -> Bool) async -> Result {
        guard let program = arguments.first, !program.isEmpty else {
            return Result(ending: .notStarted("the command is empty"))
        }
        let teardown = TeardownStep.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: Self.grace)
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [teardown]
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
                let group = execution.processIdentifier.value
                let errors = ErrorTail(limit: Self.keptError)
                let cause = await withTaskGroup(of: Event.self, returning: Ending?.self) { tasks in
                    tasks.addTask { await .outputEnded(isWhole: Self.read(execution.standardOutput, take)) }
                    tasks.addTask {
                        _ = await Self.read(execution.standardError) { errors.append($0) }
                        return .errorEnded
                    }
                    if let timeout {
                        tasks.addTask {
                            guard (try? await Task.sleep(for: timeout)) != nil else { return .errorEnded }
                            return .timeOver
                        }
                    }
                    var cause: Ending?
                    for await event in tasks {
                        switch event {
                        case .outputEnded(isWhole: true): tasks.cancelAll()
                        case .outputEnded(isWhole: false):
                            cause = .tooMuch
                            await execution.teardown(using: [teardown])
                            tasks.cancelAll()
                        case .timeOver:
                            cause = timeout.map { .timedOut($0) }
                            await execution.teardown(using: [teardown])
                            tasks.cancelAll()
                        case .errorEnded: break
                        }
                    }
                    return cause
                }
                return (group, cause, errors.lastLine)
            }
            let (group, cause, lastLine) = result.closureResult
            // What the leader has left behind. (The group's number cannot be another's while a member lives.)
            kill(-group, SIGKILL)
            let ending: Ending =
                switch result.terminationStatus {
                case .exited(let status): .exited(status)
                case .signaled(let signal): .signalled(signal)
                }
            return Result(ending: cause ?? ending, lastLine: lastLine)
        } catch {
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
