package import Balancers
package import State

/// A change that a running HAProxy makes without a reload, and what it is to be found like afterwards.
package struct LiveChange: Hashable, Sendable {
    package var update: LiveUpdate
    /// The path of HAProxy's socket.
    package var socket: String
    /// Who was asked when it was planned: another one has other servers.
    package var running: HAProxyInfo
    /// The whole configuration as it shall be.
    package var configuration: HAProxyConfiguration

    package init(
        update: LiveUpdate,
        socket: String,
        running: HAProxyInfo,
        configuration: HAProxyConfiguration,
    ) {
        self.update = update
        self.socket = socket
        self.running = running
        self.configuration = configuration
    }
}

extension Plan {
    /// What stands against a live change whatever the contents are; nil if nothing does.
    ///
    /// - Parameter configuration: The paths of HAProxy's configuration, normalised.
    package func liveObstacle(_ record: TargetRecord, configuration: Set<String>) -> ReloadReason? {
        let name = baseName(of:)
        guard record.intent == nil else { return ReloadReason(target, "a reload is owed already") }
        guard let inForce = record.inForce else { return ReloadReason(target, "what is in force is not known") }
        if let file = pruned.first { return ReloadReason(name(file.destination), "is removed") }
        for change in changes {
            let destination = change.file.destination
            // What lies there is what the difference is made from.
            guard change.hashBefore == inForce.contents(at: destination) else {
                return ReloadReason(name(destination), "is not what is in force: somebody else has changed it")
            }
            if change.kind == .created, !configuration.contains(destination) {
                return ReloadReason(name(destination), "is new, and not one of the files of `live.config`")
            }
        }
        return nil
    }

    /// Takes over what was found out about making the change live.
    package mutating func take(
        _ decision: LivePlan,
        socket: String,
        running: HAProxyInfo,
        configuration: HAProxyConfiguration,
    ) {
        switch decision {
        case .nothing(let cautions):
            action = .write
            self.cautions = cautions
        case .live(let update):
            action = .live(
                LiveChange(update: update, socket: socket, running: running, configuration: configuration)
            )
            cautions = update.cautions
        case .reload(let reasons):
            reloadReasons = reasons
        }
    }
}
