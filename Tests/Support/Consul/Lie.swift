import NIOHTTP1

/// What `LyingProxy` does to an answer.
package enum Lie: Sendable {
    /// The head promises the whole answer; the connection is closed after so many bytes of the body.
    case cut(after: Int)
    /// The true answer, one byte of the body at a time.
    case drip(every: Duration)
    /// A body of so many bytes of white space after a bracket: never a whole answer, however long one reads.
    case huge(bytes: Int)
    /// The connection stays open and nothing comes: a half-open peer.
    case silence
    /// The connection is closed without a byte, as an agent does above its connection limit.
    case hangUp
    /// This answer instead of the true one; Consul is not asked.
    case answer(status: Int, headers: [String: String] = [:], body: String = "")
    /// The true answer with a header set.
    case header(String, String)
    /// The true head, with this body.
    case body(String)

    /// A list that is empty, with an index lower than any before: what an agent says that has lost its state.
    package static let emptied = Lie.answer(status: 200, headers: ["X-Consul-Index": "1"], body: "[]")

    /// As an agent below its `limits.rpc_rate`, or a server under its rate limit.
    package static let tooManyRequests = Lie.answer(status: 429, headers: ["X-Consul-Index": "1"])
}

/// An answer on its way through the proxy.
struct ProxiedAnswer: Sendable {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: [UInt8]

    /// The status line and the headers, with the length of the body.
    func head(length: Int) -> String {
        var lines = ["HTTP/1.1 \(status.code) \(status.reasonPhrase)"]
        for (name, value) in headers where !Self.replaced.contains(name.lowercased()) {
            lines.append("\(name): \(value)")
        }
        lines.append("Content-Length: \(length)")
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// What is of one connection alone, or said anew.
    private static let replaced: Set<String> = ["connection", "content-length", "keep-alive", "transfer-encoding"]
}
