import NIOCore
import NIOPosix
internal import Settings
import SystemPackage

/// Carries questions over the network, each from a port of its own, which nobody else can know (RFC 5452 section 9.2).
struct DNSNetwork: DNSTransport {
    /// The largest message (RFC 1035 section 4.2.2).
    private static let largest = 65_535

    func exchange(
        _ query: [UInt8],
        with server: HostPort,
        overTCP: Bool,
        timeout: Duration,
        accepts: @escaping @Sendable ([UInt8]) -> Bool,
    ) async throws(DNSFault) -> [UInt8] {
        do {
            return try await withThrowingTaskGroup { race in
                race.addTask {
                    let address = try SocketAddress(ipAddress: server.host, port: server.port)
                    return overTCP
                        ? try await Self.overTCP(query, address, accepts)
                        : try await Self.overUDP(query, address, accepts)
                }
                race.addTask {
                    try await Task.sleep(for: timeout)
                    throw DNSFault.timedOut(server)
                }
                defer { race.cancelAll() }
                guard let answer = try await race.next() ?? nil else {
                    throw DNSFault.unreachable(server, "it closed the connection")
                }
                return answer
            }
        } catch let fault as DNSFault {
            throw fault
        } catch {
            throw .unreachable(server, Self.reason(error))
        }
    }

    private static func overUDP(
        _ query: [UInt8],
        _ server: SocketAddress,
        _ accepts: @Sendable ([UInt8]) -> Bool,
    ) async throws -> [UInt8]? {
        typealias Datagram = AddressedEnvelope<ByteBuffer>
        // Connected: the kernel lets nobody else's datagrams through.
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(to: server) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<Datagram, Datagram>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(Datagram(remoteAddress: server, data: ByteBuffer(bytes: query)))
            for try await datagram in inbound {
                let bytes = Array(datagram.data.readableBytesView)
                if accepts(bytes) { return bytes }
            }
            return nil
        }
    }

    private static func overTCP(
        _ query: [UInt8],
        _ server: SocketAddress,
        _ accepts: @Sendable ([UInt8]) -> Bool,
    ) async throws -> [UInt8]? {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(to: server) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var sent = ByteBuffer(integer: UInt16(query.count))
            sent.writeBytes(query)
            try await outbound.write(sent)
            var received = ByteBuffer()
            for try await part in inbound {
                received.writeImmutableBuffer(part)
                while let message = received.readLengthPrefixedSlice(as: UInt16.self) {
                    let bytes = Array(message.readableBytesView)
                    if accepts(bytes) { return bytes }
                }
                guard received.readableBytes <= largest + 2 else { return nil }
            }
            return nil
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: "\(Errno(rawValue: error.errnoCode))"
        case let error as NIOConnectionError: error.connectionErrors.first.map { reason($0.error) } ?? "\(error)"
        default: "\(error)"
        }
    }
}
