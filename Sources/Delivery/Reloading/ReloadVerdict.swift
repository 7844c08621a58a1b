/// What has become of a reload.
package enum ReloadVerdict: Hashable, Sendable {
    /// The balancer runs the new files; with what proved it, nil for a plain command that ended well.
    case inForce(proof: String?)
    /// It did not take them, and is proven to run what it ran before.
    case refused(reason: String)
    /// Nobody knows what it runs: the command failed or took too long, or no proof came in time.
    case unknown(reason: String)
    /// The balancer was never told.
    case notStarted(reason: String)
    /// The balancer is gone.
    case dead(reason: String)
    /// It is not running, which the settings allow: the files are in force as soon as it starts.
    case notRunning(reason: String)
}

extension ReloadVerdict {
    /// A stable word for logs and metrics.
    package var label: String {
        switch self {
        case .inForce: "in force"
        case .refused: "refused"
        case .unknown: "unknown"
        case .notStarted: "not started"
        case .dead: "dead"
        case .notRunning: "not running"
        }
    }

    /// Why it is not in force; nil if it is.
    package var reason: String? {
        switch self {
        case .inForce: nil
        case .refused(let reason), .unknown(let reason), .notStarted(let reason), .dead(let reason),
            .notRunning(let reason):
            reason
        }
    }
}

/// A reload that was tried.
package struct ReloadReport: Hashable, Sendable {
    package var verdict: ReloadVerdict
    /// The command's; nil if none was run.
    package var command: CommandReport?
    /// What the command printed and the balancer logged.
    package var output: BoundedOutput

    package init(_ verdict: ReloadVerdict, command: CommandReport? = nil, output: BoundedOutput? = nil) {
        self.verdict = verdict
        self.command = command
        self.output = output ?? command?.output ?? BoundedOutput()
    }

    /// Whether what was delivered is in force, or will be when the balancer starts.
    package var succeeded: Bool {
        switch verdict {
        case .inForce, .notRunning: true
        case .refused, .unknown, .notStarted, .dead: false
        }
    }

    /// What proved that the files are in force; nil if nothing did.
    package var proof: String? { if case .inForce(let proof) = verdict { proof } else { nil } }

    /// Without anything that a command or the balancer said, which may quote the files.
    func withheld() -> ReloadReport {
        let bare = command.map { "\($0.ending)" } ?? "the balancer's words are withheld"
        let verdict: ReloadVerdict =
            switch self.verdict {
            case .inForce, .notRunning: self.verdict
            case .refused: .refused(reason: "the balancer refused it")
            case .unknown: .unknown(reason: bare)
            case .notStarted: .notStarted(reason: bare)
            case .dead: .dead(reason: bare)
            }
        var report = ReloadReport(verdict, command: command?.withheld())
        report.output = output.withheld()
        return report
    }
}

extension CommandReport {
    /// Without what the command printed.
    func withheld() -> CommandReport {
        var report = self
        report.output = output.withheld()
        return report
    }
}

extension BoundedOutput {
    fileprivate func withheld() -> BoundedOutput {
        BoundedOutput("[\(count) bytes withheld: the target is sensitive]")
    }
}
