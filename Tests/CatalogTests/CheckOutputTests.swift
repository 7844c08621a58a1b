import Catalog
import Testing

@Suite("Results that differ only in what checks printed")
struct CheckOutputTests {
    private static func instance(
        _ id: String = "web-1",
        output: String = "fine",
        notes: String = "",
        status: Health = .passing,
        port: Int = 80,
        checks: Int = 1,
    ) -> Instance {
        Instance(
            service: "web",
            id: id,
            node: Node(name: "n1", address: "10.0.0.1"),
            port: port,
            checks: (0..<checks).map { Check(id: "c\($0)", status: status, notes: notes, output: output) },
            health: status
        )
    }

    private static func node(_ address: String, _ instances: Instance...) -> QueryResult {
        .node(NodeServices(node: Node(name: "n1", address: address), instances: instances))
    }

    @Test(
        "A check's text alone makes no difference; anything else does",
        arguments: [
            (.instances([instance()]), .instances([instance()]), true),
            (.instances([instance()]), .instances([instance(output: "slow")]), true),
            (.instances([instance(), instance("b")]), .instances([instance(output: ""), instance("b")]), true),
            (.instances([instance()]), .instances([instance(output: "slow", notes: "n")]), false),
            (.instances([instance()]), .instances([instance(output: "slow", status: .warning)]), false),
            (.instances([instance()]), .instances([instance(output: "slow", port: 81)]), false),
            (.instances([instance()]), .instances([instance(output: "slow", checks: 2)]), false),
            (.instances([instance()]), .instances([]), false),
            (.instances([instance(), instance("b")]), .instances([instance("b"), instance()]), false),
            (node("10.0.0.1", instance()), node("10.0.0.1", instance(output: "slow")), true),
            (node("10.0.0.1", instance()), node("10.0.0.2", instance(output: "slow")), false),
            (node("10.0.0.1"), .node(nil), false), (.node(nil), .node(nil), true),
            (.instances([]), .nodes([]), false), (.datacenters(["a"]), .datacenters(["a"]), true),
            (.datacenters(["a"]), .datacenters(["b"]), false),
        ] as [(QueryResult, QueryResult, Bool)]
    )
    func differences(_ left: QueryResult, _ right: QueryResult, _ isOnlyOutput: Bool) {
        #expect(left.differsOnlyInCheckOutput(from: right) == isOnlyOutput)
        #expect(right.differsOnlyInCheckOutput(from: left) == isOnlyOutput)
    }
}
