/// Whether the running HAProxy can make a change without a reload. Facts: management guide 9.3, tried on 2.6, 3.0, 3.2,
/// 3.4.
struct LiveDecision {
    let old: HAProxyConfiguration
    let new: HAProxyConfiguration
    let version: HAProxyVersion
    /// Servers that left before and may still be there, by their path.
    let pending: [String: PendingRemoval]
    /// The files that servers of the running configuration use, as `ca-file /etc/ca.pem`.
    lazy var loadedFiles = old.serverFiles
    /// More reasons than these nobody reads.
    private static let mostReasons = 50

    /// What stands against it; one reload settles all.
    private(set) var reasons: [ReloadReason] = []
    /// What goes well live but should be known.
    private(set) var cautions: [ReloadReason] = []

    init(
        old: HAProxyConfiguration,
        new: HAProxyConfiguration,
        version: HAProxyVersion,
        pending: [PendingRemoval],
    ) {
        (self.old, self.new, self.version) = (old, new, version)
        self.pending = Dictionary(pending.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        if version < HAProxyVersion(2, 6) {
            reasons = [ReloadReason("HAProxy \(version)", "is older than 2.6, from which on changes are made live")]
        }
        if let place = new.restoresState {
            cautions.append(
                ReloadReason(
                    "`load-server-state-from-file`",
                    "a reload takes addresses and maintenance from the state file, not from the configuration",
                    at: place
                )
            )
        }
    }

    /// Judges all backends that differ.
    ///
    /// - Parameter obstacles: What else stands against a live change.
    mutating func judge(_ difference: ConfigurationDifference, _ obstacles: [ReloadReason]) {
        reasons += difference.reasons + obstacles
        let references = difference.backends.contains { !$0.removed.isEmpty } ? ServerReferences(old) : nil
        for backend in difference.backends { judge(backend, references) }
    }

    private mutating func judge(_ difference: BackendDifference, _ references: ServerReferences?) {
        let balancing = Balancing(of: difference.section, in: new, version)
        guard isName(difference.backend) else {
            refuse(
                difference,
                "its name has characters that cannot be sent to HAProxy",
                at: new.place(difference.section)
            )
            return
        }
        if let mode = new.directives("mode", in: difference.section).first,
            mode.words.count < 2 || mode.words[1] != "http" && mode.words[1] != "tcp"
        {
            refuse(difference, "servers changed, in a mode other than http and tcp", at: mode.place)
        }
        if version < HAProxyVersion(3, 4), new.hasOption("transparent", in: difference.section) {
            // HAProxy says nothing against maintenance, and the server stays as it is.
            refuse(
                difference,
                "servers changed, which `option transparent` does not allow",
                at: new.place(difference.section)
            )
        }
        let leaving = difference.removed + pending.values.filter { $0.backend == difference.backend }.map(\.server)
        let usedIDs = Set(leaving.compactMap { $0.options.value("id") })
        for server in difference.added { judgeAdded(server, difference, balancing, usedIDs) }
        for change in difference.changed { judgeChanged(change, difference, balancing) }
        for server in difference.removed {
            if !isName(server.name) { refuseName(server, difference) }
            if let place = references?.place(of: server.name, in: difference.backend) {
                refuse(difference, "server \(server.name) is gone, and something refers to it", at: place)
            }
        }
        if !difference.added.isEmpty { judgeAdding(difference, balancing) }
        judgeOrder(difference, balancing)
    }

    func isName(_ name: String) -> Bool { LiveCommand.isName(name) }

    mutating func refuseName(_ server: Server, _ difference: BackendDifference) {
        refuse(
            difference,
            "the name of server `\(server.name)` has characters that cannot be sent to HAProxy",
            at: server.place
        )
    }

    mutating func refuse(_ difference: BackendDifference, _ what: String, at place: ConfigurationPlace?) {
        let reason = ReloadReason(difference.title, what, at: place)
        if reasons.count < Self.mostReasons, !reasons.contains(reason) { reasons.append(reason) }
    }

    // MARK: - Servers that stay

    mutating func judgeChanged(_ change: ServerChange, _ difference: BackendDifference, _ balancing: Balancing) {
        let server = change.new
        func refuse(_ what: String) {
            self.refuse(difference, "server \(server.name): \(what)", at: server.place)
        }
        guard isName(server.name) else { return refuseName(server, difference) }
        if change.isMoved {
            switch (change.old.address, server.address) {
            case (.ip, .ip): break
            default: refuse("its address changed from or to what is not an IP address with a port")
            }
            if version.major == 3, version.minor == 0 {
                cautions.append(
                    ReloadReason(
                        difference.title,
                        "server \(server.name) moved: 3.0 may use an idle connection to the old address once more",
                        at: server.place
                    )
                )
            }
        }
        if change.changesWeight {
            guard let weight = server.options.weight, change.old.options.weight != nil else {
                return refuse("its weight is not a number from 0 to 256")
            }
            if weight > 0, !balancing.isDynamic {
                refuse("`balance \(balancing.algorithm ?? "")` takes another weight only at a start")
            }
            if server.options.hasAgent { refuse("`agent-check` counts from the weight of the start, which changed") }
        }
        if change.changesMaintenance, !server.options.isDisabled, server.options.hasAgent {
            refuse("with `agent-check` maintenance does not end live")
        }
        if change.changesMaxconn {
            guard server.options.maxconn != nil else { return refuse("its maxconn is not a number") }
            if server.options.has("minconn") { refuse("its maxconn changed, and its minconn would with it") }
        }
    }

    // MARK: - The order of servers

    private mutating func judgeOrder(_ difference: BackendDifference, _ balancing: Balancing) {
        func isPinned(_ server: Server) -> Bool {
            server.options.has("id")
                || balancing.order == .ring && server.options.value("hash-key").map { $0 != "id" } ?? false
        }
        let reordered = difference.reordered.first { !isPinned($0) }
        switch balancing.order {
        case .free:
            break
        case .places:
            if let server = difference.reordered.first {
                refuse(difference, "servers are in another order, by which `balance` chooses", at: server.place)
            }
        case .numbers:
            if let server = reordered {
                refuse(difference, "servers are in another order, by which `balance first` chooses", at: server.place)
            }
        case .ring:
            // A reload would move keys; live they stay where they are.
            guard let server = reordered ?? (difference.added + difference.removed).first(where: { !isPinned($0) })
            else {
                return
            }
            cautions.append(
                ReloadReason(
                    difference.title,
                    "consistent hashing without `id`: the next reload moves keys to other servers",
                    at: server.place
                )
            )
        }
    }
}
