/// The balancer that headgate runs as its child (exec mode).
package struct ExecSettings: Sendable, Hashable {
    /// How it is started.
    package var line: CommandSettings.Line
    /// Where it runs: the configuration file's directory; nil is headgate's own working directory.
    package var directory: String?
    /// What tells it to reload, for targets without a reload of their own; nil: written is in force.
    package var reloadSignal: ProcessSignal?
    /// What tells it to end, sent to its whole process group …
    package var killSignal: ProcessSignal
    /// … and how long it may take before SIGKILL.
    package var killTimeout: Duration

    package init(
        _ line: CommandSettings.Line,
        directory: String? = nil,
        reloadSignal: ProcessSignal? = .hangUp,
        killSignal: ProcessSignal = .terminate,
        killTimeout: Duration = .seconds(30),
    ) {
        self.line = line
        self.directory = directory
        self.reloadSignal = reloadSignal
        self.killSignal = killSignal
        self.killTimeout = killTimeout
    }

    /// Program and arguments.
    package var arguments: [String] {
        switch line {
        case .arguments(let arguments): arguments
        case .shell(let text): ["/bin/sh", "-c", text]
        }
    }
}

/// A signal that a configuration may name.
package enum ProcessSignal: String, Sendable, CaseIterable {
    case hangUp = "SIGHUP"
    case interrupt = "SIGINT"
    case quit = "SIGQUIT"
    case kill = "SIGKILL"
    case user1 = "SIGUSR1"
    case user2 = "SIGUSR2"
    case terminate = "SIGTERM"
    case windowChange = "SIGWINCH"

    /// The signal's number on Linux (signal(7), x86 and ARM).
    package var number: Int32 {
        switch self {
        case .hangUp: 1
        case .interrupt: 2
        case .quit: 3
        case .kill: 9
        case .user1: 10
        case .user2: 12
        case .terminate: 15
        case .windowChange: 28
        }
    }

    /// The signal of this name, with or without `SIG`.
    package init?(named name: String) {
        let upper = name.uppercased()
        self.init(rawValue: upper.hasPrefix("SIG") ? upper : "SIG\(upper)")
    }
}

extension Settings {
    /// How long a balancer may take from its start to the handler for its reload signal.
    private static let signalTimeout = Duration.seconds(5)

    /// Exec mode: what a profile says of reloading is for a balancer that a service manager started; the child's targets are
    /// reloaded by its signal, unless they have a reload of their own.
    package mutating func reloadBySignal() {
        guard let exec else { return }
        for index in targets.indices where targets[index].reloadIsDefault {
            targets[index].reload = exec.reloadSignal.map { ReloadSettings($0, timeout: Self.signalTimeout) }
        }
    }
}
