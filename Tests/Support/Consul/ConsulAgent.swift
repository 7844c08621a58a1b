import Synchronization
import SystemPackage

/// A real Consul agent on free ports of 127.0.0.1, which a test may stop, kill, freeze and start again.
package final class ConsulAgent: Sendable {
    package let name: String
    package let ports: ConsulPorts
    package let options: ConsulOptions
    /// What the agent keeps and writes is below it.
    package let directory: String

    private struct State {
        var program: SpawnedProgram?
        var managementToken: String?
    }
    private let state = Mutex(State())

    init(_ options: ConsulOptions, name: String, in workspace: Workspace) throws {
        self.options = options
        self.name = name
        ports = ConsulPorts(http: options.httpPort)
        directory = workspace.file(name)
        try workspace.makeDirectory(name)
        try workspace.write(
            "\(name)/agent.hcl",
            options.configuration(name: name, ports: ports, directory: directory)
        )
    }

    /// Runs an agent beside `body`, which begins when the agent has a leader and answers.
    @discardableResult
    package static func with<Result: Sendable>(
        _ options: ConsulOptions = ConsulOptions(),
        _ body: (ConsulAgent) async throws -> Result,
    ) async throws -> Result {
        try await Workspace.with { workspace in
            let agent = try ConsulAgent(options, name: "agent-\(Int.random(in: 0..<1_000_000))", in: workspace)
            // Whatever happens in between, nothing is left running.
            defer { agent.kill() }
            try await agent.start()
            return try await body(agent)
        }
    }

    /// `consul://ADDRESS:PORT`.
    package var url: String { "consul://\(options.clientAddress):\(ports.http)" }
    /// `consuls://127.0.0.1:PORT`.
    package var tlsURL: String { "consuls://127.0.0.1:\(ports.https)" }
    package var socketPath: String { "\(directory)/http.sock" }
    /// The token that allows everything, once an agent with access control has started.
    package var managementToken: String? { state.withLock(\.managementToken) }
    package var pid: Int32? { state.withLock(\.program)?.pid }

    /// Starts the agent and waits until it has a leader and its catalog has the agent itself.
    package func start() async throws {
        try launch()
        try await ready()
    }

    /// Starts the agent's process and waits for nothing.
    package func launch() throws {
        let dev = options.kind == .dev ? ["-dev"] : []
        let program = try SpawnedProgram(
            Installed.consul,
            ["agent"] + dev + ["-config-file", "\(directory)/agent.hcl"],
            output: "\(directory)/log"
        )
        state.withLock { $0.program = program }
    }

    /// Waits until the agent has a leader and its catalog has the agent itself.
    package func ready() async throws {
        guard await eventually(within: .seconds(30), { await self.hasLeader() }) else { throw notReady("no leader") }
        if options.accessControl, managementToken == nil {
            guard await eventually({ await self.bootstrapAccessControl() }) else { throw notReady("no token") }
        }
        guard await eventually(within: .seconds(30), { await self.knowsItself() }) else { throw notReady("not there") }
    }

    /// Whether the agent's process is not there.
    package var hasEnded: Bool { state.withLock(\.program)?.hasEnded ?? true }

    /// Ends the agent as an operator does: with SIGTERM.
    package func stop() async {
        await state.withLock(\.program)?.terminate()
    }

    /// Ends the agent as a power cut does.
    package func kill() {
        state.withLock(\.program)?.kill()
    }

    /// Stops the agent's process where it is: connections stay, and nothing answers any more.
    package func freeze() { state.withLock(\.program)?.signal(.stop) }
    /// Lets a frozen process go on.
    package func thaw() { state.withLock(\.program)?.signal(.proceed) }

    /// Removes what the agent has on disk; it must not be running.
    package func wipe() async throws {
        _ = try await execute("rm", ["-rf", "\(directory)/data"])
        state.withLock { $0.managementToken = nil }
    }

    /// Stops the agent and starts it again; `wiping` without what it knew, as a dev agent always is.
    package func restart(wiping: Bool = false) async throws {
        await stop()
        if wiping || options.kind == .dev { try await wipe() }
        try await start()
    }

    private func hasLeader() async -> Bool {
        guard let answer = try? await get("/v1/status/leader"), answer.status == 200 else { return false }
        return answer.body.count > 2
    }

    private func knowsItself() async -> Bool {
        guard let answer = try? await get("/v1/catalog/node/\(name)") else { return false }
        return answer.status == 200 && answer.text.contains("\"\(name)\"")
    }

    private func bootstrapAccessControl() async -> Bool {
        struct Token: Decodable { var SecretID: String }
        guard let token = try? await put("/v1/acl/bootstrap").decoded(Token.self) else { return false }
        state.withLock { $0.managementToken = token.SecretID }
        // The agent itself needs a token to write its services into the catalog.
        for use in ["agent", "default"] {
            let answer = try? await put("/v1/agent/token/\(use)", ["Token": token.SecretID])
            guard answer?.status == 200 else { return false }
        }
        return true
    }

    private func notReady(_ what: String) -> ConsulTestError {
        ConsulTestError(message: "\(name): \(what); see its log:\n\(log)")
    }

    /// The last lines that the agent wrote.
    package var log: String {
        let workspace = Workspace(path: directory)
        return (workspace.read("log") ?? "").split(separator: "\n").suffix(20).joined(separator: "\n")
    }
}

/// Consul did not do what a test asked of it.
package struct ConsulTestError: Error, CustomStringConvertible {
    package var message: String
    package var description: String { message }
}
