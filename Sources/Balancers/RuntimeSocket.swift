import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A command socket of the machine: a unix socket, one connection for each command.
package struct RuntimeSocket: CommandSocket {
    package let path: String
    /// The longest answer that is kept, in bytes.
    package var limit: Int

    package init(path: String, limit: Int = 8 << 20) {
        self.path = path
        self.limit = limit
    }

    package func ask(_ command: String, within time: Duration) async throws(SocketFault) -> String {
        let answer = await withTaskGroup(of: Result<String, SocketFault>.self) { group in
            group.addTask { await exchange(command, within: time) }
            group.addTask {
                try? await Task.sleep(for: time)
                return .failure(.timedOut(path: path, time))
            }
            // Never nil: there are two tasks.
            let first = await group.next() ?? .failure(.timedOut(path: path, time))
            group.cancelAll()
            return first
        }
        return try answer.get()
    }

    private func exchange(_ command: String, within time: Duration) async -> Result<String, SocketFault> {
        do {
            let (channel, answer) = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.nanoseconds(Int64(time / .nanoseconds(1))))
                .connect(unixDomainSocketPath: path) { [limit] channel in
                    channel.eventLoop.makeCompletedFuture {
                        let answer = channel.eventLoop.makePromise(of: ByteBuffer.self)
                        try channel.pipeline.syncOperations.addHandler(AnswerCollector(answer, limit: limit))
                        return (channel, answer.futureResult)
                    }
                }
            let bytes = try await withTaskCancellationHandler {
                // The master CLI keeps a connection open until the client has closed its side.
                channel.writeAndFlush(ByteBuffer(string: "\(command)\n")).whenComplete { _ in
                    channel.close(mode: .output, promise: nil)
                }
                return try await answer.get()
            } onCancel: {
                channel.close(promise: nil)
            }
            return .success(String(buffer: bytes))
        } catch is AnswerCollector.TooLong {
            return .failure(.tooLong(path: path, limit: limit))
        } catch let error as IOError {
            switch error.errnoCode {
            case ENOENT, ENOTDIR: return .failure(.absent(path: path))
            case ECONNREFUSED: return .failure(.refused(path: path))
            case EACCES, EPERM: return .failure(.denied(path: path))
            default: return .failure(.broken(path: path, "\(error)"))
            }
        } catch {
            return .failure(.broken(path: path, "\(error)"))
        }
    }
}

/// Gathers what comes until the other side closes.
private final class AnswerCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    struct TooLong: Error {}

    private let answer: EventLoopPromise<ByteBuffer>
    private let limit: Int
    private var bytes = ByteBuffer()

    init(_ answer: EventLoopPromise<ByteBuffer>, limit: Int) {
        self.answer = answer
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.writeImmutableBuffer(unwrapInboundIn(data))
        guard bytes.readableBytes > limit else { return }
        answer.fail(TooLong())
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { answer.succeed(bytes) }

    /// Also of a channel that was never connected.
    func handlerRemoved(context: ChannelHandlerContext) { answer.fail(ChannelError.ioOnClosedChannel) }
}
