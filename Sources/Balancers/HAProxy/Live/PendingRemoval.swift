/// A server that left the configuration and is in maintenance until its sessions have ended, so that it can be deleted.
package struct PendingRemoval: Hashable, Sendable {
    package var backend: String
    package var server: Server

    package init(backend: String, server: Server) {
        self.backend = backend
        self.server = server
    }

    /// A server that an earlier headgate left behind: how it was configured is not known.
    package init(leftover server: RunningServers.Server) {
        backend = server.backend
        let address = IPAddress(server.address).map { ServerAddress.ip($0, port: server.port) }
        self.server = Server(
            name: server.name,
            address: address ?? .other(server.address),
            options: .unknown,
            place: ConfigurationPlace(path: "", line: 0)
        )
    }

    /// `web/a`.
    package var path: String { "\(backend)/\(server.name)" }

    /// Deletes it; refused as long as it has sessions.
    package var deletion: LiveCommand { LiveCommand("del server \(path)", expects: .deleted) }

    /// Deletes several, a line each of as many as fit: `DeletionOutcome` reads the answer.
    package static func deletions(_ pending: [PendingRemoval]) -> [LiveBatch] {
        LiveBatch.batches(pending.map { [$0.deletion] })
    }

    /// Closes their idle connections, as many servers a line as fit. Before HAProxy 3.0 these keep a server from being
    /// deleted, half a minute long after many requests; another address closes them, and the old one comes back at once.
    package static func idleClosings(_ pending: [PendingRemoval]) -> [LiveBatch] {
        LiveBatch.batches(
            pending.map { removal in
                guard case .ip(let address, let port) = removal.server.address else { return [] }
                return [port == 1 ? 2 : 1, port].map { port in
                    LiveCommand("set server \(removal.path) addr \(address) port \(port)", expects: .moved)
                }
            }
        )
    }

    /// Ends its sessions at once.
    package var cut: LiveCommand { LiveCommand("shutdown sessions server \(path)", expects: .silence) }
}
