extension LiveDecision {
    /// What of the backend stands against any new server.
    mutating func judgeAdding(_ difference: BackendDifference, _ balancing: Balancing) {
        let section = difference.section
        let first = difference.added[0]
        if !balancing.isDynamic {
            let name = balancing.algorithm.map { "`balance \($0)`" } ?? "an algorithm that depends on the environment"
            let hint = balancing.order == .places && balancing.algorithm != nil ? " without `hash-type consistent`" : ""
            refuse(difference, "server \(first.name) is new, which \(name)\(hint) does not allow", at: first.place)
        }
        if version < HAProxyVersion(3, 4), let dispatch = new.directives("dispatch", in: section).first {
            refuse(difference, "server \(first.name) is new, which `dispatch` does not allow", at: dispatch.place)
        }
        if let cookie = new.directives("cookie", in: section).first, cookie.words.contains("dynamic") {
            refuse(
                difference,
                "server \(first.name) is new, and its dynamic cookie is made at a start",
                at: cookie.place
            )
        }
        if new.hasOption("external-check", in: section), difference.added.contains(where: \.options.isChecked) {
            refuse(
                difference,
                "server \(first.name) is new, which `option external-check` does not allow",
                at: first.place
            )
        }
    }

    mutating func judgeAdded(
        _ server: Server,
        _ difference: BackendDifference,
        _ balancing: Balancing,
        _ usedIDs: Set<String>,
    ) {
        func refuse(_ what: String) {
            self.refuse(difference, "server \(server.name) is new, and \(what)", at: server.place)
        }
        guard isName(server.name) else { return refuseName(server, difference) }
        if let leaving = pending["\(difference.backend)/\(server.name)"] {
            // It comes back: what is still there is used again.
            let change = ServerChange(old: leaving.server, new: server)
            if leaving.server.options.fixed != server.options.fixed || server.options.hasAgent {
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
                if option.arguments != ["@system-ca"], !loadedFiles.contains(option.words.joined(separator: " ")) {
                    refuse("`\(option.keyword)` names a file that the running HAProxy has not loaded")
                }
            default:
                break
            }
        }
        if difference.newcomersWait, server.options.isChecked, server.options.hasAgent,
            !server.options.has("init-state"),
            version < HAProxyVersion(3, 2)
        {
            refuse("with `agent-check` it cannot be kept from traffic until its first check")
        }
        if server.options.isDisabled, server.options.hasAgent {
            refuse("with `agent-check` maintenance does not end live")
        }
        if let id = server.options.value("id"), usedIDs.contains(id) {
            refuse("its id \(id) is that of a server that leaves")
        }
        if balancing.order == .numbers, !server.options.has("id") {
            refuse("`balance first` goes by the order of servers; with `id` it would not matter")
        }
        if LiveCommands.mayBeLong(server),
            LiveCommands.addition(server, to: difference, version).contains(where: { !$0.fits })
        {
            refuse("its command would be too long")
        }
    }
}
