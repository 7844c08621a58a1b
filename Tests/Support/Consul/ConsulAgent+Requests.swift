import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// An agent's answer to a request of a test.
package struct ConsulAnswer: Sendable {
    package var status: Int
    package var headers: [String: String]
    package var body: [UInt8]

    package var text: String { String(decoding: body, as: UTF8.self) }
    package var index: UInt64? { headers["x-consul-index"].flatMap { UInt64($0) } }

    package func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard status == 200 else { throw ConsulTestError(message: "status \(status): \(text)") }
        return try JSONDecoder().decode(type, from: Data(body))
    }
}

extension ConsulAgent {
    package func get(_ target: String) async throws -> ConsulAnswer { try await ask(.GET, target, nil) }

    @discardableResult
    package func put(_ target: String, body: [UInt8] = []) async throws -> ConsulAnswer {
        try await ask(.PUT, target, body)
    }

    @discardableResult
    package func put(_ target: String, _ value: some Encodable) async throws -> ConsulAnswer {
        try await ask(.PUT, target, Array(try JSONEncoder().encode(value)))
    }

    @discardableResult
    package func delete(_ target: String) async throws -> ConsulAnswer { try await ask(.DELETE, target, nil) }

    /// PUT that has to be answered 200.
    func require(_ target: String, _ value: some Encodable = [String: String]()) async throws {
        let answer = try await put(target, value)
        guard answer.status == 200 else {
            throw ConsulTestError(message: "PUT \(target): \(answer.status) \(answer.text)")
        }
    }

    private func ask(_ method: HTTPMethod, _ target: String, _ body: [UInt8]?) async throws -> ConsulAnswer {
        try await ConsulAnswer.of(
            method,
            "http://\(options.clientAddress):\(ports.http)\(target)",
            token: managementToken,
            body
        )
    }
}

extension LyingProxy {
    /// Asks through the proxy as headgate does.
    package func ask(_ target: String) async throws -> ConsulAnswer {
        try await ConsulAnswer.of(.GET, "http://127.0.0.1:\(port)\(target)", token: nil, nil)
    }
}

extension ConsulAnswer {
    fileprivate static func of(
        _ method: HTTPMethod,
        _ url: String,
        token: String?,
        _ body: [UInt8]?,
    ) async throws -> ConsulAnswer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        // The shared client refuses what compresses too well, as Consul's lists do.
        request.headers.add(name: "Accept-Encoding", value: "identity")
        if let token { request.headers.add(name: "X-Consul-Token", value: token) }
        if let body { request.body = .bytes(body) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        var headers: [String: String] = [:]
        for (name, value) in response.headers { headers[name.lowercased()] = value }
        return ConsulAnswer(status: Int(response.status.code), headers: headers, body: Array(bytes.readableBytesView))
    }
}
