import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// The services that a benchmark registers in a Consul agent's catalog, all on one node that no agent owns, so that nothing
/// else is touched and one request removes them.
struct BenchmarkConsul {
    /// `HOST:PORT`.
    let address: String
    private static let node = "headgate-bench"

    struct Refused: Error, CustomStringConvertible {
        var description: String
    }

    /// Names as the benchmark's template makes them.
    static func service(_ number: Int) -> String { "headgate-bench-\(number)" }

    /// Registers so many services with ten instances each.
    func register(services: Int) async throws {
        try await put("/v1/catalog/register", Entry(node: Self.node, service: nil))
        // A transaction takes 64 operations at most.
        let places = (0..<services).flatMap { service in (0..<10).map { (service, $0) } }
        for start in stride(from: 0, to: places.count, by: 64) {
            let operations = places[start..<min(start + 64, places.count)].map { service, instance in
                Operation(Node: Self.node, Service: Registration(service, instance, port: 8080))
            }
            try await put("/v1/txn", operations.map { ["Service": $0] })
        }
    }

    /// Gives one instance another port.
    func change(service: Int, instance: Int, port: Int) async throws {
        try await put(
            "/v1/catalog/register",
            Entry(node: Self.node, service: Registration(service, instance, port: port))
        )
    }

    /// Removes all of it.
    func deregister() async throws {
        try await put("/v1/catalog/deregister", ["Node": Self.node])
    }

    private func put(_ path: String, _ value: some Encodable) async throws {
        var request = HTTPClientRequest(url: "http://\(address)\(path)")
        request.method = .PUT
        // The shared client refuses what compresses too well, as these answers do.
        request.headers.add(name: "Accept-Encoding", value: "identity")
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(value)))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 16 << 20)
        guard response.status == .ok else {
            throw Refused(description: "Consul answers \(response.status.code) to \(path): \(String(buffer: body))")
        }
    }

    // Consul's names, since these go to its API.

    private struct Registration: Encodable {
        var ID: String
        var Service: String
        var Address: String
        var Port: Int
        var Tags = ["http", "v1"]
        var Meta: [String: String]
        var Weights: [String: Int]

        init(_ service: Int, _ instance: Int, port: Int) {
            let place = service * 10 + instance
            ID = "\(BenchmarkConsul.service(service))-\(instance)"
            Service = BenchmarkConsul.service(service)
            Address = "10.\(place / 62_500).\(place / 250 % 250).\(place % 250 + 1)"
            Port = port
            Meta = ["version": "1.\(instance)", "zone": "z\(instance % 3)"]
            Weights = ["Passing": instance % 3 + 1, "Warning": 1]
        }
    }

    private struct Operation: Encodable {
        var Verb = "set"
        var Node: String
        var Service: Registration
    }

    private struct Entry: Encodable {
        var Node: String
        var Address = "10.0.0.1"
        /// Leaves the node as it is.
        var SkipNodeUpdate: Bool
        var Service: Registration?

        init(node: String, service: Registration?) {
            Node = node
            SkipNodeUpdate = service != nil
            Service = service
        }
    }
}
