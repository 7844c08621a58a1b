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
        // The client's own deadline ends with the head, and an answer may drip.
        try await withThrowingTaskGroup { race in
            race.addTask { try await read(self.execute(request, deadline: .distantFuture)) }
            race.addTask {
                try await ContinuousClock().sleep(for: timeout)
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
