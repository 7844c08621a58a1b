/// Compares a running HAProxy with the configuration that should be in force.
package struct ReadBack: Sendable {
    /// Something that runs differently from what the configuration says.
    package struct Mismatch: Hashable, Sendable, CustomStringConvertible {
        package var backend: String
        /// Nil if it is about the whole backend.
        package var server: String?
        package var what: String

        /// `backend web: server a has weight 5, not 10`.
        package var description: String { "backend \(backend): " + (server.map { "server \($0) " } ?? "") + what }
    }

    let configuration: HAProxyConfiguration
    private let leaving: Set<String>

    /// - Parameter pending: Servers that left and need not be gone yet, as long as they are in maintenance.
    package init(_ configuration: HAProxyConfiguration, pending: [PendingRemoval] = []) {
        self.configuration = configuration
        leaving = Set(pending.map(\.path))
    }

    /// All that differs; empty if what runs is what is configured. Health is not compared: it is not configured.
    ///
    /// - Parameters:
    ///   - statistics: Without them the limits of connections are not compared.
    ///   - names: The backends to look at, as those of a change; nil for all.
    package func mismatches(
        _ running: RunningServers,
        _ statistics: RunningStatistics? = nil,
        of names: Set<String>? = nil,
    ) -> [Mismatch] {
        var servers: [String: [RunningServers.Server]] = [:]
        for server in running.servers { servers[server.backend, default: []].append(server) }
        var rows: [String: RunningStatistics.Row] = [:]
        for row in statistics?.rows ?? [] { rows[Self.path(row.backend, row.server)] = row }
        var mismatches: [Mismatch] = []
        let backends = configuration.sections.filter(\.kind.hasServers)
        for section in backends where names?.contains(section.name) ?? true {
            mismatches += compare(section, servers[section.name] ?? [], statistics == nil ? nil : rows)
        }
        let known = Set(backends.map(\.name))
        for backend in servers.keys.sorted() where !known.contains(backend) && names?.contains(backend) ?? true {
            mismatches.append(Mismatch(backend: backend, what: "is not configured"))
        }
        return mismatches
    }

    private static func path(_ backend: String, _ server: String) -> String { "\(backend)/\(server)" }

    private func compare(
        _ section: HAProxyConfiguration.Section,
        _ running: [RunningServers.Server],
        _ rows: [String: RunningStatistics.Row]?,
    ) -> [Mismatch] {
        let backend = section.name
        let hasTemplates = !configuration.directives("server-template", in: section).isEmpty
        var left = Dictionary(running.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var mismatches: [Mismatch] = []
        func report(_ server: String, _ what: String) {
            mismatches.append(Mismatch(backend: backend, server: server, what: what))
        }
        for (name, server) in configuration.servers(of: section) {
            guard let runs = left.removeValue(forKey: name) else {
                report(name, "is missing")
                continue
            }
            // What is not understood is not changed live either.
            guard let server else { continue }
            if case .ip(let address, let port) = server.address {
                if IPAddress(runs.address) != address || runs.port != port {
                    report(server.name, "points to \(runs.address) port \(runs.port), not \(server.address)")
                }
            }
            if let weight = server.options.weight, !server.options.hasAgent, runs.weight != weight {
                report(server.name, "has weight \(runs.weight), not \(weight)")
            }
            if runs.administration.contains(.maintenance) != server.options.isDisabled {
                report(server.name, server.options.isDisabled ? "is not in maintenance" : "is in maintenance")
            }
            if runs.administration.contains(.drain), !server.options.hasAgent {
                report(server.name, "is drained by a command")
            }
            if let rows, let maxconn = server.options.maxconn, server.options.value("minconn") == nil {
                let row = rows[Self.path(backend, server.name)]
                if let row, row.maxconn != maxconn {
                    report(server.name, "has maxconn \(row.maxconn), not \(maxconn)")
                }
            }
        }
        guard !hasTemplates else { return mismatches }
        for server in left.values.sorted(by: { $0.name < $1.name }) {
            if !leaving.contains(Self.path(backend, server.name)) {
                report(server.name, "is not configured")
            } else if !server.administration.contains(.maintenance) {
                report(server.name, "left, and is not in maintenance")
            }
        }
        return mismatches
    }
}
