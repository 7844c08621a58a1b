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
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.timeout.read = .nanoseconds(Int64(timing.silence / .nanoseconds(1)))
        configuration.tlsConfiguration = try access.tlsConfiguration()
        // A fault is told at once, and tried again by our own schedule.
        configuration.connectionPool.retryConnectionEstablishment = false
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
            let end = ContinuousClock.now + timing.answer
            let response = try await begin(target)
            var body: [UInt8] = []
            for try await part in response.body {
                guard body.count + part.readableBytes <= Self.largestAnswer else { throw KubernetesFault.tooLarge }
                body.append(contentsOf: part.readableBytesView)
                // An answer may drip.
                guard ContinuousClock.now < end else { throw KubernetesFault.timedOut }
            }
            return body
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
            let response = try await begin(target)
            _ = try take([])
            var lines = LineBuffer(limit: Self.longestLine)
            do {
                for try await part in response.body {
                    guard let whole = lines.append(part.readableBytesView) else { throw KubernetesFault.tooLarge }
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

    /// Sends a request and reads the beginning of the answer; throws the fault if it is none.
    private func begin(_ target: String) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: base + target)
        request.headers.add(name: "User-Agent", value: "headgate")
        request.headers.add(name: "Accept", value: "application/json")
        if let token = try access.currentToken() {
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        let response = try await client.execute(
            request,
            deadline: .now() + .nanoseconds(Int64(timing.answer / .nanoseconds(1)))
        )
        guard response.status != .ok else { return response }
        let body = try await response.body.collect(upTo: 1 << 20)
        throw KubernetesFault.of(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "Retry-After").flatMap { Int($0) },
            body: Array(body.readableBytesView)
        )
    }
}
