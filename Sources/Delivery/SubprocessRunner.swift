import Subprocess
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs commands as processes of the machine, each in its own process group.
package struct SubprocessRunner: ProcessRunner {
    /// Between SIGTERM and SIGKILL.
    package var grace: Duration

    package init(grace: Duration = .seconds(2)) { self.grace = grace }

    package func run(_ arguments: [String], in directory: String? = nil, timeout: Duration) async -> CommandReport {
        let started = ContinuousClock.now
        let group = ProcessGroup()
        let (ending, output) = await withTaskGroup(of: Run?.self) { tasks in
            tasks.addTask { await execute(arguments, in: directory, as: group) }
            tasks.addTask {
                guard (try? await Task.sleep(for: timeout)) != nil else { return nil }
                group.expire()
                // Cut short when the leader ends before.
                try? await Task.sleep(for: grace)
                group.signal(SIGKILL)
                return nil
            }
            var run = Run(.notStarted("it was cancelled"), BoundedOutput())
            while let result = await tasks.next() {
                guard let result else { continue }
                run = result
                tasks.cancelAll()
            }
            return run
        }
        return CommandReport(
            arguments: arguments,
            ending: group.hasExpired ? .timedOut(timeout) : ending,
            output: output,
            duration: .now - started
        )
    }

    private typealias Run = (ending: CommandReport.Ending, output: BoundedOutput)

    /// A program of PATH. Its path is looked for here: the other way is a new process for each directory in which it is not.
    private func found(_ program: String) async -> Executable {
        let byName = Executable.name(program)
        return (try? await byName.resolveExecutablePath(in: .inherit)).map { .path($0) } ?? byName
    }

    private func execute(_ arguments: [String], in directory: String?, as group: ProcessGroup) async -> Run {
        guard let program = arguments.first, !program.isEmpty else {
            return (.notStarted("the command is empty"), BoundedOutput())
        }
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)]
        let executable: Executable =
            program.contains("/")
            ? .path(FilePath(directory ?? "").pushing(FilePath(program))) : await found(program)
        let configuration = Configuration(
            executable: executable,
            arguments: Arguments(Array(arguments.dropFirst())),
            workingDirectory: directory.map { FilePath($0) },
            platformOptions: options
        )
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .none,
                output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                group.begin(execution.processIdentifier.value)
                var output = BoundedOutput()
                // A read that fails ends the output, not the command.
                do {
                    // Ends with the leader, even if a descendant keeps the pipe open.
                    for try await buffer in execution.standardOutput {
                        // The buffer shows its bytes to a closure only; they are copied.
                        unsafe output.append(buffer.withUnsafeBytes { unsafe Array($0) })
                    }
                } catch {}
                return output
            }
            group.end()
            let ending: CommandReport.Ending =
                switch result.terminationStatus {
                case .exited(let status): .exited(status)
                case .signaled(let signal): .signalled(signal)
                }
            return (ending, result.closureResult)
        } catch {
            group.end()
            return (.notStarted("\(error)"), BoundedOutput())
        }
    }
}

/// The process group of a command, from its start to the end of its leader.
private final class ProcessGroup: Sendable {
    private struct State {
        var leader: pid_t?
        var hasExpired = false
        var hasEnded = false
    }

    private let state = Mutex(State())

    /// Whether the time limit came before the end.
    var hasExpired: Bool { state.withLock { $0.hasExpired } }

    func begin(_ leader: pid_t) { state.withLock { $0.leader = leader } }

    /// The leader is gone. After a time limit its group is killed nonetheless: a descendant that ignored SIGTERM would
    /// live on. (The group's number cannot be another's while a member lives.)
    func end() {
        state.withLock { state in
            state.hasEnded = true
            if state.hasExpired, let leader = state.leader { kill(-leader, SIGKILL) }
        }
    }

    /// The time is over.
    func expire() {
        state.withLock { state in
            guard !state.hasEnded else { return }
            state.hasExpired = true
            if let leader = state.leader { kill(-leader, SIGTERM) }
        }
    }

    func signal(_ number: CInt) {
        state.withLock { state in
            if !state.hasEnded, let leader = state.leader { kill(-leader, number) }
        }
    }
}
