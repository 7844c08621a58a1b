/// How a running HAProxy is brought from one configuration to another.
package enum LivePlan: Sendable {
    /// The two mean the same: the file is written, nothing is run.
    case nothing(cautions: [ReloadReason])
    case live(LiveUpdate)
    /// One reload, for these reasons.
    case reload([ReloadReason])

    /// Decides it; the same input gives the same plan.
    ///
    /// - Parameters:
    ///   - old: The configuration in force.
    ///   - new: The configuration as it shall be.
    ///   - running: The version that runs, from `show info`.
    ///   - pending: Servers that left in earlier live changes and have not been deleted.
    ///   - files: Files beside the configuration that change with it.
    ///   - loaded: The files that the running HAProxy has loaded.
    package static func make(
        old: HAProxyConfiguration,
        new: HAProxyConfiguration,
        running: HAProxyVersion,
        pending: [PendingRemoval] = [],
        files: [FileVersions] = [],
        loaded: RunningFiles = RunningFiles(),
    ) -> LivePlan {
        make(
            ConfigurationDifference(old: old, new: new),
            old: old,
            new: new,
            running: running,
            pending: pending,
            files: files,
            loaded: loaded
        )
    }

    /// The same for a difference that has been found before.
    static func make(
        _ difference: ConfigurationDifference,
        old: HAProxyConfiguration,
        new: HAProxyConfiguration,
        running: HAProxyVersion,
        pending: [PendingRemoval],
        files: [FileVersions] = [],
        loaded: RunningFiles = RunningFiles(),
    ) -> LivePlan {
        var decision = LiveDecision(old: old, new: new, version: running, pending: pending)
        let (replacements, obstacles) = decision.replacements(of: files, loaded)
        guard !difference.isEmpty || !replacements.isEmpty || !obstacles.isEmpty else {
            return .nothing(cautions: decision.cautions)
        }
        decision.judge(difference, obstacles)
        guard decision.reasons.isEmpty else { return .reload(decision.reasons) }
        var writer = UpdateWriter(version: running, pending: pending, replacements)
        for backend in difference.backends { writer.write(backend) }
        guard !writer.isEmpty else { return .nothing(cautions: decision.cautions) }
        return .live(writer.update(decision.cautions))
    }
}

extension LivePlan: CustomStringConvertible {
    /// `nothing`, `live: 2 servers added, 1 drained`, `reload: frontend web: …`.
    package var description: String {
        switch self {
        case .nothing: "nothing"
        case .live(let update): "live: \(update.summary)"
        case .reload(let reasons): "reload: " + reasons.map(\.description).joined(separator: "; ")
        }
    }
}

/// Turns differences into commands, in the order that loses no request.
private struct UpdateWriter {
    let version: HAProxyVersion
    private let pending: [String: PendingRemoval]
    private var additions: [[LiveCommand]] = []
    private var changes: [[LiveCommand]] = []
    private var departures: [[LiveCommand]] = []
    private let replacements: [FileReplacement]
    private var removals: [PendingRemoval] = []
    private var revived: [PendingRemoval] = []
    private var backends: Set<String> = []
    private var details: [String] = []
    private var summary = LiveSummary()

    init(version: HAProxyVersion, pending: [PendingRemoval], _ replacements: [FileReplacement]) {
        self.version = version
        self.replacements = replacements
        summary.files = replacements.map(\.summary)
        self.pending = Dictionary(pending.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    }

    var isEmpty: Bool { details.isEmpty && replacements.isEmpty }

    mutating func write(_ difference: BackendDifference) {
        let backend = difference.backend
        if !(difference.added.isEmpty && difference.changed.isEmpty && difference.removed.isEmpty) {
            backends.insert(backend)
        }
        func note(_ server: Server, _ what: String) {
            details.append("\(difference.title): server \(server.name) \(what)")
        }
        for server in difference.added {
            summary.added += 1
            note(server, "added (\(server.address))")
            if let leaving = pending["\(backend)/\(server.name)"] {
                revived.append(leaving)
                additions.append(LiveCommands.revival(leaving, as: server))
            } else {
                additions.append(LiveCommands.addition(server, to: difference, version))
            }
        }
        for change in difference.changed {
            summary.count(change)
            for text in change.explanation { note(change.new, text) }
            changes.append(LiveCommands.change(change, in: backend))
        }
        for server in difference.removed {
            summary.removed += 1
            note(server, "removed")
            removals.append(PendingRemoval(backend: backend, server: server))
            departures.append(LiveCommands.removal(server, from: backend))
        }
    }

    func update(_ cautions: [ReloadReason]) -> LiveUpdate {
        // What a map speaks of is there before it does, and leaves after it.
        let groups = replacements.isEmpty ? [additions + changes + departures] : [additions + changes, departures]
        let steps = groups.map { LiveBatch.batches($0).map(LiveStep.commands) }
        return LiveUpdate(
            steps: steps[0] + replacements.map(\.step) + steps.dropFirst().joined(),
            backends: backends,
            removals: removals,
            revived: revived,
            details: details,
            summary: summary,
            cautions: cautions
        )
    }
}

extension ServerChange {
    /// What changes, in words that follow the server's name.
    fileprivate var explanation: [String] {
        var parts: [String] = []
        if isMoved { parts.append("moved (\(old.address) to \(new.address))") }
        if changesWeight, let before = old.options.weight, let after = new.options.weight {
            parts.append(after == 0 ? "drained (weight \(before) to 0)" : "weight \(before) to \(after)")
        }
        if changesMaxconn, let before = old.options.maxconn, let after = new.options.maxconn {
            parts.append("maxconn \(before) to \(after)")
        }
        if changesMaintenance {
            parts.append(new.options.isDisabled ? "put into maintenance" : "taken out of maintenance")
        }
        return parts
    }
}
