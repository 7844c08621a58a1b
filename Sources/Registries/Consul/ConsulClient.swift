import AsyncHTTPClient
internal import Diagnostics
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
package import Settings

/// Speaks HTTP to a Consul agent.
///
/// Certificates are read when it is made; tokens whenever their file changes. An answer is read whole or is a fault. What
/// waits and what does not have connections of their own: a blocking query must not take the last one that the agent gives.
package struct ConsulClient: ConsulTransport {
    /// The largest answer that is read, in bytes after decompression: 100 000 instances of one service.
    package static let largestAnswer = 64 << 20

    private let waiting: HTTPClient
    private let prompt: HTTPClient
    private let base: String
    private let credentials: Credentials
    private let isSocket: Bool

    /// - Throws: `tls` for certificates that cannot be read.
    package init(_ address: ConsulAddress, _ settings: ConsulSettings) throws(ConsulFault) {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.idleTimeout = .minutes(5)
        // A fault is told at once, and tried again by our own schedule.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Each connection keeps what it reads into, and there may be a thousand: one buffer as large as the answers are, in
        // place of four as large as the largest (30 kB a connection, measured with ten instances a service).
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.setOption(.maxMessagesPerRead, value: 1).flatMap {
                channel.setOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 4 << 10, maximum: 8 << 10)
                )
            }
        }
        switch address {
        case .socket(let path):
            base = "http+unix://\(Self.percentEncoded(path))"
            isSocket = true
        case .host(let host, let port, let tls):
            var name = host
            if tls {
                do throws(TransportFault) {
                    configuration.tlsConfiguration = try .client(settings.tls)
                } catch {
                    throw ConsulFault(error)
                }
                if let server = settings.tls.serverName, server != host {
                    configuration.dnsOverride = [server: host]
                    name = server
                }
            }
            base = "http\(tls ? "s" : "")://\(name.contains(":") ? "[\(name)]" : name):\(port)"
            isSocket = false
            // The client asks for gzip then. On this machine it would cost more than it saves.
            if !AddressSyntax.isLocal(host) { configuration.decompression = .enabled(limit: .size(Self.largestAnswer)) }
        }
        credentials = Credentials(settings)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = ConnectionBudget.sweepers
        prompt = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        // The pool's default of eight would make all further watches wait in line.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.connections
        waiting = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    package func close() async {
        try? await waiting.shutdown()
        try? await prompt.shutdown()
    }

    package func fetch(_ transfer: ConsulTransfer) async throws(ConsulFault) -> ConsulAnswer {
        let carried = try credentials.current()
        let answer = try await exchange(transfer, carried)
        guard answer.status == 403 else { return answer }
        // The token may have been replaced a moment ago.
        let fresh = try credentials.current(isRefused: true)
        return fresh.generation == carried.generation ? answer : try await exchange(transfer, fresh)
    }

    private func exchange(
        _ transfer: ConsulTransfer,
        _ carried: Credentials.Current,
    ) async throws(ConsulFault) -> ConsulAnswer {
        var request = HTTPClientRequest(url: base + transfer.target)
        if let body = transfer.body {
            request.method = .POST
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        request.headers.add(name: "User-Agent", value: "headgate")
        // A socket's path gives the client no host, and Go's server refuses a request without one.
        if isSocket { request.headers.add(name: "Host", value: "localhost") }
        if let token = carried.token { request.headers.add(name: "X-Consul-Token", value: token) }
        if let user = carried.user { request.setBasicAuth(username: user, password: carried.password ?? "") }
        do {
            let end = ContinuousClock.now + transfer.timeout
            let response = try await (transfer.waits ? waiting : prompt)
                .execute(request, deadline: .now() + TimeAmount(transfer.timeout))
            var answer = ConsulAnswer(response.headers, status: Int(response.status.code), carried.generation)
            // That deadline ends with the head, and the body may drip. While a query is blocked there is no head: so that
            // thousands of them wait with one task each, the race begins only here.
            answer.body = try await withThrowingTaskGroup { race in
                race.addTask { try await Self.body(of: response) }
                race.addTask {
                    try await Task.sleep(until: end)
                    throw ConsulFault.timedOut
                }
                defer { race.cancelAll() }
                guard let body = try await race.next() else { throw ConsulFault.cancelled }
                return body
            }
            return answer
        } catch {
            throw error as? ConsulFault ?? ConsulFault(TransportFault(error))
        }
    }

    private static func body(of response: HTTPClientResponse) async throws -> [UInt8] {
        var body: [UInt8] = []
        if let text = response.headers.first(name: "Content-Length"), let length = Int(text) {
            guard length <= Self.largestAnswer else { throw ConsulFault.tooLarge }
            body.reserveCapacity(length)
        }
        for try await part in response.body {
            guard body.count + part.readableBytes <= Self.largestAnswer else { throw ConsulFault.tooLarge }
            body.append(contentsOf: part.readableBytesView)
        }
        return body
    }

    private static func percentEncoded(_ path: String) -> String {
        path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}

extension ConsulAnswer {
    fileprivate init(_ headers: HTTPHeaders, status: Int, _ generation: Int) {
        func header(_ name: String) -> String? { headers.first(name: name) }
        self.init(
            status: status,
            index: header("X-Consul-Index").flatMap { UInt64($0) },
            knowsLeader: header("X-Consul-KnownLeader").map { $0 == "true" },
            lastContact: header("X-Consul-LastContact").flatMap { Int64($0) }.map { .milliseconds($0) },
            isFiltered: header("X-Consul-Results-Filtered-By-ACLs") == "true",
            tokenGeneration: generation
        )
    }
}
