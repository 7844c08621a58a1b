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
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.nanoseconds(Int64(time / .nanoseconds(1))))
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                            wrappingChannelSynchronously: channel,
                            configuration: .init(isOutboundHalfClosureEnabled: true)
                        )
                    }
                }
            return try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "\(command)\n"))
                // The master CLI keeps a connection open until the client has closed its side.
                outbound.finish()
                var answer = ByteBuffer()
                for try await part in inbound {
                    guard answer.readableBytes + part.readableBytes <= limit else {
                        return .failure(.tooLong(path: path, limit: limit))
                    }
                    answer.writeImmutableBuffer(part)
                }
                return .success(String(buffer: answer))
            }
        } catch let error as IOError {
            switch error.errnoCode {
            case ENOENT, ENOTDIR: return .failure(.absent(path: path))
            case ECONNREFUSED: return .failure(.refused(path: path))
            default: return .failure(.broken(path: path, "\(error)"))
            }
        } catch {
            return .failure(.broken(path: path, "\(error)"))
        }
    }
}
