import NIOCore
import NIOPosix
import Synchronization

/// Websockets through a balancer that say nothing until they are asked.
package final class Tunnels: Sendable {
    private let channels: [any Channel]
    private let echoes: [Echo]

    private init(_ channels: [any Channel], _ echoes: [Echo]) {
        self.channels = channels
        self.echoes = echoes
    }

    /// Opens `count` of them at 127.0.0.1:`port`; throws if one is not upgraded.
    package static func open(_ count: Int, port: Int) async throws -> Tunnels {
        var channels: [any Channel] = []
        var echoes: [Echo] = []
        for _ in 0..<count {
            let echo = Echo()
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(EchoReader(echo))
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            // The key and its answer are those of RFC 6455, 1.3: HAProxy looks at them.
            let request =
                "GET /ws HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            try await channel.writeAndFlush(ByteBuffer(string: request))
            channels.append(channel)
            echoes.append(echo)
            guard await eventually({ echo.text.contains("\r\n\r\n") }), echo.text.hasPrefix("HTTP/1.1 101") else {
                throw NotUpgraded(answer: echo.text)
            }
        }
        return Tunnels(channels, echoes)
    }

    package struct NotUpgraded: Error { package var answer: String }

    /// How many do not answer a word any more.
    package func broken() async -> Int {
        for (channel, echo) in zip(channels, echoes) {
            echo.clear()
            channel.writeAndFlush(ByteBuffer(string: "still there?"), promise: nil)
        }
        _ = await eventually(within: .seconds(5)) { self.echoes.allSatisfy { $0.text == "still there?" } }
        return echoes.count { $0.text != "still there?" }
    }

    package func close() async {
        for channel in channels { try? await channel.close() }
    }
}

/// What has come back.
private final class Echo: Sendable {
    private let received = Mutex("")

    var text: String { received.withLock { $0 } }

    func clear() { received.withLock { $0 = "" } }

    func append(_ part: String) { received.withLock { $0 += part } }
}

private final class EchoReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let echo: Echo

    init(_ echo: Echo) { self.echo = echo }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        echo.append(String(buffer: unwrapInboundIn(data)))
    }
}
