import Balancers
import NIOCore
import NIOPosix
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite struct RuntimeSocketTests {
    private enum Manner: Sendable {
        /// Answers when the client has closed its side, as the master CLI does, with what it was asked after the text.
        case answers(String)
        case closes
        case isSilent
        case talksForEver
    }

    private final class Server: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let manner: Manner
        private var asked = ByteBuffer()

        init(_ manner: Manner) { self.manner = manner }

        func channelActive(context: ChannelHandlerContext) {
            switch manner {
            case .closes: context.close(promise: nil)
            case .talksForEver: Self.talk(context.channel)
            case .answers, .isSilent: return
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            asked.writeImmutableBuffer(unwrapInboundIn(data))
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard case .answers(let text) = manner, event as? ChannelEvent == .inputClosed else { return }
            let channel = context.channel
            channel.writeAndFlush(ByteBuffer(string: text + String(buffer: asked)))
                .whenComplete { _ in channel.close(promise: nil) }
        }

        private static func talk(_ channel: any Channel) {
            channel.writeAndFlush(ByteBuffer(repeating: 0x61, count: 65536)).whenSuccess { talk(channel) }
        }
    }

    private func withServer(_ manner: Manner, _ body: (RuntimeSocket) async throws -> Void) async throws {
        try await Workspace.with { workspace in
            let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Server(manner))
                    }
                }
                .bind(unixDomainSocketPath: workspace.file("s")).get()
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(RuntimeSocket(path: workspace.file("s"), limit: 1 << 20)))
            } catch {
                result = .failure(error)
            }
            try await server.close().get()
            try result.get()
        }
    }

    @Test func `a command is one line, its answer goes to the end`() async throws {
        let long = String(repeating: "0123456789", count: 50_000)
        try await withServer(.answers(long)) { socket in
            let answer = try await socket.ask("show proc", within: .seconds(20))
            #expect(answer.count == long.count + 10 && answer.hasSuffix("9show proc\n"))
        }
    }

    @Test func `a connection that is closed without a word has an empty answer`() async throws {
        try await withServer(.closes) { socket in
            let answer: String? = try? await socket.ask("reload", within: .seconds(20))
            // Closed before all was read, a unix socket is reset.
            #expect(answer == nil || answer == "")
        }
    }

    @Test func `an answer that does not come ends with the time`() async throws {
        try await withServer(.isSilent) { socket in
            await #expect(throws: SocketFault.timedOut(path: socket.path, .milliseconds(50))) {
                try await socket.ask("show proc", within: .milliseconds(50))
            }
        }
    }

    @Test func `an answer without end is cut off`() async throws {
        try await withServer(.talksForEver) { socket in
            await #expect(throws: SocketFault.tooLong(path: socket.path, limit: 1 << 20)) {
                try await socket.ask("show proc", within: .seconds(20))
            }
        }
    }

    @Test func `a socket that is not there is told from one where nobody listens`() async throws {
        try await Workspace.with { workspace in
            let absent = workspace.file("absent")
            await #expect(throws: SocketFault.absent(path: absent)) {
                try await RuntimeSocket(path: absent).ask("x", within: .seconds(20))
            }
            let stale = workspace.file("stale")
            let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .bind(unixDomainSocketPath: workspace.file("new")).get()
            // Under its first name the server would remove it.
            try #require(unsafe rename(workspace.file("new"), stale) == 0)
            try await server.close().get()
            await #expect(throws: SocketFault.refused(path: stale)) {
                try await RuntimeSocket(path: stale).ask("x", within: .seconds(20))
            }
        }
    }

    @Test func `whoever is cancelled does not wait`() async throws {
        try await withServer(.isSilent) { socket in
            await withTaskGroup(of: Bool.self) { group in
                group.addTask { (try? await socket.ask("x", within: .seconds(600))) == nil }
                group.cancelAll()
                #expect(await group.next() == true)
            }
        }
    }
}
