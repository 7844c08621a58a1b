import Diagnostics

/// Runs commands to their end or their time limit.
///
/// A seam: tests answer here without a process.
package protocol ProcessRunner: Sendable {
    /// Runs a program with its arguments (the first is the program, looked up in `PATH` if it has no slash) in
    /// `directory`, or in headgate's own working directory. Standard input is empty. Never hangs: after `timeout` the whole process group is ended.
    func run(_ arguments: [String], in directory: String?, timeout: Duration) async -> CommandReport
}

/// How a command ended and what it printed.
package struct CommandReport: Hashable, Sendable {
    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// It took longer than it may; its process group was ended.
        case timedOut(Duration)
        /// It never ran.
        case notStarted(String)
    }

    package var arguments: [String]
    package var ending: Ending
    /// Standard output and standard error, as they came.
    package var output: BoundedOutput
    package var duration: Duration

    package init(
        arguments: [String],
        ending: Ending,
        output: BoundedOutput = BoundedOutput(),
        duration: Duration = .zero,
    ) {
        self.arguments = arguments
        self.ending = ending
        self.output = output
        self.duration = duration
    }

    /// Whether the command says that all is well.
    package var succeeded: Bool { ending == .exited(0) }

    /// How it ended, with the line that tells most of what it printed: `exit status 1: no such service`.
    package var summary: String {
        guard let line = tellingLine(of: output.text) else { return "\(ending)" }
        return "\(ending): \(printable(String(line.prefix(300))))"
    }
}

extension CommandReport.Ending: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal): "ended by signal \(signal)"
        case .timedOut(let limit): "no end within \(limit.readable), its process group was killed"
        case .notStarted(let why): "not started: \(why)"
        }
    }
}
