/// Members of one etcd cluster on loopback.
package struct EtcdCluster: Sendable {
    package let members: [EtcdMember]

    /// Runs a cluster beside `body`, which begins when all members answer.
    @discardableResult
    package static func with<Result: Sendable>(
        _ count: Int = 3,
        _ options: EtcdOptions = EtcdOptions(),
        _ body: (EtcdCluster) async throws -> Result,
    ) async throws -> Result {
        try await Workspace.with { workspace in
            let members = try (0..<count).map { _ in try EtcdMember(options, in: workspace) }
            // Whatever happens in between, nothing is left running.
            defer { for member in members { member.kill() } }
            for member in members { try member.launch(in: members) }
            for member in members { try await member.ready() }
            return try await body(EtcdCluster(members: members))
        }
    }

    /// `etcd://127.0.0.1:PORT,127.0.0.1:PORT,…`.
    package var url: String { "etcd://\(members.map { "127.0.0.1:\($0.ports.client)" }.joined(separator: ","))" }

    /// Starts members that have been killed, with what they have on disk, and waits until they answer.
    package func restart(_ killed: [EtcdMember]) async throws {
        for member in killed { try member.launch(in: members) }
        for member in killed { try await member.ready() }
    }
}
