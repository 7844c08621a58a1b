import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
package import Settings

/// A registry at an `http://` or `https://` address: asked at an interval, or held by a server that can.
package struct HTTPSource: PublishedSource {
    /// Without the query, which may hold what is not for logs.
    package let address: String
    private let url: String
    private let settings: HTTPSettings
    /// The largest answer that is read, in bytes after decompression.
    private let limit: Int

    package init(_ url: String, _ settings: HTTPSettings, limit: Int = 64 << 20) {
        self.url = url
        address = String(url.prefix { $0 != "?" })
        self.settings = settings
        self.limit = limit
    }

    package func run(_ reader: PublishedReader) async {
        guard let client = await client(reader) else { return }
        let credentials = Credentials(settings.access)
        var polling = HTTPPolling(interval: settings.interval, timeout: settings.timeout, wait: settings.wait)
        while !Task.isCancelled {
            let begun = ContinuousClock.now
            var fault: HTTPFault?
            var isGood = false
            do throws(HTTPFault) {
                switch polling.judge(try await fetch(polling.next, by: client, credentials)) {
                case .text(let text): isGood = reader.take(text)
                case .unchanged:
                    reader.confirm()
                    isGood = true
                case .fault(let reason): fault = reason
                }
            } catch {
                fault = error
            }
            if Task.isCancelled { break }
            if let fault { reader.fail(RegistryFault(fault, address: address)) }
            if isGood {
                try? await Task.sleep(until: begun.advanced(by: polling.accepted()))
            } else {
                try? await Task.sleep(for: polling.failed())
            }
        }
        try? await client.shutdown()
    }

    /// What speaks HTTP; tried again until its certificates can be read, nil when cancelled.
    private func client(_ reader: PublishedReader) async -> HTTPClient? {
        var configuration = HTTPClient.Configuration.registry
        // The client asks for gzip then.
        configuration.decompression = .enabled(limit: .size(limit))
        var retries = RetrySchedule(base: .seconds(1), limit: .seconds(30))
        while !Task.isCancelled {
            do throws(TransportFault) {
                if url.hasPrefix("https:") {
                    _ = try configuration.speakTLS(settings.access.tls, to: hostAndPort.host)
                }
                return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
            } catch {
                var fault = RegistryFault(HTTPFault.transport(error), address: address)
                fault.needsMending = true
                reader.fail(fault)
                try? await Task.sleep(for: retries.failed())
            }
        }
        return nil
    }

    /// The parts of `url` between the scheme and the path.
    private var hostAndPort: (host: String, port: Substring) {
        let authority = url.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            let host = authority[authority.index(after: authority.startIndex)..<end]
            return (String(host), authority[authority.index(after: end)...])
        }
        let host = authority.prefix { $0 != ":" }
        return (String(host), authority.dropFirst(host.count))
    }

    /// The address as it is asked for: with the name that the certificate must have for a host.
    private var target: String {
        guard let server = settings.access.tls.serverName, server != hostAndPort.host else { return url }
        let path = url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }
        return "https://\(server)\(hostAndPort.port)\(path)"
    }

    private func fetch(
        _ asked: HTTPPolling.Request,
        by client: HTTPClient,
        _ credentials: Credentials,
    ) async throws(HTTPFault) -> HTTPPolling.Answer {
        let carried = try credentials.current(orThrow: HTTPFault.credentials)
        let answer = try await exchange(asked, by: client, carried)
        guard answer.status == 401 || answer.status == 403 else { return answer }
        // The token may have been replaced a moment ago.
        let fresh = try credentials.current(isRefused: true, orThrow: HTTPFault.credentials)
        return fresh == carried ? answer : try await exchange(asked, by: client, fresh)
    }

    private func exchange(
        _ asked: HTTPPolling.Request,
        by client: HTTPClient,
        _ carried: Credentials.Current,
    ) async throws(HTTPFault) -> HTTPPolling.Answer {
        var request = HTTPClientRequest(url: target)
        request.headers.add(name: "User-Agent", value: "headgate")
        request.headers.add(name: "Accept", value: "application/json, application/yaml;q=0.9, */*;q=0.1")
        if let token = carried.token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let user = carried.user { request.setBasicAuth(username: user, password: carried.password ?? "") }
        for (name, value) in settings.headers { request.headers.replaceOrAdd(name: name, value: value.text) }
        for (name, value) in asked.headers { request.headers.replaceOrAdd(name: name, value: value) }
        do {
            return try await client.exchange(request, within: asked.timeout) { try await answer($0) }
        } catch {
            throw .transport(TransportFault(error))
        }
    }

    private func answer(_ response: HTTPClientResponse) async throws -> HTTPPolling.Answer {
        func header(_ name: String) -> String? { response.headers.first(name: name) }
        var answer = HTTPPolling.Answer(
            status: Int(response.status.code),
            etag: header("ETag"),
            lastModified: header("Last-Modified"),
            applied: header("Preference-Applied"),
            retryAfter: header("Retry-After").flatMap { Int($0) },
            location: header("Location")
        )
        answer.body = try await response.status == .ok ? response.bytes(upTo: limit) : response.beginning()
        return answer
    }
}
