import NIOCore
import NIOPosix

/// A server of the tests on 127.0.0.1: `/` is answered with its name at once, `/slow` after a second, and an upgrade to a
/// websocket becomes a tunnel that sends back what comes.
package final class TinyServer: Sendable {
    package let port: Int
    private let channel: any Channel

    private init(port: Int, channel: any Channel) {
        self.port = port
        self.channel = channel
    }

    /// Runs `body` beside servers at `ports`.
    package static func with(ports: [Int], _ body: () async throws -> Void) async throws {
        var servers: [TinyServer] = []
        for port in ports { servers.append(try await start(port: port)) }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for server in servers { try? await server.channel.close() }
        try result.get()
    }

    private static func start(port: Int) async throws -> TinyServer {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 512)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Conversation(name: "\(port)"))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return TinyServer(port: port, channel: channel)
    }
}

/// One connection: requests without bodies, one after the other.
private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let name: String
    private var text = ""
    private var isTunnel = false

    init(name: String) { self.name = name }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if isTunnel { return context.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
        text += String(buffer: bytes)
        while let end = text.firstRange(of: "\r\n\r\n") {
            let head = text[..<end.lowerBound].lowercased()
            text = String(text[end.upperBound...])
            if head.contains("upgrade: websocket") {
                isTunnel = true
                let answer =
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
                return context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
            }
            let answer = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: \(name.utf8.count)\r\n\r\n\(name)")
            guard head.hasPrefix("get /slow") else {
                context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
                continue
            }
            let channel = context.channel
            context.eventLoop.scheduleTask(in: .seconds(1)) { channel.writeAndFlush(answer, promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
