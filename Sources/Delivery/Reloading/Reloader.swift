package import Balancers
package import Settings

/// Reloads balancers and finds out what has become of it.
///
/// Never two reloads of one balancer at once: the next one begins when the last one has settled.
package struct Reloader: Sendable {
    let runner: any ProcessRunner
    let socket: @Sendable (String) -> any CommandSocket
    let processes: ProcessTable
    let pace: Pace
    /// The balancer, in exec mode.
    var child: BalancerChild?
    private let turns = Turns()

    /// How long a balancer that seems not to run may take to appear: it may just be starting.
    static let startGrace = Duration.milliseconds(500)
    /// How long after a command that failed the balancer is watched: whatever it was told, it does at once.
    static let failureGrace = Duration.seconds(1)

    /// - Parameters:
    ///   - runner: What commands are run with.
    ///   - socket: Opens a balancer's command socket by its path.
    ///   - processes: Where workers are looked for.
    ///   - pace: The clock.
    package init(
        runner: any ProcessRunner,
        socket: @escaping @Sendable (String) -> any CommandSocket = { RuntimeSocket(path: $0) },
        processes: ProcessTable = ProcessTable(),
        pace: Pace = .machine,
    ) {
        self.runner = runner
        self.socket = socket
        self.processes = processes
        self.pace = pace
    }

    /// Tells the balancer to reload and waits until the outcome is known, or the time for it is over.
    package func reload(_ settings: ReloadSettings) async -> ReloadReport {
        let key = settings.balancer
        await turns.begin(key)
        let report = await carryOut(settings)
        await turns.end(key)
        return report
    }

    private func carryOut(_ settings: ReloadSettings) async -> ReloadReport {
        if let child, !child.isRunning { return ReloadReport(BalancerChild.notRunning) }
        if let signal = settings.signal {
            return ReloadReport(await child?.reload(by: signal, timeout: settings.timeout) ?? BalancerChild.notRunning)
        }
        switch settings.proof {
        case nil: return await reloadByCommand(settings)
        case .master(let path): return await reloadHAProxy(settings, MasterCLI(socket(path)))
        case .workers(let pidFile, let errorLog):
            return await reloadNGINX(settings, pidFile: pidFile, errorLog: errorLog)
        }
    }

    /// How many old processes of the balancer live; nil if that is not to be known.
    package func draining(_ settings: ReloadSettings) async -> Int? {
        switch settings.proof {
        case nil: nil
        case .master(let path):
            (try? await MasterCLI(socket(path)).processes(within: .seconds(2)))?.draining
        case .workers(let pidFile, _): WorkerGeneration(pidFile: pidFile, in: processes)?.leaving.count
        }
    }

    /// A command whose exit status is believed.
    private func reloadByCommand(_ settings: ReloadSettings) async -> ReloadReport {
        guard let command = settings.command else { return ReloadReport(.notStarted(reason: "there is no command")) }
        let report = await run(command)
        if report.succeeded { return ReloadReport(.inForce(proof: nil), command: report) }
        if case .notStarted = report.ending {
            return ReloadReport(.notStarted(reason: report.summary), command: report)
        }
        return ReloadReport(.unknown(reason: report.summary), command: report)
    }

    func run(_ command: CommandSettings) async -> CommandReport {
        await runner.run(command.line.execution, in: command.directory, timeout: command.timeout)
    }
}

extension ReloadSettings {
    /// The same for all that reload one balancer.
    var balancer: String {
        switch proof {
        case .master(let socket): "master \(socket)"
        case .workers(let pidFile, _): "pid_file \(pidFile)"
        case nil: signal?.rawValue ?? (command?.line.execution ?? []).joined(separator: "\u{0}")
        }
    }
}

extension CommandSettings.Line {
    /// Program and arguments.
    fileprivate var execution: [String] {
        switch self {
        case .arguments(let arguments): arguments
        case .shell(let text): ["/bin/sh", "-c", text]
        }
    }
}
