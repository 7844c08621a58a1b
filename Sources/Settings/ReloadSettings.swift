/// How a balancer is told of new files, and how it is proven that it runs them.
package struct ReloadSettings: Sendable, Hashable {
    /// What proves that a reload has been carried out.
    package enum Proof: Sendable, Hashable {
        /// HAProxy's master CLI at this socket.
        case master(socket: String)
        /// New workers of the NGINX whose master wrote this pid file; its error log says why there are none.
        case workers(pidFile: String, errorLog: String?)
    }

    package enum NotRunning: String, Sendable, CaseIterable {
        /// The files are written, and in force as soon as the balancer starts.
        case ok
        case error
    }

    /// Nil: the master CLI is told.
    package var command: CommandSettings?
    /// Nil: the command's exit status is believed.
    package var proof: Proof?
    /// In exec mode, what is sent to the balancer in place of a command; that it survives it is believed.
    package var signal: ProcessSignal?
    /// How long the command, or the answer of the master CLI, may take.
    package var timeout: Duration
    /// How long the proof may take after that; nil is the default for its kind.
    package var settle: Duration?
    /// What it means that the balancer is not running.
    package var notRunning: NotRunning = .error
    /// How many old processes may live before further reloads are postponed; nil: any number.
    package var maxDraining: Int?

    /// A plain command: its exit status is believed.
    package init(_ command: CommandSettings) { self.init(command: command, proof: nil, timeout: command.timeout) }

    package init(command: CommandSettings?, proof: Proof?, timeout: Duration = .seconds(30)) {
        self.command = command
        self.proof = proof
        self.timeout = timeout
    }

    /// A signal to the balancer that headgate runs; within `timeout` it has to have a handler for it.
    package init(_ signal: ProcessSignal, timeout: Duration) {
        self.init(command: nil, proof: nil, timeout: timeout)
        self.signal = signal
    }

    /// How long the proof may take. HAProxy 2.6 answers nothing for two seconds while it tries to bind a port that is
    /// taken, NGINX tries for two and a half.
    package var settleTime: Duration {
        if let settle { return settle }
        if case .master = proof { return .seconds(10) }
        return .seconds(3)
    }

    /// What is done, as a person would type or say it.
    package var text: String {
        if let command { return command.line.text }
        if let signal { return "\(signal.rawValue) to the balancer" }
        if case .master(let socket) = proof { return "reload, at HAProxy's master CLI \(socket)" }
        return ""
    }

    /// With each path made absolute by `absolute`.
    func resolved(_ absolute: (String) -> String) -> ReloadSettings {
        var settings = self
        switch proof {
        case nil: break
        case .master(let socket): settings.proof = .master(socket: absolute(socket))
        case .workers(let pidFile, let errorLog):
            settings.proof = .workers(pidFile: absolute(pidFile), errorLog: errorLog.map(absolute))
        }
        return settings
    }
}
