import Synchronization

/// Services that change all the time, written into an agent's catalog for a node that no agent owns.
package final class CatalogChurn: Sendable {
    /// What the changes came to.
    package struct Outcome: Sendable {
        package var changes = 0
        /// The mean of the measurements in the first and in the last third of them, in bytes.
        package var firstMemory = 0
        package var lastMemory = 0
    }

    package enum Measurement: Sendable {
        case warmingUp
        case measuring(Int)
    }

    private let agent: ConsulAgent
    /// The port of each instance by service; nil where it is deregistered.
    private let ports: Mutex<[[Int?]]>
    private static let node = "churn"

    package init(agent: ConsulAgent, services: Int, instances: Int) {
        self.agent = agent
        ports = Mutex(Array(repeating: Array(repeating: 80, count: instances), count: services))
    }

    /// Registers all of them.
    package func begin() async throws {
        struct Operation: Encodable {
            var Verb = "set"
            var Node = CatalogChurn.node
            var Service: CatalogService
        }
        try await agent.require("/v1/catalog/register", ["Node": Self.node, "Address": "10.0.0.1"])
        let all = ports.withLock { ports in
            ports.indices.flatMap { service in
                ports[service].indices.map { CatalogService(service, $0, port: ports[service][$0] ?? 80) }
            }
        }
        for start in stride(from: 0, to: all.count, by: 64) {
            let part = all[start..<min(start + 64, all.count)]
            try await agent.require("/v1/txn", part.map { ["Service": Operation(Service: $0)] })
        }
    }

    /// Makes a hundred changes a second: one in ten takes an instance away or brings one back, the others move a port.
    package func run(
        for duration: Duration,
        measure: @Sendable (_ elapsed: Duration) -> Measurement,
    ) async throws -> Outcome {
        let clock = ContinuousClock()
        let begun = clock.now
        var outcome = Outcome()
        var measured: [Int] = []
        while clock.now - begun < duration {
            // Behind its time, it does not wait.
            try? await clock.sleep(until: begun + .milliseconds(10) * outcome.changes)
            try await change(number: outcome.changes)
            outcome.changes += 1
            if outcome.changes.isMultiple(of: 50), case .measuring(let bytes) = measure(clock.now - begun) {
                measured.append(bytes)
            }
        }
        let third = max(measured.count / 3, 1)
        outcome.firstMemory = measured.prefix(third).reduce(0, +) / third
        outcome.lastMemory = measured.suffix(third).reduce(0, +) / third
        return outcome
    }

    private func change(number: Int) async throws {
        let (service, instance, port) = ports.withLock { ports in
            let service = Int.random(in: ports.indices)
            let instance = Int.random(in: ports[service].indices)
            let isThere = ports[service][instance] != nil
            let port: Int? = number.isMultiple(of: 10) && isThere ? nil : 1_024 + number % 60_000
            ports[service][instance] = port
            return (service, instance, port)
        }
        let registration = CatalogService(service, instance, port: port ?? 0)
        if port == nil {
            try await agent.require(
                "/v1/catalog/deregister",
                ["Node": Self.node, "ServiceID": registration.ID]
            )
        } else {
            struct Entry: Encodable {
                var Node = CatalogChurn.node
                var Address = "10.0.0.1"
                var SkipNodeUpdate = true
                var Service: CatalogService
            }
            try await agent.require("/v1/catalog/register", Entry(Service: registration))
        }
    }

    /// `ID PORT` of all that is registered now, a line each, in the order of services and instances.
    package var lines: String {
        ports.withLock { ports in
            ports.enumerated().map { service, ports in
                ports.enumerated().compactMap { instance, port in
                    port.map { "\(CatalogService.id(service, instance)) \($0)\n" }
                }.joined()
            }.joined()
        }
    }

    /// `ID:PORT` of a service's instances, sorted.
    package func instances(of service: Int) -> [String] {
        ports.withLock { ports in
            ports[service].enumerated().compactMap { instance, port in
                port.map { "\(CatalogService.id(service, instance)):\($0)" }
            }.sorted()
        }
    }
}

/// A service as the catalog is told of it.
private struct CatalogService: Encodable, Sendable {
    var ID: String
    var Service: String
    var Address = "10.0.0.1"
    var Port: Int

    init(_ service: Int, _ instance: Int, port: Int) {
        ID = Self.id(service, instance)
        Service = "churn-\(service)"
        Port = port
    }

    static func id(_ service: Int, _ instance: Int) -> String { "churn-\(service)-\(instance)" }
}
