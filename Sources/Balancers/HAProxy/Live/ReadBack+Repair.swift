extension ReadBack {
    /// The servers that run in maintenance and are in no file: left behind by live changes, to be deleted.
    package func leftovers(_ running: RunningServers) -> [PendingRemoval] {
        var configured: [String: Set<String>] = [:]
        for section in configuration.sections where section.kind.hasServers {
            // Those of a template have no lines of their own.
            guard configuration.directives("server-template", in: section).isEmpty else { continue }
            configured[section.name] = Set(configuration.servers(of: section).map(\.name))
        }
        return running.servers.filter { server in
            server.administration.contains(.maintenance) && LiveCommand.isName(server.name)
                && configured[server.backend].map { !$0.contains(server.name) } ?? false
        }.map { PendingRemoval(leftover: $0) }
    }

    /// How the servers that run are made those of the configuration.
    package func repair(
        _ running: RunningServers,
        _ statistics: RunningStatistics,
        version: HAProxyVersion,
        pending: [PendingRemoval],
    ) -> LivePlan {
        var servers: [String: [RunningServers.Server]] = [:]
        for server in running.servers { servers[server.backend, default: []].append(server) }
        var limits: [String: Int] = [:]
        for row in statistics.rows { limits["\(row.backend)/\(row.server)"] = row.maxconn }
        let leaving = Set(pending.map(\.path))
        var differences: [BackendDifference] = []
        for section in configuration.sections where section.kind.hasServers {
            guard configuration.directives("server-template", in: section).isEmpty else { continue }
            var difference = BackendDifference(backend: section.name, section: section)
            var left = Dictionary(
                (servers[section.name] ?? []).map { ($0.name, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            for (name, server) in configuration.servers(of: section) {
                let runs = left.removeValue(forKey: name)
                guard let server else { continue }
                guard let runs else {
                    difference.added.append(server)
                    continue
                }
                let old = server.asRunning(runs, maxconn: limits["\(section.name)/\(name)"])
                if old != server { difference.changed.append(ServerChange(old: old, new: server)) }
            }
            for runs in left.values.sorted(by: { $0.name < $1.name }) {
                let path = "\(section.name)/\(runs.name)"
                guard !leaving.contains(path) || !runs.administration.contains(.maintenance) else { continue }
                difference.removed.append(PendingRemoval(leftover: runs).server)
            }
            if !difference.isEmpty { differences.append(difference) }
        }
        return LivePlan.make(
            ConfigurationDifference(backends: differences),
            old: configuration,
            new: configuration,
            running: version,
            pending: []
        )
    }
}

extension Server {
    /// The configured server with what `ReadBack` compares as it runs.
    fileprivate func asRunning(_ runs: RunningServers.Server, maxconn: Int?) -> Server {
        var server = self
        if case .ip = address, let address = IPAddress(runs.address) { server.address = .ip(address, port: runs.port) }
        func take(_ words: String...) {
            // Keywords of HAProxy's, and numbers.
            try? server.options.take(words)
        }
        if !options.hasAgent, runs.weight != options.weight { take("weight", "\(runs.weight)") }
        if let maxconn, options.value("minconn") == nil, maxconn != options.maxconn { take("maxconn", "\(maxconn)") }
        let isOut = runs.administration.contains(.maintenance) || runs.administration.contains(.drain)
        if isOut != options.isDisabled { take(isOut ? "disabled" : "enabled") }
        return server
    }
}
