extension ConsulAgent {
    /// Makes or replaces a policy.
    ///
    /// - Parameter rules: in Consul's rule language: `service_prefix "" { policy = "read" }`.
    package func setPolicy(_ name: String, rules: String) async throws {
        struct Policy: Codable {
            var ID: String?
            var Name: String
            var Rules: String?
        }
        let known = try await get("/v1/acl/policies").decoded([Policy].self).first { $0.Name == name }
        let policy = Policy(ID: known?.ID, Name: name, Rules: rules)
        try await require("/v1/acl/policy" + (known?.ID.map { "/\($0)" } ?? ""), policy)
    }

    /// Makes a token of a policy.
    package func makeToken(policy: String) async throws -> ConsulToken {
        struct Link: Encodable { var Name: String }
        struct Request: Encodable { var Policies: [Link] }
        return try await put("/v1/acl/token", Request(Policies: [Link(Name: policy)])).decoded(ConsulToken.self)
    }

    package func delete(_ token: ConsulToken) async throws { try await delete("/v1/acl/token/\(token.AccessorID)") }
}

/// A token of an agent with access control.
package struct ConsulToken: Decodable, Sendable {
    package var AccessorID: String
    package var SecretID: String
}
