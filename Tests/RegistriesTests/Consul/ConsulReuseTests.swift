import Catalog
import Registries
import Testing

@Suite("Instances that stay the same objects")
struct ConsulReuseTests {
    private let decoder = ConsulDecoder(hostnames: false)

    /// An answer with these IDs, each on its own node, with a port.
    private func body(_ instances: [(id: String, port: Int)]) -> [UInt8] {
        let entries = instances.map { id, port in
            """
            {"Node":{"Node":"n-\(id)","Address":"10.0.0.1"},"Service":{"ID":"\(id)","Service":"web","Port":\(port)}}
            """
        }
        return Array("[\(entries.joined(separator: ","))]".utf8)
    }

    private func instances(_ body: [UInt8], after previous: QueryResult?, near: String? = nil) throws -> [Instance] {
        let result = try decoder.result(of: body, to: .service(name: "web", near: near), reusing: previous).result
        guard case .instances(let instances) = result else { return [] }
        return instances
    }

    private static let letters = ["a", "b", "c", "d", "e"]

    @Test(
        "Only what changed is a new object, whatever else comes, goes or moves",
        arguments: [
            ["a", "b", "c", "d", "e"], ["a", "b", "d", "e"], ["d", "e"], ["a", "b", "bb", "bc", "c", "d", "e"],
            ["e", "d", "c", "b", "a"], ["c"], ["x", "y"], [],
        ]
    )
    func changes(_ ids: [String]) throws {
        let before = try instances(body(Self.letters.map { ($0, 1) }), after: nil)
        for near in [nil, "n-a"] {
            let after = try instances(
                body(ids.map { ($0, $0 == "c" ? 2 : 1) }),
                after: .instances(before),
                near: near
            )
            #expect(after.map(\.id) == (near == nil ? ids.sorted() : ids))
            for instance in after {
                let old = before.first { $0.id == instance.id }
                #expect((old === instance) == (old != nil && instance.id != "c"), "\(instance.id)")
            }
        }
    }

    @Test("The same answer once more is the very same list")
    func same() throws {
        let answer = RecordedAnswer("health_service_web", .service(name: "web"))
        let first = try decoder.result(of: answer.body, to: answer.query).result
        let second = try decoder.result(of: answer.body, to: answer.query, reusing: first).result
        guard case .instances(let one) = first, case .instances(let other) = second else {
            Issue.record("no instances")
            return
        }
        #expect(zip(one, other).allSatisfy { $0 === $1 })
        #expect(one.count == other.count)
    }

    @Test("A node's services are kept as well")
    func node() throws {
        let decoder = ConsulDecoder(hostnames: true)
        let answer = RecordedAnswer("catalog_node_lab1", .node(name: "lab1"))
        let first = try decoder.result(of: answer.body, to: answer.query).result
        let second = try decoder.result(of: answer.body, to: answer.query, reusing: first).result
        guard case .node(let one?) = first, case .node(let other?) = second else {
            Issue.record("no node")
            return
        }
        #expect(one.instances.count == 10)
        #expect(zip(one.instances, other.instances).allSatisfy { $0 === $1 })
    }
}
