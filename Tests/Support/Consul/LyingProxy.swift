import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP proxy between headgate and a real Consul: it passes everything through, or lies on command, and counts.
package final class LyingProxy: Sendable {
    /// What has come in so far.
    package struct Counts: Sendable {
        package var connections = 0
        package var mostConnections = 0
        package var allConnections = 0
        package var requests = 0
        package var mostRequests = 0
        package var allRequests = 0
    }

    struct State {
        /// The lie for targets that begin with a prefix; the longest prefix counts.
        var lies: [String: Lie] = [:]
        var counts = Counts()
        var targets: [String: Int] = [:]
        var channels: [ObjectIdentifier: any Channel] = [:]
    }

    package let port: Int
    let upstream: String
    let client: HTTPClient
    let state = Mutex(State())

    private init(port: Int, upstream: String, client: HTTPClient) {
        self.port = port
        self.upstream = upstream
        self.client = client
    }

    /// Runs a proxy in front of `agent` beside `body`.
    @discardableResult
    package static func with<Result: Sendable>(
        _ agent: ConsulAgent,
        _ body: @escaping @Sendable (LyingProxy) async throws -> Result,
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4_000
        configuration.timeout.connect = .seconds(5)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: LoopbackPorts.free(1)[0]) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    return try NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let proxy = LyingProxy(
            port: listener.channel.localAddress?.port ?? 0,
            upstream: "http://127.0.0.1:\(agent.ports.http)",
            client: client
        )
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(
                try await withThrowingTaskGroup { group in
                    group.addTask { () -> Result? in
                        try await listener.executeThenClose { connections in
                            try await withThrowingDiscardingTaskGroup { group in
                                for try await connection in connections {
                                    group.addTask { await proxy.serve(connection) }
                                }
                            }
                        }
                        return nil
                    }
                    group.addTask { try await body(proxy) }
                    defer { group.cancelAll() }
                    while let finished = try await group.next() {
                        if let finished { return finished }
                    }
                    throw CancellationError()
                }
            )
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    /// `consul://127.0.0.1:PORT`.
    package var url: String { "consul://127.0.0.1:\(port)" }

    package var counts: Counts { state.withLock(\.counts) }

    /// How many requests there were whose target begins with `prefix`.
    package func requests(to prefix: String) -> Int {
        state.withLock { state in state.targets.reduce(0) { $0 + ($1.key.hasPrefix(prefix) ? $1.value : 0) } }
    }

    /// Lies about what is asked from now on, and about answers that are still to come; nil tells the truth again.
    ///
    /// - Parameter prefix: whose targets it is about: `/v1/health/service/web`.
    package func tell(_ lie: Lie?, about prefix: String = "/") {
        state.withLock { $0.lies[prefix] = lie }
    }

    /// Closes all connections, so that what is blocked is asked anew.
    package func disconnect() {
        for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
    }

    func lie(about target: String) -> Lie? {
        state.withLock { state in
            state.lies.filter { target.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }?.value
        }
    }
}
