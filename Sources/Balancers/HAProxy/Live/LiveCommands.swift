/// The commands that bring a running HAProxy from one set of servers to another.
enum LiveCommands {
    /// Adds a server so that a dead one gets no request: it stays at weight 0 until it is marked down, from where its
    /// checks bring it up. Nothing of `default-server` holds for it, so all options are said.
    static func addition(_ server: Server, to difference: BackendDifference, _ version: HAProxyVersion) -> [LiveCommand]
    {
        let path = "\(difference.backend)/\(server.name)"
        let options = server.options
        let weight = options.weight ?? 1
        var words = options.all.filter { $0.keyword != "weight" && $0.keyword != "no-check-ssl" }.flatMap(\.words)
        words += impliedWords(options)
        // The agent's percentages are of the weight at the start, which must not be 0 then.
        let waits = difference.newcomersWait && options.isChecked && !options.isDisabled && !options.has("init-state")
        let startsDown = waits && options.hasAgent
        if startsDown { words += ["init-state", "fully-down"] }
        let isHidden = waits && !startsDown && weight > 0
        words += ["weight", isHidden ? "0" : String(weight)]
        if version < HAProxyVersion(3, 0) {
            // Without these a server added to 2.6 keeps no connection for the next request.
            if !options.has("pool-max-conn") { words += ["pool-max-conn", "-1"] }
            if !options.has("pool-purge-delay") { words += ["pool-purge-delay", "5s"] }
        }
        var commands = [
            LiveCommand(
                (["add server", path, server.address.description] + words).joined(separator: " "),
                expects: .registered
            )
        ]
        func say(_ text: String) { commands.append(LiveCommand(text, expects: .silence)) }
        if options.isChecked { say("enable health \(path)") }
        if !options.isDisabled {
            say("enable server \(path)")
            // Before the server is enabled it would leave it down until the agent says `up`, which not all do.
            if options.hasAgent { say("enable agent \(path)") }
            if waits, !startsDown { say("set server \(path) health down") }
            if isHidden { say("set server \(path) weight \(weight)") }
        }
        return commands
    }

    /// What a start makes of options that an added server would have to be told: checks go the way of the traffic if
    /// they have no address and no port of their own (configuration manual 5.2, `check`).
    private static func impliedWords(_ options: ServerOptions) -> [String] {
        guard options.isChecked, !options.has("port"), !options.has("addr") else { return [] }
        var words: [String] = []
        if options.has("ssl"), !options.has("check-ssl"), !options.has("no-check-ssl") { words.append("check-ssl") }
        let proxies = ["send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn"].contains(
            where: options.has
        )
        if proxies, !options.has("check-send-proxy") { words.append("check-send-proxy") }
        return words
    }

    /// Whether it is worth looking at how long the commands are.
    static func mayBeLong(_ server: Server) -> Bool {
        let words = server.options.all.flatMap(\.words)
        return words.count > 40 || words.reduce(server.name.utf8.count) { $0 + $1.utf8.count } > 4 << 10
    }

    /// Changes a server that stays.
    static func change(_ change: ServerChange, in backend: String) -> [LiveCommand] {
        let path = "\(backend)/\(change.new.name)"
        let options = change.new.options
        var commands: [LiveCommand] = []
        if change.changesMaintenance, options.isDisabled {
            commands.append(LiveCommand("set server \(path) state maint", expects: .silence))
        }
        if change.isMoved, case .ip(let address, let port) = change.new.address {
            commands.append(LiveCommand("set server \(path) addr \(address) port \(port)", expects: .moved))
        }
        if change.changesWeight, let weight = options.weight {
            commands.append(LiveCommand("set server \(path) weight \(weight)", expects: .silence))
        }
        if change.changesMaxconn, let maxconn = options.maxconn {
            commands.append(LiveCommand("set maxconn server \(path) \(maxconn)", expects: .silence))
        }
        if change.changesMaintenance, !options.isDisabled {
            commands.append(LiveCommand("set server \(path) state ready", expects: .silence))
        }
        return commands
    }

    /// Takes a server out of traffic, so that it can be deleted when its sessions have ended.
    static func removal(_ server: Server, from backend: String) -> [LiveCommand] {
        let path = "\(backend)/\(server.name)"
        // An agent would bring it back.
        let agent = server.options.hasAgent ? [LiveCommand("disable agent \(path)", expects: .silence)] : []
        return agent + [LiveCommand("set server \(path) state maint", expects: .silence)]
    }

    /// Brings back a server that was in maintenance to be deleted.
    static func revival(_ pending: PendingRemoval, as server: Server) -> [LiveCommand] {
        let path = "\(pending.backend)/\(server.name)"
        var commands = change(ServerChange(old: pending.server, new: server), in: pending.backend)
            .filter { !$0.text.hasPrefix("set server \(path) state ") }
        if !server.options.isDisabled {
            commands.append(LiveCommand("set server \(path) state ready", expects: .silence))
        }
        return commands
    }
}
