import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

extension LyingProxy {
    typealias Outbound = NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Serves one connection until one side closes it.
    func serve(_ connection: NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>) async {
        let channel = connection.channel
        state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = channel
            state.counts.allConnections += 1
            state.counts.connections += 1
            state.counts.mostConnections = max(state.counts.mostConnections, state.counts.connections)
        }
        defer {
            state.withLock { state in
                state.channels[ObjectIdentifier(channel)] = nil
                state.counts.connections -= 1
            }
        }
        let (closed, continuation) = AsyncStream.makeStream(of: Never.self)
        channel.closeFuture.whenComplete { _ in continuation.finish() }
        await withTaskGroup { group in
            group.addTask {
                try? await connection.executeThenClose { inbound, outbound in
                    if case .hangUp = self.lie(about: "/") { return }
                    var request: HTTPRequestHead?
                    var body = ByteBuffer()
                    for try await part in inbound {
                        switch part {
                        case .head(let head): (request, body) = (head, ByteBuffer())
                        case .body(var part): body.writeBuffer(&part)
                        case .end:
                            guard let request, try await self.answer(request, body, outbound), request.isKeepAlive
                            else { return }
                        }
                    }
                }
            }
            // What headgate gives up, the proxy gives up too: a blocked query upstream would count there.
            group.addTask { for await _ in closed {} }
            await group.next()
            group.cancelAll()
        }
    }

    /// Answers one request; false closes the connection.
    private func answer(_ request: HTTPRequestHead, _ body: ByteBuffer, _ outbound: Outbound) async throws -> Bool {
        let target = request.uri
        state.withLock { state in
            state.targets[target, default: 0] += 1
            state.counts.allRequests += 1
            state.counts.requests += 1
            state.counts.mostRequests = max(state.counts.mostRequests, state.counts.requests)
        }
        defer { state.withLock { $0.counts.requests -= 1 } }
        if let goesOn = try await answerAlone(lie(about: target), outbound) { return goesOn }
        var answer = try await askUpstream(request, body)
        // Consul may have been blocked for long: what counts is what is to be said now.
        let lie = lie(about: target)
        if let goesOn = try await answerAlone(lie, outbound) { return goesOn }
        switch lie {
        case .header(let name, let value): answer.headers.replaceOrAdd(name: name, value: value)
        case .body(let text):
            answer.headers.remove(name: "Content-Encoding")
            answer.body = Array(text.utf8)
        default: break
        }
        try await outbound.write(ByteBuffer(string: answer.head(length: answer.body.count)))
        switch lie {
        case .cut(let count):
            try await outbound.write(ByteBuffer(bytes: answer.body.prefix(count)))
            return false
        case .drip(let pause):
            for byte in answer.body {
                try await outbound.write(ByteBuffer(bytes: [byte]))
                try await Task.sleep(for: pause)
            }
        default:
            try await outbound.write(ByteBuffer(bytes: answer.body))
        }
        return true
    }

    /// Tells a lie for which Consul need not be asked; nil if it must.
    private func answerAlone(_ lie: Lie?, _ outbound: Outbound) async throws -> Bool? {
        switch lie {
        case .hangUp: return false
        case .silence:
            // Ended when the connection or the test is.
            try await Task.sleep(for: .seconds(3_600))
            return false
        case .answer(let status, let headers, let body):
            let answer = ProxiedAnswer(
                status: HTTPResponseStatus(statusCode: status),
                headers: HTTPHeaders(headers.map { ($0.key, $0.value) }),
                body: Array(body.utf8)
            )
            try await outbound.write(ByteBuffer(string: answer.head(length: answer.body.count) + body))
            return true
        case .huge(let count):
            let answer = ProxiedAnswer(status: .ok, headers: ["X-Consul-Index": "7"], body: [])
            try await outbound.write(ByteBuffer(string: answer.head(length: count) + "["))
            let chunk = ByteBuffer(repeating: UInt8(ascii: " "), count: 65_536)
            var left = count - 1
            while left > 0 {
                try await outbound.write(chunk.getSlice(at: 0, length: min(left, chunk.readableBytes)) ?? chunk)
                left -= chunk.readableBytes
            }
            return true
        case .cut, .drip, .header, .body, nil: return nil
        }
    }

    private func askUpstream(_ head: HTTPRequestHead, _ body: ByteBuffer) async throws -> ProxiedAnswer {
        var request = HTTPClientRequest(url: upstream + head.uri)
        request.method = head.method
        if body.readableBytes > 0 { request.body = .bytes(body) }
        for (name, value) in head.headers where !["connection", "host", "content-length"].contains(name.lowercased()) {
            request.headers.add(name: name, value: value)
        }
        let response = try await client.execute(request, timeout: .minutes(15))
        let body = try await response.body.collect(upTo: 64 << 20)
        return ProxiedAnswer(status: response.status, headers: response.headers, body: Array(body.readableBytesView))
    }
}
