/// Whether the running HAProxy can make a change without a reload. Facts: management guide 9.3, tried on 2.6, 3.0, 3.2, 3.4.
struct LiveDecision {
    let old: HAProxyConfiguration
    let new: HAProxyConfiguration
    let version: HAProxyVersion
    /// Servers that left before and may still be there.
    let pending: [PendingRemoval]
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
        (self.old, self.new, self.version, self.pending) = (old, new, version, pending)
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
    mutating func judge(_ difference: ConfigurationDifference) {
        reasons += difference.reasons
        let references = difference.backends.contains { !$0.removed.isEmpty } ? ServerReferences(old) : nil
        for backend in difference.backends { judge(backend, references) }
    }

    private mutating func judge(_ difference: BackendDifference, _ references: ServerReferences?) {
        let balancing = Balancing(of: difference.section, in: new, version)
        guard isName(difference.backend) else {
            refuse(difference, "its name has characters that cannot be sent to HAProxy", at: new.place(difference.section))
            return
        }
        if let mode = new.directives("mode", in: difference.section).first,
            mode.words.count < 2 || mode.words[1] != "http" && mode.words[1] != "tcp"
        {
            refuse(difference, "servers changed, in a mode other than http and tcp", at: mode.place)
        }
        for server in difference.added { judgeAdded(server, difference, balancing) }
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

    private func isName(_ name: String) -> Bool { LiveCommand.isName(name) }

    private mutating func refuseName(_ server: Server, _ difference: BackendDifference) {
        refuse(
            difference,
            "the name of server `\(server.name)` has characters that cannot be sent to HAProxy",
            at: server.place
        )
    }

    private mutating func refuse(_ difference: BackendDifference, _ what: String, at place: ConfigurationPlace?) {
        let reason = ReloadReason(difference.title, what, at: place)
        if !reasons.contains(reason) { reasons.append(reason) }
    }

    // MARK: - Servers that are new

    /// What of the backend stands against any new server.
    private mutating func judgeAdding(_ difference: BackendDifference, _ balancing: Balancing) {
        let section = difference.section
        let first = difference.added[0]
        if !balancing.isDynamic {
            let name = balancing.algorithm.map { "`balance \($0)`" } ?? "an algorithm that depends on the environment"
            let hint = balancing.order == .places && balancing.algorithm != nil ? " without `hash-type consistent`" : ""
            refuse(difference, "server \(first.name) is new, which \(name)\(hint) does not allow", at: first.place)
        }
        if version < HAProxyVersion(3, 4) {
            if new.hasOption("transparent", in: section) {
                refuse(difference, "server \(first.name) is new, which `option transparent` does not allow", at: first.place)
            }
            if let dispatch = new.directives("dispatch", in: section).first {
                refuse(difference, "server \(first.name) is new, which `dispatch` does not allow", at: dispatch.place)
            }
        }
        if let cookie = new.directives("cookie", in: section).first, cookie.words.contains("dynamic") {
            refuse(difference, "server \(first.name) is new, and its dynamic cookie is made at a start", at: cookie.place)
        }
        if new.hasOption("external-check", in: section), difference.added.contains(where: \.options.isChecked) {
            refuse(difference, "server \(first.name) is new, which `option external-check` does not allow", at: first.place)
        }
    }

    private mutating func judgeAdded(_ server: Server, _ difference: BackendDifference, _ balancing: Balancing) {
        func refuse(_ what: String) {
            self.refuse(difference, "server \(server.name) is new, and \(what)", at: server.place)
        }
        guard isName(server.name) else { return refuseName(server, difference) }
        if let leaving = pending.first(where: { $0.backend == difference.backend && $0.server.name == server.name }) {
            // It comes back: what is still there is used again.
            let change = ServerChange(old: leaving.server, new: server)
            if leaving.server.options.fixed != server.options.fixed {
                refuse("one of this name still has sessions")
            } else {
                judgeChanged(change, difference, balancing)
            }
            return
        }
        switch server.address {
        case .ip: break
        case .unix(let path) where LiveCommand.isWord(path): break
        case .unix, .other: refuse("its address is not an IP address with a port, or a path")
        }
        if server.options.weight == nil { refuse("its weight is not a number from 0 to 256") }
        if server.options.maxconn == nil { refuse("its maxconn is not a number") }
        for option in server.options.all {
            let keyword = ServerKeyword.named(option.keyword)
            guard let since = keyword?.live, since <= version else {
                refuse("HAProxy \(version) does not take `\(option.keyword)` live")
                continue
            }
            if !option.words.allSatisfy(LiveCommand.isWord) {
                refuse("`\(option.keyword)` has characters that cannot be sent to HAProxy")
            }
            switch option.keyword {
            case "track":
                // Refused if the other was added live too.
                refuse("it tracks another")
            case "ca-file", "crt", "crl-file":
                if option.arguments != ["@system-ca"], !isLoaded(option) {
                    refuse("`\(option.keyword)` names a file that the running HAProxy has not loaded")
                }
            default:
                break
            }
        }
        if server.options.isChecked, server.options.hasAgent, !server.options.has("init-state"),
            version < HAProxyVersion(3, 2)
        {
            refuse("with `agent-check` it cannot be kept from traffic until its first check")
        }
        if let id = server.options.value("id"),
            (difference.removed + pending.filter { $0.backend == difference.backend }.map(\.server))
                .contains(where: { $0.options.value("id") == id })
        {
            refuse("its id \(id) is that of a server that leaves")
        }
        if balancing.order == .numbers, !server.options.has("id") {
            refuse("`balance first` goes by the order of servers; with `id` it would not matter")
        }
        if LiveCommands.addition(server, to: difference.backend, version).contains(where: { !$0.fits }) {
            refuse("its command would be too long")
        }
    }

    /// Whether some server of the running configuration uses the same file in the same way.
    private func isLoaded(_ option: ServerOptions.Option) -> Bool {
        guard let path = option.arguments.first else { return false }
        return old.sections.filter(\.kind.hasServers).contains { section in
            let text = old.texts[section.text]
            return section.lines.contains { line in
                let words = text.strings(of: line)
                return zip(words, words.dropFirst()).contains { $0 == option.keyword && $1 == path }
            }
        }
    }

    // MARK: - Servers that stay

    private mutating func judgeChanged(_ change: ServerChange, _ difference: BackendDifference, _ balancing: Balancing) {
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
                        "server \(server.name) moved: HAProxy 3.0 may use an idle connection to the old address once more",
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
            guard let server = reordered ?? (difference.added + difference.removed).first(where: { !isPinned($0) }) else {
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

extension HAProxyConfiguration {
    /// A line that makes HAProxy take the state of servers from a file at a start.
    var restoresState: ConfigurationPlace? {
        for section in sections where section.kind == .defaults || section.kind.hasServers {
            let text = texts[section.text]
            for line in section.lines
            where text.begins(line, with: "load-server-state-from-file") && text.string(1, of: line) != "none" {
                return text.place(of: line)
            }
        }
        return nil
    }
}
