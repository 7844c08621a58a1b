import NIOCore
import NIOPosix
import Synchronization

/// A proxy of bytes between a test and any server of TCP: it passes them on, or fails as networks do.
package final class FaultyLink: Sendable {
    /// What it does with connections and bytes.
    package enum Manner: Sendable, Equatable {
        case passing
        /// Closes connections as soon as they are there.
        case refusing
        /// Holds what comes until the manner is another: a half-open peer.
        case silent
        /// Passes so many bytes at a time, with a pause before each.
        case slow(bytes: Int, every: Duration)
    }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private struct State {
        var manner = Manner.passing
        var connections = 0
        var channels: [ObjectIdentifier: any Channel] = [:]
    }

    package let port: Int
    private let upstream: Int
    private let state = Mutex(State())

    private init(port: Int, upstream: Int) { (self.port, self.upstream) = (port, upstream) }

    /// Runs a link to 127.0.0.1:`port` beside `body`.
    @discardableResult
    package static func with<Result: Sendable>(
        to port: Int,
        _ body: @escaping @Sendable (FaultyLink) async throws -> Result,
    ) async throws -> Result {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // What is wrapped has to be served, and the last connections may never be: so they are wrapped by who serves them.
            .childChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: LoopbackPorts.free(1)[0]) { channel in
                channel.eventLoop.makeSucceededFuture(channel)
            }
        let link = FaultyLink(port: listener.channel.localAddress?.port ?? 0, upstream: port)
        return try await withThrowingTaskGroup { group in
            group.addTask { () -> Result? in
                try await listener.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await channel in connections { group.addTask { try? await link.serve(channel) } }
                    }
                }
                return nil
            }
            group.addTask { try await body(link) }
            defer { group.cancelAll() }
            while let finished = try await group.next() {
                if let finished { return finished }
            }
            throw CancellationError()
        }
    }

    /// How many connections were made so far.
    package var connections: Int { state.withLock(\.connections) }

    /// How many of them are open.
    package var openConnections: Int { state.withLock(\.channels.count) }

    package func set(_ manner: Manner) { state.withLock { $0.manner = manner } }

    /// Closes all connections.
    package func cut() {
        for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
    }

    private func serve(_ channel: any Channel) async throws {
        let near = try await channel.eventLoop.submit { try Connection(wrappingChannelSynchronously: channel) }.get()
        let isRefused = state.withLock { state in
            state.connections += 1
            state.channels[ObjectIdentifier(channel)] = channel
            return state.manner == .refusing
        }
        defer { state.withLock { $0.channels[ObjectIdentifier(channel)] = nil } }
        try await near.executeThenClose { fromNear, toNear in
            if isRefused { return }
            try await channel.setOption(.autoRead, value: true).get()
            let far = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: self.upstream) { channel in
                    channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                }
            try await far.executeThenClose { fromFar, toFar in
                try await withThrowingTaskGroup { group in
                    group.addTask { try await self.pass(fromNear, to: toFar) }
                    group.addTask { try await self.pass(fromFar, to: toNear) }
                    // Whichever side ends, the other one does.
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        }
    }

    private func pass(
        _ source: NIOAsyncChannelInboundStream<ByteBuffer>,
        to sink: NIOAsyncChannelOutboundWriter<ByteBuffer>,
    ) async throws {
        for try await var bytes in source {
            while bytes.readableBytes > 0 {
                switch state.withLock(\.manner) {
                case .passing, .refusing:
                    try await sink.write(bytes)
                    bytes.clear()
                case .silent: try await Task.sleep(for: .milliseconds(5))
                case .slow(let count, let pause):
                    try await Task.sleep(for: pause)
                    if let part = bytes.readSlice(length: min(count, bytes.readableBytes)) {
                        try await sink.write(part)
                    }
                }
            }
        }
    }
}
