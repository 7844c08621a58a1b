/// A service as an agent is told of it.
package struct ServiceRegistration: Encodable, Sendable {
    package struct Weights: Encodable, Sendable {
        package var Passing: Int
        package var Warning: Int

        package init(passing: Int, warning: Int) { (Passing, Warning) = (passing, warning) }
    }

    /// A check that only the tests set.
    package struct Check: Encodable, Sendable {
        var CheckID: String
        var TTL = "24h"
        var Status: String
    }

    // Named as Consul's HTTP API names them.
    package var Name: String
    package var ID: String
    package var Address: String
    package var Port: Int
    package var Tags: [String]
    package var Meta: [String: String]
    package var Weights: Weights
    package var Check: Check?

    package init(
        _ name: String = "web",
        id: String,
        address: String = "127.0.0.1",
        port: Int = 80,
        tags: [String] = [],
        meta: [String: String] = [:],
        weights: Weights = Weights(passing: 1, warning: 1),
        health: ConsulHealth? = .passing,
    ) {
        Name = name
        ID = id
        Address = address
        Port = port
        Tags = tags
        Meta = meta
        self.Weights = weights
        self.Check = health.map { ServiceRegistration.Check(CheckID: "service:\(id)", Status: $0.rawValue) }
    }
}

package enum ConsulHealth: String, Sendable { case passing, warning, critical }

extension ConsulAgent {
    /// Registers a service, or changes one: `health` nil leaves it without a check.
    package func register(_ service: ServiceRegistration) async throws {
        try await require("/v1/agent/service/register", service)
    }

    package func deregister(_ id: String) async throws {
        try await require("/v1/agent/service/deregister/\(id)")
    }

    /// Sets the health of a service that was registered with one.
    package func setHealth(of id: String, _ health: ConsulHealth, output: String = "") async throws {
        try await require("/v1/agent/check/update/service:\(id)", ["Status": health.rawValue, "Output": output])
    }

    package func setMaintenance(of id: String, _ isOn: Bool) async throws {
        try await require("/v1/agent/service/maintenance/\(id)?enable=\(isOn)&reason=test")
    }

    /// Puts the agent's whole node in maintenance.
    package func setMaintenance(_ isOn: Bool) async throws {
        try await require("/v1/agent/maintenance?enable=\(isOn)&reason=test")
    }

    package func setKey(_ key: String, _ value: String) async throws {
        let answer = try await put("/v1/kv/\(key)", body: Array(value.utf8))
        guard answer.status == 200 else {
            throw ConsulTestError(message: "PUT \(key): \(answer.status) \(answer.text)")
        }
    }

    package func deleteKey(_ key: String) async throws { try await delete("/v1/kv/\(key)") }

    /// What the agent says of a service's passing instances: ID and port, sorted.
    package func passing(_ service: String, stale: Bool = false) async throws -> [String] {
        struct Entry: Decodable {
            struct Service: Decodable { var ID: String, Port: Int }
            var Service: Service
        }
        let answer = try await get("/v1/health/service/\(service)?passing=1\(stale ? "&stale" : "")")
        return try answer.decoded([Entry].self).map { "\($0.Service.ID):\($0.Service.Port)" }.sorted()
    }
}
