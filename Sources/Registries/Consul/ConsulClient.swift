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
        var configuration = HTTPClient.Configuration.registry
        switch address {
        case .socket(let path):
            base = "http+unix://\(encoded(path))"
            isSocket = true
        case .host(let host, let port, let tls):
            var name = host
            if tls {
                do throws(TransportFault) {
                    name = try configuration.speakTLS(settings.access.tls, to: host)
                } catch {
                    throw .transport(error)
                }
            }
            base = "http\(tls ? "s" : "")://\(HostPort(host: name, port: port))"
            isSocket = false
            // The client asks for gzip then. On this machine it would cost more than it saves.
            if !AddressSyntax.isLocal(host) { configuration.decompression = .enabled(limit: .size(Self.largestAnswer)) }
        }
        credentials = Credentials(settings.access)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = ConnectionBudget.sweepers
        prompt = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        // The pool's default of eight would make all further watches wait in line.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.connections
        configuration.keepBuffersSmall()
        waiting = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    package func close() async {
        try? await waiting.shutdown()
        try? await prompt.shutdown()
    }

    package func fetch(_ transfer: ConsulTransfer) async throws(ConsulFault) -> ConsulAnswer {
        let carried = try credentials.current(orThrow: ConsulFault.credentials)
        let answer = try await exchange(transfer, carried)
        guard answer.status == 403 else { return answer }
        // The token may have been replaced a moment ago.
        let fresh = try credentials.current(isRefused: true, orThrow: ConsulFault.credentials)
        return fresh == carried ? answer : try await exchange(transfer, fresh)
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
            return try await (transfer.waits ? waiting : prompt).exchange(request, within: transfer.timeout) {
                response in
                var answer = ConsulAnswer(response.headers, status: Int(response.status.code), carried.generation)
                answer.body = try await response.bytes(upTo: Self.largestAnswer)
                return answer
            }
        } catch {
            throw .transport(TransportFault(error))
        }
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
