import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization

/// What the tests' own requests are answered; etcd's gateway writes integers as texts.
private struct EtcdReply: Decodable {
    struct Header: Decodable { var revision: String? }
    struct Response: Decodable { var header: Header? }

    var header: Header?
    var ID: String?
    var token: String?
    var responses: [Response]?
}

/// An etcd that tests and benchmarks speak to.
package protocol EtcdEndpoint: Sendable {
    /// `HOST:PORT`, for clients.
    var address: String { get }
    /// Carried by requests.
    var token: EtcdToken { get }
}

/// The token of a user, once one has been asked for.
package final class EtcdToken: Sendable {
    private let value = Mutex<String?>(nil)

    package init() {}

    package internal(set) var text: String? {
        get { value.withLock(\.self) }
        set { value.withLock { $0 = newValue } }
    }
}

extension EtcdEndpoint {
    /// Puts a key, bound to a lease or not.
    package func put(_ key: String, _ value: String, lease: String? = nil) async throws {
        var body = #"{"key":"\#(base64(key))","value":"\#(base64(value))""#
        if let lease { body += #","lease":"\#(lease)""# }
        try await ask("/v3/kv/put", body + "}")
    }

    /// Puts many keys, a hundred with each transaction.
    package func put(_ entries: [(key: String, value: String)]) async throws {
        for start in stride(from: 0, to: entries.count, by: 100) {
            let puts = entries[start..<min(start + 100, entries.count)].map {
                #"{"request_put":{"key":"\#(base64($0.key))","value":"\#(base64($0.value))"}}"#
            }
            try await ask("/v3/kv/txn", #"{"success":[\#(puts.joined(separator: ","))]}"#)
        }
    }

    package func delete(_ key: String) async throws {
        try await ask("/v3/kv/deleterange", #"{"key":"\#(base64(key))"}"#)
    }

    /// Deletes all keys that begin with `prefix`.
    package func delete(prefix: String) async throws {
        try await ask("/v3/kv/deleterange", "{\(range(of: prefix))}")
    }

    /// A lease of so many seconds; its keys go when it ends.
    package func grantLease(seconds: Int) async throws -> String {
        let reply = try await ask("/v3/lease/grant", #"{"TTL":\#(seconds)}"#)
        guard let id = reply.ID else { throw EtcdTestError(message: "no lease") }
        return id
    }

    package func keepAlive(_ lease: String) async throws {
        try await ask("/v3/lease/keepalive", #"{"ID":"\#(lease)"}"#)
    }

    /// The present revision, which the leader confirms.
    package func revision() async throws -> Int {
        let reply = try await ask("/v3/kv/range", #"{"key":"AA==","count_only":true}"#)
        return reply.header?.revision.flatMap { Int($0) } ?? 0
    }

    /// Forgets all revisions before the present one.
    package func compact() async throws {
        try await ask("/v3/kv/compaction", #"{"revision":\#(try await revision()),"physical":true}"#)
    }

    /// Turns authentication on, with a user `root`, and a user `gate` with the password `secret` who may read what begins with
    /// `prefix`.
    package func enableAuthentication(reading prefix: String) async throws {
        for user in ["root", "gate"] {
            try await ask("/v3/auth/user/add", #"{"name":"\#(user)","password":"secret"}"#)
            try await ask("/v3/auth/role/add", #"{"name":"\#(user)"}"#)
            try await ask("/v3/auth/user/grant", #"{"user":"\#(user)","role":"\#(user)"}"#)
        }
        try await allow(prefix)
        try await ask("/v3/auth/enable", "{}")
        try await authenticate()
    }

    /// Lets the role `gate` read what begins with `prefix`.
    package func allow(_ prefix: String) async throws {
        try await ask("/v3/auth/role/grant", #"{"name":"gate","perm":{"permType":0,\#(range(of: prefix))}}"#)
    }

    /// The members of a request that say which keys begin with `prefix`.
    private func range(of prefix: String) -> String {
        let end = String(decoding: prefix.utf8.dropLast() + [(prefix.utf8.last ?? 0) + 1], as: UTF8.self)
        return #""key":"\#(base64(prefix))","range_end":"\#(base64(end))""#
    }

    /// The tests' own requests are the user `root`'s from now on.
    package func authenticate() async throws {
        let reply = try await ask("/v3/auth/authenticate", #"{"name":"root","password":"secret"}"#)
        token.text = reply.token
    }

    /// Asks, and again while the members elect a leader.
    @discardableResult
    private func ask(_ path: String, _ body: String, tries: Int = 5) async throws -> EtcdReply {
        var request = HTTPClientRequest(url: "http://\(address)\(path)")
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: body))
        if let token = token.text { request.headers.add(name: "Authorization", value: token) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        if response.status == .unauthorized, token.text != nil {
            token.text = nil
            try await authenticate()
            return try await ask(path, body)
        }
        if response.status == .serviceUnavailable, tries > 1 { return try await ask(path, body, tries: tries - 1) }
        guard response.status == .ok else {
            throw EtcdTestError(message: "\(path): \(response.status.code) \(String(buffer: bytes))")
        }
        return try JSONDecoder().decode(EtcdReply.self, from: Data(bytes.readableBytesView))
    }

    private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
