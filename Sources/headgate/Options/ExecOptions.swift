import ArgumentParser
import Diagnostics
import Settings

/// The balancer that headgate runs as its child, over what the configuration says.
struct ExecOptions: ParsableArguments {
    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp(
            "The balancer, run as headgate's child once its files are there; headgate ends with it.",
            valueName: "command"
        )
    )
    var command: [String] = []

    @Option(help: ArgumentHelp("What tells the child to reload: a signal, or none (SIGHUP).", valueName: "signal"))
    var execReloadSignal: ReloadSignal?

    @Option(help: ArgumentHelp("What tells the child to end (SIGTERM).", valueName: "signal"))
    var execKillSignal: ProcessSignal?

    @Option(
        help: ArgumentHelp("How long the child may take to end before SIGKILL (30s).", valueName: "duration"),
        transform: parsedDuration
    )
    var execKillTimeout: Duration?

    /// Whether something is said of how to end or reload a child.
    var saysHow: Bool { execReloadSignal != nil || execKillSignal != nil || execKillTimeout != nil }

    /// What `configured` and the flags say together; nil: headgate runs no balancer.
    func settings(over configured: ExecSettings?) -> ExecSettings? {
        guard var exec = configured ?? (command.isEmpty ? nil : ExecSettings(.arguments(command))) else { return nil }
        if !command.isEmpty {
            exec.line = .arguments(command)
            // A command of the command line runs where headgate does.
            exec.directory = nil
        }
        if let execReloadSignal { exec.reloadSignal = execReloadSignal.signal }
        if let execKillSignal { exec.killSignal = execKillSignal }
        if let execKillTimeout { exec.killTimeout = execKillTimeout }
        return exec
    }

    /// A signal, or none.
    struct ReloadSignal: ExpressibleByArgument {
        let signal: ProcessSignal?

        init?(argument: String) {
            signal = ProcessSignal(named: argument)
            if signal == nil, argument != "none" { return nil }
        }
    }
}

extension ProcessSignal: ExpressibleByArgument {
    public init?(argument: String) { self.init(named: argument) }
}
