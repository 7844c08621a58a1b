import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Settings

extension HTTPClient.Configuration {
    /// How registries are asked: a fault is told at once, and tried again by our own schedule.
    static var registry: Self {
        var configuration = Self()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.idleTimeout = .minutes(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    /// Keeps as little as may be for each connection, for who has a thousand of them with small answers: one buffer to read into
    /// as large as these, in place of four as large as the largest (30 kB, measured with ten instances a service).
    mutating func keepBuffersSmall() {
        http1_1ConnectionDebugInitializer = { channel in
            channel.setOption(.maxMessagesPerRead, value: 1).flatMap {
                channel.setOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 4 << 10, maximum: 8 << 10)
                )
            }
        }
    }

    /// Speaks TLS to `host`, and returns the name that it is asked by: the one that its certificate must have.
    mutating func speakTLS(_ tls: TLSSettings, to host: String) throws(TransportFault) -> String {
        tlsConfiguration = try .client(tls)
        guard let server = tls.serverName, server != host else { return host }
        dnsOverride = [server: host]
        return server
    }
}

extension HTTPClient {
    /// Sends a request, and returns what `read` makes of the answer. Throws `timedOut` when that is not there in time.
    func exchange<Answer: Sendable>(
        _ request: HTTPClientRequest,
        within timeout: Duration,
        _ read: @escaping @Sendable (HTTPClientResponse) async throws -> Answer,
    ) async throws -> Answer {
        let end = ContinuousClock.now + timeout
        let response = try await execute(request, deadline: .now() + TimeAmount(timeout))
        // That deadline ends with the head, and the body may drip. A query that is blocked has no head yet: so that thousands
        // of them wait with one task each, the race begins only here.
        return try await withThrowingTaskGroup { race in
            race.addTask { try await read(response) }
            race.addTask {
                try await ContinuousClock().sleep(until: end)
                throw TransportFault.timedOut
            }
            defer { race.cancelAll() }
            guard let answer = try await race.next() else { throw TransportFault.cancelled }
            return answer
        }
    }
}

extension HTTPClientResponse {
    /// The whole body. Throws `tooLarge` for more than `limit` bytes.
    func bytes(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        if let text = headers.first(name: "Content-Length"), let length = Int(text) {
            guard length <= limit else { throw TransportFault.tooLarge }
            bytes.reserveCapacity(length)
        }
        for try await part in body {
            guard bytes.count + part.readableBytes <= limit else { throw TransportFault.tooLarge }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    /// The first kilobyte of the body, which is enough of what is no answer.
    func beginning() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in body {
            bytes.append(contentsOf: part.readableBytesView.prefix(1024 - bytes.count))
            if bytes.count == 1024 { break }
        }
        return bytes
    }
}
