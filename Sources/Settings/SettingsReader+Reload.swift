import Diagnostics
import Documents

extension SettingsReader {
    /// `reload`: a list, a string, `off`, or a map with `command`, `timeout` and what proves the reload.
    mutating func reload(_ entry: SourceNode.Entry) -> Command<ReloadSettings>? {
        let keys = ["master", "pid_file", "error_log", "settle", "not_running"]
        switch command(entry, extra: keys, insteadOfCommand: "master") {
        case nil: return nil
        case .off: return .off
        case .run(let parts, let nodes):
            refuseCheckPlaceholders(nodes)
            var reload = ReloadSettings(command: parts.command, proof: proof(parts.fields), timeout: parts.timeout)
            if let settle = parts.fields["settle"].flatMap({ duration($0, positive: true) }) { reload.settle = settle }
            if let field = parts.fields["not_running"],
                let notRunning = choice(field, of: ReloadSettings.NotRunning.self)
            {
                reload.notRunning = notRunning
            }
            return .run(reload, nodes)
        }
    }

    /// Whoever writes a placeholder of the check's expects it to be filled in.
    private mutating func refuseCheckPlaceholders(_ nodes: [SourceNode]) {
        for node in nodes {
            for name in node.placeholders where Placeholder(rawValue: name) != nil {
                report(
                    node.fault(
                        "`{\(name)}` is for `check`; `reload` runs when the files are in place",
                        at: "{\(name)}",
                        hint: "name the path itself"
                    )
                )
            }
        }
    }

    private mutating func proof(_ fields: Fields) -> ReloadSettings.Proof? {
        if let master = fields["master"], let pidFile = fields["pid_file"] {
            report(
                pidFile.key.fault(
                    "`pid_file` and `master` prove the reload of different balancers",
                    hint: "`master` is HAProxy's master CLI, `pid_file` is NGINX's: keep one of them",
                    notes: [.init("`master` is here", at: master.key.position)]
                )
            )
        }
        if let log = fields["error_log"], fields["pid_file"] == nil {
            report(
                log.key.fault(
                    "`error_log` says nothing without `pid_file`",
                    hint: "add `pid_file:` with the path of NGINX's pid file"
                )
            )
        }
        if fields["master"] == nil, fields["pid_file"] == nil {
            for field in ["settle", "not_running"].compactMap({ fields[$0] }) {
                report(
                    field.key.fault(
                        "`\(field.name)` needs something that the balancer can be seen by",
                        hint: "add `master:` (HAProxy's master CLI) or `pid_file:` (NGINX's)"
                    )
                )
            }
        }
        if let socket = fields["master"].flatMap({ text($0) }) { return .master(socket: socket) }
        let log = fields["error_log"].flatMap { text($0) }
        return fields["pid_file"].flatMap { text($0) }.map { .workers(pidFile: $0, errorLog: log) }
    }

    /// `max_draining` of a target whose reload is `reload`, as far as it is right.
    mutating func maxDraining(_ entry: SourceNode.Entry, _ reload: ReloadSettings?) -> Int? {
        guard case .scalar(let scalar) = entry.value.content, case .int(let limit) = scalar.value, limit >= 0
        else {
            report(
                entry.fault(
                    "`max_draining` has to be a number of processes, not \(entry.value.kind)",
                    hint: "write a whole number from 0 on"
                )
            )
            return nil
        }
        guard reload?.proof != nil else {
            report(
                entry.key.fault(
                    "`max_draining` needs something that old processes can be counted by",
                    hint: "give `reload` a `master:` (HAProxy's master CLI) or a `pid_file:` (NGINX's)"
                )
            )
            return nil
        }
        return limit
    }
}
