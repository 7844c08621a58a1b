import Balancers
import NIOCore
import NIOPosix

/// A unix socket that takes a line for each connection, with what belongs to it, as HAProxy's does, and answers what a test
/// wants.
enum LyingSocket {
    /// Runs `body` beside it.
    static func with(
        _ path: String,
        answer: @escaping @Sendable (String) async -> String,
        _ body: @escaping @Sendable () async throws -> Void,
    ) async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { conversations in
                        for try await connection in connections {
                            conversations.addTask { try? await converse(connection, answer) }
                        }
                    }
                }
            }
            try await body()
            group.cancelAll()
        }
    }

    private static func converse(
        _ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>,
        _ answer: @Sendable (String) async -> String,
    ) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var text = ""
            for try await part in inbound {
                text += String(buffer: part)
                if text.hasSuffix(text.contains(" <<\n") ? "\n\n" : "\n") { break }
            }
            try await outbound.write(ByteBuffer(string: await answer(String(text.dropLast()))))
        }
    }
}
