import Subprocess
import Synchronization
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A program that runs beside a test, with what it has written to standard error so far.
package struct RunningProcess: Sendable {
    package let pid: Int32
    package let log: LineLog

    package func signal(_ signal: Signal) { try? ProcessSignal.send(signal, to: pid) }
}

/// How a program ended, and all it wrote.
package struct FinishedProcess: Sendable {
    /// The exit status; 128 plus the signal's number if a signal ended it.
    package var status: Int32
    package var output: String
    package var error: String
}

/// The lines a program has written, which a test can wait for.
package final class LineLog: Sendable {
    private struct State {
        var lines: [String] = []
        var ended = false
    }

    private let state = Mutex(State())

    package var lines: [String] { state.withLock { $0.lines } }
    package var text: String { lines.joined(separator: "\n") }

    package func count(containing part: String) -> Int { lines.count { $0.contains(part) } }

    func append(_ line: String) { state.withLock { $0.lines.append(line) } }
    func end() { state.withLock { $0.ended = true } }

    /// Waits until `number` lines contain `part`; false if the program ended before, or the time is over.
    package func wait(for part: String, times number: Int = 1, within limit: Duration = .seconds(60)) async -> Bool {
        await eventually(within: limit) { self.state.withLock { $0.ended } || self.count(containing: part) >= number }
            && count(containing: part) >= number
    }
}

package enum Signal: Int32, Sendable {
    case hangUp = 1
    case interrupt = 2
    case kill = 9
    case user1 = 10
    case user2 = 12
    case terminate = 15
    case proceed = 18
    case stop = 19
    case windowChange = 28
}

package enum ProcessSignal {
    package static func send(_ signal: Signal, to pid: Int32) throws {
        guard kill(pid, signal.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
}

/// Runs a program to its end.
package func execute(
    _ program: String,
    _ arguments: [String],
    in directory: FilePath? = nil,
    environment: [String: String] = [:],
) async throws -> FinishedProcess {
    let result = try await run(
        executable(program),
        arguments: Arguments(arguments),
        environment: .inherit.updating(overrides(environment)),
        workingDirectory: directory,
        output: .string(limit: 16 << 20),
        error: .string(limit: 16 << 20)
    )
    return FinishedProcess(
        status: exitStatus(result.terminationStatus),
        output: result.standardOutput,
        error: result.standardError
    )
}

/// Starts a program, runs `body` beside it, then ends it with SIGTERM (SIGKILL if it stays for ten seconds) and says how it
/// ended.
@discardableResult
package func withRunning(
    _ program: String,
    _ arguments: [String],
    in directory: FilePath? = nil,
    environment: [String: String] = [:],
    body: @escaping @Sendable (RunningProcess) async throws -> Void,
) async throws -> FinishedProcess {
    var options = PlatformOptions()
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(10))]
    let log = LineLog()
    let result = try await run(
        executable(program),
        arguments: Arguments(arguments),
        environment: .inherit.updating(overrides(environment)),
        workingDirectory: directory,
        platformOptions: options,
        input: .none,
        output: .discarded,
        error: .sequence
    ) { execution in
        let process = RunningProcess(pid: execution.processIdentifier.value, log: log)
        try await withThrowingTaskGroup { group in
            group.addTask {
                var rest: [UInt8] = []
                for try await buffer in execution.standardError {
                    unsafe buffer.withUnsafeBytes { unsafe rest.append(contentsOf: $0) }
                    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                        log.append(String(decoding: rest[..<end], as: UTF8.self))
                        rest.removeSubrange(...end)
                    }
                }
                log.end()
            }
            do {
                try await body(process)
            } catch {
                await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(10))])
                throw error
            }
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(10))])
            try await group.waitForAll()
        }
    }
    return FinishedProcess(status: exitStatus(result.terminationStatus), output: "", error: log.text)
}

private func executable(_ program: String) -> Executable {
    program.contains("/") ? .path(FilePath(program)) : .name(program)
}

private func overrides(_ environment: [String: String]) -> [Environment.Key: String?] {
    var overrides: [Environment.Key: String?] = ["NO_COLOR": "1"]
    for (key, value) in environment { overrides[Environment.Key(rawValue: key) ?? "HEADGATE_TEST"] = value }
    return overrides
}

private func exitStatus(_ status: TerminationStatus) -> Int32 {
    switch status {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
}
