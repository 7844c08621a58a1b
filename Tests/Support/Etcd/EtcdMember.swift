import Synchronization

/// A real etcd member on free ports of 127.0.0.1, which a test may kill, freeze and start again.
package final class EtcdMember: EtcdEndpoint {
    package let name: String
    package let ports: EtcdPorts
    package let options: EtcdOptions
    /// What the member keeps and writes is below it.
    package let directory: String

    private let program = Mutex<SpawnedProgram?>(nil)
    package let token = EtcdToken()

    init(_ options: EtcdOptions, in workspace: Workspace) throws {
        self.options = options
        name = "m\(Int.random(in: 0..<1_000_000))"
        ports = EtcdPorts()
        directory = workspace.file(name)
        try workspace.makeDirectory(name)
    }

    /// Runs a cluster of one beside `body`, which begins when the member answers.
    @discardableResult
    package static func with<Result: Sendable>(
        _ options: EtcdOptions = EtcdOptions(),
        _ body: (EtcdMember) async throws -> Result,
    ) async throws -> Result {
        try await EtcdCluster.with(1, options) { try await body($0.members[0]) }
    }

    package var address: String { "127.0.0.1:\(ports.client)" }
    /// `etcd://127.0.0.1:PORT`.
    package var url: String { "etcd://\(address)" }
    package var pid: Int32? { program.withLock { $0?.pid } }

    /// Starts the member's process and waits for nothing.
    package func launch(in cluster: [EtcdMember]) throws {
        let arguments = options.arguments(
            name: name,
            ports: ports,
            cluster: cluster.map { ($0.name, $0.ports) },
            directory: directory
        )
        let started = try SpawnedProgram("etcd", arguments, output: "\(directory)/log")
        program.withLock { $0 = started }
    }

    /// Starts a member that has been killed, with what it has on disk, and waits until it answers.
    package func restart() async throws {
        try launch(in: [self])
        try await ready()
    }

    /// Waits until the member knows a leader and answers.
    package func ready() async throws {
        let isReady = await eventually(within: .seconds(30)) { (try? await self.revision()) != nil }
        guard isReady else { throw EtcdTestError(message: "\(name) does not answer; see its log:\n\(log)") }
    }

    /// Ends the member as a power cut does.
    package func kill() { program.withLock { $0 }?.kill() }
    /// Stops the member's process where it is: connections stay, and nothing answers any more.
    package func freeze() { program.withLock { $0 }?.signal(.stop) }
    /// Lets a frozen process go on.
    package func thaw() { program.withLock { $0 }?.signal(.proceed) }

    /// Removes what the member has on disk; it must not be running.
    package func wipe() async throws { _ = try await execute("rm", ["-rf", "\(directory)/data"]) }

    /// The last lines that the member wrote.
    package var log: String {
        (Workspace(path: directory).read("log") ?? "").split(separator: "\n").suffix(20).joined(separator: "\n")
    }
}
