import NIOCore
package import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on loopback that answers as a test says, also as no server should.
package final class CannedServer: Sendable {
    /// What was asked.
    package struct Request: Sendable {
        package var target: String
        package var headers: HTTPHeaders

        /// A header's value; nil if it was not sent.
        package subscript(name: String) -> String? { headers.first(name: name) }
    }

    /// What is sent back.
    package enum Reply: Sendable {
        case whole(status: Int = 200, headers: [String: String] = [:], String)
        /// A body in gzip.
        case gzipped([UInt8])
        /// These bytes as they are, then the end.
        case raw(String)
        /// These bytes, each after a pause.
        case dripping(String, every: Duration)
        /// Nothing, until the client has gone.
        case silence
    }

    package typealias Answer = @Sendable (Request) async -> Reply

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>

    package let port: Int
    private let state: Mutex<(answer: Answer, requests: [Request])>

    private init(port: Int, _ answer: @escaping Answer) {
        self.port = port
        state = Mutex((answer, []))
    }

    package var url: String { "http://127.0.0.1:\(port)" }
    /// All requests so far, in order.
    package var requests: [Request] { state.withLock(\.requests) }

    /// Answers in another way from now on.
    package func answer(_ answer: @escaping Answer) { state.withLock { $0.answer = answer } }

    /// Answers with this text from now on.
    package func say(_ text: String) { answer { _ in .whole(text) } }

    /// Runs a server beside `body`.
    package static func with<Result: Sendable>(
        _ answer: @escaping Answer = { _ in .whole("services: {}") },
        _ body: @escaping @Sendable (CannedServer) async throws -> Result,
    ) async throws -> Result {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: LoopbackPorts.free(1)[0]) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let server = CannedServer(port: listener.channel.localAddress?.port ?? 0, answer)
        return try await withThrowingTaskGroup { group in
            group.addTask { () -> Result? in
                try await listener.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections { group.addTask { await server.serve(connection) } }
                    }
                }
                return nil
            }
            group.addTask { try await body(server) }
            defer { group.cancelAll() }
            while let finished = try await group.next() {
                if let finished { return finished }
            }
            throw CancellationError()
        }
    }

    private func serve(_ connection: Connection) async {
        try? await connection.executeThenClose { inbound, outbound in
            var request: HTTPRequestHead?
            for try await part in inbound {
                switch part {
                case .head(let head): request = head
                case .body: break
                case .end:
                    guard let request, try await answer(request, outbound) else { return }
                }
            }
        }
    }

    /// Answers one request; false ends the connection.
    private func answer(
        _ head: HTTPRequestHead,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
    ) async throws -> Bool {
        let request = Request(target: head.uri, headers: head.headers)
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answer
        }
        switch await answer(request) {
        case .whole(let status, let headers, let body):
            let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
            let length = status == 304 ? "" : "Content-Length: \(body.utf8.count)\r\n"
            try await outbound.write(ByteBuffer(string: "HTTP/1.1 \(status) X\r\n\(lines)\(length)\r\n\(body)"))
            return true
        case .gzipped(let body):
            let head = "HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n"
            try await outbound.write(ByteBuffer(bytes: Array(head.utf8) + body))
            return true
        case .raw(let text):
            try await outbound.write(ByteBuffer(string: text))
            return false
        case .dripping(let text, let pause):
            for byte in text.utf8 {
                try await outbound.write(ByteBuffer(bytes: [byte]))
                try await Task.sleep(for: pause)
            }
            return false
        case .silence:
            try await Task.sleep(for: .seconds(600))
            return false
        }
    }
}
