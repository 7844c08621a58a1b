import Catalog
import Testing

@Suite struct UnionTests {
    private func instance(
        _ id: String,
        _ address: String = "10.0.0.1",
        port: Int = 80,
        node: String = "n",
        health: Health = .passing,
        zone: String = "",
    ) -> Instance {
        Instance(
            service: "web",
            id: id,
            node: Node(name: node, address: "10.9.9.9"),
            address: address,
            port: port,
            health: health,
            zone: zone
        )
    }

    private func union(_ parts: [Instance]...) -> [Instance] {
        let results = parts.enumerated().map { ("r\($0.offset)", QueryResult.instances($0.element)) }
        guard case .instances(let instances)? = QueryResult.union(results, inRegistryOrder: false) else { return [] }
        return instances
    }

    @Test func `it has what any has, each once, in the canonical order`() {
        let all = union(
            [instance("b", "10.0.0.2"), instance("c", "10.0.0.3")],
            [instance("a", "10.0.0.1"), instance("x", "10.0.0.2")]
        )
        #expect(all.map(\.id) == ["a", "b", "c"])
    }

    @Test func `the same place is the same instance, as the first has it; another port is another`() {
        #expect(union([instance("a", zone: "1")], [instance("b", zone: "2")]).map(\.zone) == ["1"])
        #expect(union([instance("a")], [instance("b", port: 81)]).map(\.id) == ["a", "b"])
        // The node's address counts where the instance has none.
        #expect(union([instance("a", "")], [instance("b", "10.9.9.9")]).map(\.id) == ["a"])
        // One registry may have a place twice.
        #expect(union([instance("a"), instance("b")], []).map(\.id) == ["a", "b"])
    }

    @Test(
        "the better health counts, but whoever has taken it out is obeyed",
        arguments: [
            (Health.passing, Health.critical, Health.passing), (.critical, .passing, .passing),
            (.warning, .passing, .passing), (.passing, .draining, .draining), (.maintenance, .passing, .maintenance),
            (.draining, .maintenance, .draining), (.unknown, .critical, .unknown), (.critical, .critical, .critical),
        ]
    )
    func health(first: Health, second: Health, united: Health) {
        #expect(union([instance("a", health: first)], [instance("b", health: second)]).map(\.health) == [united])
    }

    @Test func `who drains for one that has it drains`() {
        let (a, b) = (instance("a").with(drains: false), instance("b", "10.0.0.2"))
        #expect(union([a], [b]).map(\.drains) == [false, true])
        #expect(union([a], [b.with(id: "c"), instance("x")]).map(\.drains) == [true, true])
        #expect(union([a.with(health: .critical)], [instance("x").with(drains: false)]).map(\.drains) == [false])
    }

    @Test func `an ID that is taken gets its registry's name`() {
        let all = union(
            [instance("web", "10.0.0.1")],
            [instance("web", "10.1.0.1"), instance("web", "10.1.0.2", node: "m")],
            [instance("web", "10.2.0.1")]
        )
        #expect(all.map { "\($0.node.name)/\($0.id)" } == ["m/web", "n/web", "n/web@r1", "n/web@r2"])
        #expect(all.map(\.address) == ["10.1.0.2", "10.0.0.1", "10.1.0.1", "10.2.0.1"])
    }

    @Test func `lists of other things are joined too`() {
        func united(_ results: QueryResult...) -> QueryResult? {
            QueryResult.union(results.enumerated().map { ("r\($0.offset)", $0.element) }, inRegistryOrder: false)
        }
        #expect(
            united(
                .services([ServiceSummary(name: "b", tags: ["y"])]),
                .services([ServiceSummary(name: "a", tags: []), ServiceSummary(name: "b", tags: ["x", "y"])])
            ) == .services([ServiceSummary(name: "a", tags: []), ServiceSummary(name: "b", tags: ["x", "y"])])
        )
        let (one, two) = (KeyValue(path: "a", value: "1"), KeyValue(path: "a", value: "2"))
        #expect(united(.key(nil), .key(two)) == .key(two))
        #expect(united(.key(one), .key(two)) == .key(one))
        #expect(
            united(.keys([one]), .keys([two, KeyValue(path: "b", value: "3")]))
                == .keys([one, KeyValue(path: "b", value: "3")])
        )
        #expect(united(.datacenters(["dc2", "dc1"]), .datacenters(["dc1"])) == .datacenters(["dc1", "dc2"]))
        #expect(
            united(.nodes([Node(name: "n", address: "1.1.1.1")]), .nodes([Node(name: "m"), Node(name: "n")]))
                == .nodes([Node(name: "m"), Node(name: "n", address: "1.1.1.1")])
        )
        #expect(united() == nil)
    }
}
