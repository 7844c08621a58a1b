import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import TestSupport

/// The services that a benchmark registers in a Consul agent's catalog, all on one node that no agent owns, so that nothing
/// else is touched and one request removes them.
struct BenchmarkConsul: MeasuredRegistry {
    let name = "consul"
    /// `HOST:PORT`.
    let address: String
    /// headgate's budget; nil is its default.
    let connections: Int?
    private static let node = "headgate-bench"

    struct Refused: Error, CustomStringConvertible {
        var description: String
    }

    var remark: String { connections.map { ", connections: \($0)" } ?? "" }
    var port: Int { address.split(separator: ":").last.flatMap { Int($0) } ?? 8500 }
    /// Changes of one service come apart, as they do in life: headgate asks ten times a second at most.
    var pause: Duration { .milliseconds(150) }

    func settings(in workspace: Workspace) -> String { "{url: \"consul://\(address)\"\(remark)}" }

    func fill(services: Int) async throws {
        try await clear()
        try await put("/v1/catalog/register", Entry(node: Self.node, service: nil))
        // A transaction takes 64 operations at most.
        let places = (0..<services).flatMap { service in (0..<10).map { (service, $0) } }
        for start in stride(from: 0, to: places.count, by: 64) {
            let operations = places[start..<min(start + 64, places.count)].map { service, instance in
                Operation(Node: Self.node, Service: Registration(Corpus.Instance(service, instance)))
            }
            try await put("/v1/txn", operations.map { ["Service": $0] })
        }
    }

    func change(service: Int, instance: Int, port: Int) async throws {
        try await put(
            "/v1/catalog/register",
            Entry(node: Self.node, service: Registration(Corpus.Instance(service, instance, port: port)))
        )
    }

    func clear() async throws {
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

        init(_ instance: Corpus.Instance) {
            Service = Corpus.service(instance.service)
            ID = "\(Service)-\(instance.number)"
            Address = instance.address
            Port = instance.port
            Meta = ["version": instance.version, "zone": instance.zone]
            Weights = ["Passing": instance.weight, "Warning": 1]
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
