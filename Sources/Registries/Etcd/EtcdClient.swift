import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
package import Settings
import Synchronization
internal import Wire

/// Speaks to etcd's JSON gateway (etcd: "gRPC gateway", `/v3` since 3.4).
///
/// Certificates are read when it is made; a password whenever its file changes. An answer is read whole or is a fault.
package final class EtcdClient: EtcdTransport {
    /// The largest answer or line of a stream that is read, in bytes.
    static let largestAnswer = 64 << 20
    /// So many keys come with one answer; more are asked for in pages of one revision.
    static let page = 20_000
    /// For an answer. Without a quorum a member says so after seven seconds.
    static let timeout = Duration.seconds(10)

    /// An endpoint's client and the beginning of its addresses. Each has a client of its own, since each may have to be found
    /// under the one name that their certificates have.
    private let members: [(client: HTTPClient, base: String)]
    private let settings: EtcdSettings
    private let credentials: Credentials
    /// Empty: the cluster asks for none.
    private let token = Mutex<String?>(nil)

    package var endpointCount: Int { members.count }

    /// - Throws: `tls` for certificates that cannot be read.
    package init(_ address: EtcdAddress, _ settings: EtcdSettings) throws(EtcdFault) {
        self.settings = settings
        var configuration = HTTPClient.Configuration.registry
        configuration.timeout.connect = .seconds(3)
        configuration.connectionPool.idleTimeout = .minutes(1)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        // Clients are made when nothing can fail any more, since each has to be shut down.
        var prepared: [(configuration: HTTPClient.Configuration, base: String)] = []
        for endpoint in address.endpoints {
            var (own, shown) = (configuration, endpoint)
            do throws(TransportFault) {
                if address.isTLS { shown.host = try own.speakTLS(settings.access.tls, to: endpoint.host) }
            } catch {
                throw .transport(error)
            }
            prepared.append((own, "http\(address.isTLS ? "s" : "")://\(shown)"))
        }
        members = prepared.map { configuration, base in
            (HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration), base)
        }
        credentials = Credentials(settings.access)
    }

    package func close() async {
        for member in members { try? await member.client.shutdown() }
    }

    package func list(_ range: KeyRange, from endpoint: Int) async throws(EtcdFault) -> EtcdListing {
        var listing: EtcdListing?
        repeat {
            let body = EtcdRequest.list(range, after: listing, limit: Self.page)
            let page = try Self.decoded(try await ask("/v3/kv/range", body, endpoint), EtcdDecoder.listing)
            if listing == nil {
                listing = page
            } else {
                listing?.entries += page.entries
                listing?.isPartial = page.isPartial
            }
            if page.entries.isEmpty { break }
        } while listing?.isPartial ?? false
        return listing ?? EtcdListing(header: EtcdHeader(), entries: [])
    }

    package func watch(
        _ starts: [EtcdWatch.Start],
        from endpoint: Int,
        receive: @escaping @Sendable (Result<EtcdWatchMessage, EtcdFault>) -> Void,
    ) async throws(EtcdFault) {
        var request = try await request("/v3/watch", EtcdRequest.watch(starts), endpoint)
        // Without it a member that has lost its leader says nothing at all (measured with 3.4 and 3.5).
        request.headers.add(name: "Grpc-Metadata-hasleader", value: "true")
        // Go's server answers while it still reads, and on a connection that it is to keep it throws away then what it has not
        // read: all but the first few watches (net/http, `chunkWriter.writeHeader`).
        request.headers.add(name: "Connection", value: "close")
        let sent = request
        do {
            let response = try await members[endpoint].client.execute(sent, deadline: .distantFuture)
            guard response.status == .ok else {
                throw EtcdFault.of(status: Int(response.status.code), body: try await response.beginning())
            }
            var lines = LineBuffer(limit: Self.largestAnswer)
            for try await part in response.body {
                guard let whole = lines.append(part.readableBytesView) else { throw TransportFault.tooLarge }
                for line in whole { receive(try EtcdDecoder.message(line)) }
            }
        } catch {
            throw EtcdFault(error)
        }
    }

    // MARK: - Requests

    /// Asks with the token there is; with a new one if that one is not known any more.
    private func ask(_ path: String, _ body: [UInt8], _ endpoint: Int) async throws(EtcdFault) -> [UInt8] {
        do throws(EtcdFault) {
            return try await exchange(request(path, body, endpoint), endpoint)
        } catch {
            // Also where the cluster asked for none so far.
            let isWithoutToken = token.withLock { $0?.isEmpty ?? false }
            switch error {
            case .expired where settings.access.user != nil, .unauthenticated where isWithoutToken: break
            default: throw error
            }
            token.withLock { $0 = nil }
            return try await exchange(request(path, body, endpoint), endpoint)
        }
    }

    private func request(_ path: String, _ body: [UInt8], _ endpoint: Int) async throws(EtcdFault) -> HTTPClientRequest
    {
        var request = Self.post(members[endpoint].base + path, body)
        if let token = try await token(endpoint) { request.headers.add(name: "Authorization", value: token) }
        return request
    }

    private static func post(_ url: String, _ body: [UInt8]) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "User-Agent", value: "headgate")
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    private func exchange(_ request: HTTPClientRequest, _ endpoint: Int) async throws(EtcdFault) -> [UInt8] {
        do {
            return try await members[endpoint].client.exchange(request, within: Self.timeout) { response in
                let body = try await response.bytes(upTo: Self.largestAnswer)
                guard response.status == .ok else { throw EtcdFault.of(status: Int(response.status.code), body: body) }
                return body
            }
        } catch {
            throw EtcdFault(error)
        }
    }

    private static func decoded<Answer>(
        _ body: [UInt8],
        _ decode: ([UInt8]) throws(JSONFault) -> Answer,
    ) throws(EtcdFault) -> Answer {
        do throws(JSONFault) {
            return try decode(body)
        } catch {
            throw .malformed("\(error)")
        }
    }

    // MARK: - Tokens

    /// What requests carry; nil where no user is configured, or the cluster asks for none.
    private func token(_ endpoint: Int) async throws(EtcdFault) -> String? {
        guard let user = settings.access.user else { return nil }
        if let token = token.withLock(\.self) { return token.isEmpty ? nil : token }
        let password = try credentials.current(orThrow: EtcdFault.credentials).password ?? ""
        var fresh = ""
        do throws(EtcdFault) {
            let request = Self.post(
                "\(members[endpoint].base)/v3/auth/authenticate",
                EtcdRequest.authenticate(user, password)
            )
            fresh = try Self.decoded(try await exchange(request, endpoint), EtcdDecoder.token)
        } catch {
            // A cluster whose authentication is off knows no tokens.
            guard case .status(_, let text) = error, text.contains("authentication is not enabled") else { throw error }
        }
        token.withLock { [fresh] in $0 = fresh }
        return fresh.isEmpty ? nil : fresh
    }
}

extension EtcdFault {
    /// What went wrong on the way, in our words.
    fileprivate init(_ error: any Error) {
        switch error {
        case let fault as EtcdFault: self = fault
        case let fault as JSONFault: self = .malformed("\(fault)")
        default: self = .transport(TransportFault(error))
        }
    }
}
