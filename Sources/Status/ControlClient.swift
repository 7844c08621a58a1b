package import Controller
import Diagnostics
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks a running headgate over its control socket.
package struct ControlClient: Sendable {
    /// Why there is no answer.
    package enum Fault: Error, Hashable {
        /// Nobody listens there: headgate is not running with this state directory.
        case notRunning(path: String)
        /// Somebody listens, but the answer is not what this version understands.
        case unexpected(String)
    }

    private let path: String
    private let timeout: Duration

    /// A client of the socket `path` that gives up after `timeout`.
    package init(path: String, timeout: Duration = .seconds(5)) {
        self.path = path
        self.timeout = timeout
    }

    package func status() async throws(Fault) -> StatusReport {
        try await ask(.GET, "/v1/status")
    }

    /// Lets go of what guards hold, of one target or all, of one question or all.
    package func release(target: String?, query: String?) async throws(Fault) -> ReleaseReport {
        let parameters = [("target", target), ("query", query)].compactMap { name, value in
            value.map { "\(name)=\(Self.encoded($0))" }
        }
        let suffix = parameters.isEmpty ? "" : "?\(parameters.joined(separator: "&"))"
        return try await ask(.POST, "/v1/release\(suffix)")
    }

    /// Puts an old revision of a target in force.
    package func rollBack(target: String, to number: Int) async throws(Fault) -> RollbackReport {
        try await ask(.POST, "/v1/rollback?target=\(Self.encoded(target))&revision=\(number)")
    }

    private func ask<Answer: Decodable>(_ method: HTTPMethod, _ target: String) async throws(Fault) -> Answer {
        let body = try await send(method, target)
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(body))
        } catch {
            throw .unexpected("the answer is not understood: \(error)")
        }
    }

    /// `text` as the value of a URL's parameter.
    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = UnicodeScalar(byte)
            if scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) { return "\(scalar)" }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    private func send(_ method: HTTPMethod, _ target: String) async throws(Fault) -> [UInt8] {
        let channel: NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
        do {
            channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.nanoseconds(Int64(timeout.seconds * 1e9)))
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw .notRunning(path: path)
        }
        do {
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask { try await Self.exchange(method, target, over: channel) }
                group.addTask { [timeout] in
                    try await Task.sleep(for: timeout)
                    throw Fault.unexpected("no answer within \(timeout.readable)")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? []
            }
        } catch let fault as Fault {
            throw fault
        } catch {
            throw .unexpected("\(error)")
        }
    }

    private static func exchange(
        _ method: HTTPMethod,
        _ target: String,
        over channel: NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>,
    ) async throws -> [UInt8] {
        try await channel.executeThenClose { inbound, outbound in
            var headers: HTTPHeaders = ["host": "headgate", "connection": "close"]
            if method == .POST { headers.add(name: "content-length", value: "0") }
            // In one write: to the server the head is all of it, and it may have answered and closed before the end is written.
            try await outbound.write(
                contentsOf: [
                    .head(HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: headers)), .end(nil),
                ]
            )
            var body: [UInt8] = []
            for try await part in inbound {
                switch part {
                case .head(let head):
                    guard head.status == .ok else { throw Fault.unexpected("it answered \(head.status)") }
                case .body(let bytes):
                    body.append(contentsOf: bytes.readableBytesView)
                case .end:
                    return body
                }
            }
            throw Fault.unexpected("the answer ended too early")
        }
    }
}
