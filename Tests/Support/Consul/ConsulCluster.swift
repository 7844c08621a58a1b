/// Three servers and an agent in front of them, as the tests of a leader's loss need it.
package struct ConsulCluster: Sendable {
    package let servers: [ConsulAgent]
    /// The agent that headgate talks to.
    package let client: ConsulAgent

    /// Runs a cluster beside `body`, which begins when the client knows the cluster's leader.
    @discardableResult
    package static func with<Result: Sendable>(
        _ body: (ConsulCluster) async throws -> Result
    ) async throws -> Result {
        try await Workspace.with { workspace in
            var servers: [ConsulAgent] = []
            for number in 1...3 {
                var options = ConsulOptions(.server(expecting: 3))
                options.join = servers.map(\.ports.serf)
                servers.append(try ConsulAgent(options, name: "server-\(number)", in: workspace))
            }
            var options = ConsulOptions(.client)
            options.join = servers.map(\.ports.serf)
            let client = try ConsulAgent(options, name: "client", in: workspace)
            defer { for agent in servers + [client] { agent.kill() } }
            for agent in servers + [client] { try agent.launch() }
            for agent in servers + [client] { try await agent.ready() }
            return try await body(ConsulCluster(servers: servers, client: client))
        }
    }

    /// Registers a service with the client and returns when each server has it, which without a leader none could learn.
    package func register(_ service: ServiceRegistration) async throws {
        try await client.register(service)
        for server in servers {
            let expected = "\(service.ID):\(service.Port)"
            guard
                await eventually({ (try? await server.passing(service.Name, stale: true))?.contains(expected) == true })
            else { throw ConsulTestError(message: "\(server.name) does not learn of \(service.ID)") }
        }
    }

    /// Kills so many servers that the rest has no leader, and returns when it knows that.
    package func loseLeader() async throws {
        for server in servers.dropFirst() { server.kill() }
        let isLost = await eventually(within: .seconds(30)) {
            (try? await servers[0].get("/v1/health/service/any?stale").headers["x-consul-knownleader"]) == "false"
        }
        guard isLost else { throw ConsulTestError(message: "the cluster keeps its leader") }
    }

    /// Kills the servers that still run.
    package func loseServers() {
        for server in servers { server.kill() }
    }

    /// Starts the servers that do not run, with what they have on disk, and returns when there is a leader.
    package func recover() async throws {
        for server in servers where server.hasEnded { try server.launch() }
        for server in servers { try await server.ready() }
        try await client.ready()
    }
}
