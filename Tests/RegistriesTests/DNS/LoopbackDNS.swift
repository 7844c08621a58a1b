import NIOCore
import NIOPosix
import Synchronization

@testable import Registries

/// A DNS server at a UDP port of 127.0.0.1 that answers as the test says.
final class LoopbackDNS: Sendable {
    typealias Answer = @Sendable (DNSQuestion) -> DNSReply

    let port: Int
    private let channel: any Channel
    private let handler: QuestionHandler

    /// How many questions have come so far.
    var questions: Int { handler.questions.withLock(\.self) }

    private init(_ answer: @escaping Answer) async throws {
        let handler = QuestionHandler(answer)
        self.handler = handler
        channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in channel.pipeline.addHandler(handler) }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    /// Runs one beside `body`.
    static func with(_ answer: @escaping Answer, _ body: (LoopbackDNS) async throws -> Void) async throws {
        let server = try await LoopbackDNS(answer)
        let result: Result<Void, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        try await server.channel.close()
        try result.get()
    }
}

private final class QuestionHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    let questions = Mutex(0)
    private let answer: LoopbackDNS.Answer

    init(_ answer: @escaping LoopbackDNS.Answer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let datagram = unwrapInboundIn(data)
        let query = Array(datagram.data.readableBytesView)
        guard let question = try? DNSMessage(headOf: query).question else { return }
        questions.withLock { $0 += 1 }
        let reply = ByteBuffer(bytes: answer(question).message(to: query))
        context.writeAndFlush(
            wrapOutboundOut(AddressedEnvelope(remoteAddress: datagram.remoteAddress, data: reply)),
            promise: nil
        )
    }
}
