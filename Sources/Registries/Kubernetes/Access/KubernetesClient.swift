internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOPosix
internal import NIOSSL
internal import Wire

/// Speaks HTTP to an API server, with what the access said when it was made; only a token in a file is read for each request.
struct KubernetesClient: Sendable {
    /// The largest answer that is read, in bytes after decompression; a list comes in pages of 500 objects.
    static let largestAnswer = 256 << 20
    /// The longest line of a watch, in bytes: etcd takes objects up to 1.5 MiB.
    static let longestLine = 8 << 20

    private let access: KubernetesAccess
    private let client: HTTPClient
    private let base: String
    private let timing: WatchCycle.Timing

    init(_ access: KubernetesAccess, _ timing: WatchCycle.Timing) throws(KubernetesFault) {
        self.access = access
        self.timing = timing
        var configuration = HTTPClient.Configuration.registry
        configuration.timeout.read = .nanoseconds(Int64(timing.silence / .nanoseconds(1)))
        configuration.tlsConfiguration = try access.tlsConfiguration()
        var base = access.server
        let host = base.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" && $0 != ":" }
        if let name = access.tls.serverName, !name.isEmpty, !host.hasPrefix("[") {
            configuration.dnsOverride = [name: String(host)]
            base.replaceSubrange(host.startIndex..<host.endIndex, with: name)
        }
        self.base = base
        // The client asks for gzip then, which on this machine would cost more than it saves.
        if !AddressSyntax.isLocal(String(host)) {
            configuration.decompression = .enabled(limit: .size(Self.largestAnswer))
        }
        client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    func close() async { try? await client.shutdown() }

    /// Reads a whole answer.
    func list(_ target: String) async throws(KubernetesFault) -> [UInt8] {
        do {
            return try await client.exchange(request(target), within: timing.answer) { response in
                try await Self.checked(response).bytes(upTo: Self.largestAnswer)
            }
        } catch {
            throw KubernetesFault(error)
        }
    }

    /// Hands on the lines of a stream as they come, those together that came together, until it ends.
    ///
    /// - Parameter take: Is given none when the answer begins. Gives false where there is no use in going on.
    func watch(
        _ target: String,
        _ take: ([[UInt8]]) throws(KubernetesFault) -> Bool,
    ) async throws(KubernetesFault) -> WatchCycle.End {
        do {
            let deadline = NIODeadline.now() + .nanoseconds(Int64(timing.answer / .nanoseconds(1)))
            let response = try await Self.checked(client.execute(request(target), deadline: deadline))
            _ = try take([])
            var lines = LineBuffer(limit: Self.longestLine)
            do {
                for try await part in response.body {
                    guard let whole = lines.append(part.readableBytesView) else { throw TransportFault.tooLarge }
                    guard try take(whole) else { return .silent }
                }
            } catch let fault as KubernetesFault {
                throw fault
            } catch {
                switch TransportFault(error) {
                case .timedOut: return .silent
                case .cancelled: throw error
                // What has begun and is not whole did not come.
                default: return .cut
                }
            }
            return lines.isWithinLine ? .cut : .clean
        } catch {
            throw KubernetesFault(error)
        }
    }

    private func request(_ target: String) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + target)
        request.headers.add(name: "User-Agent", value: "headgate")
        request.headers.add(name: "Accept", value: "application/json")
        if let token = try access.currentToken() {
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        return request
    }

    /// The answer, if it is one.
    private static func checked(_ response: HTTPClientResponse) async throws -> HTTPClientResponse {
        guard response.status != .ok else { return response }
        throw KubernetesFault.of(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "Retry-After").flatMap { Int($0) },
            body: try await response.bytes(upTo: 1 << 20)
        )
    }
}
