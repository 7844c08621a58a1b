import Catalog
import Testing

@Suite("The words for a change of an answer")
struct ResultChangeTests {
    private static func instance(
        _ id: String,
        _ address: String = "10.0.0.1",
        weight: Int = 1,
        tags: [String] = [],
        meta: [String: String] = [:],
        health: Health = .passing,
    ) -> Instance {
        Instance(
            service: "web",
            id: id,
            node: Node(name: "n", address: "10.0.0.9"),
            address: address,
            port: 80,
            tags: tags,
            meta: meta,
            weights: Weights(passing: weight),
            health: health
        )
    }

    @Test(
        "say who came, who went and what is another now",
        arguments: [
            ([], [instance("a")], "+ a (10.0.0.1:80)"),
            ([instance("a"), instance("b")], [instance("b")], "- a (10.0.0.1:80)"),
            ([instance("a")], [instance("a", health: .critical)], "a (10.0.0.1:80) passing → critical"),
            ([instance("a")], [instance("a", "10.0.0.2")], "a (10.0.0.2:80) moved from 10.0.0.1:80"),
            ([instance("a")], [instance("a", weight: 5)], "a (10.0.0.1:80) weight 1 → 5"),
            ([instance("a")], [instance("a", tags: ["x"])], "a (10.0.0.1:80) tags changed"),
            ([instance("a")], [instance("a", meta: ["x": "y"])], "a (10.0.0.1:80) meta changed"),
            ([instance("a")], [instance("b")], "+ b (10.0.0.1:80), - a (10.0.0.1:80)"),
            (
                [], ["a", "b", "c", "d", "e", "f"].map { instance($0) },
                "+ a (10.0.0.1:80), + b (10.0.0.1:80), + c (10.0.0.1:80), + d (10.0.0.1:80) and 2 more"
            ),
        ] as [([Instance], [Instance], String)]
    )
    func instances(old: [Instance], new: [Instance], words: String) {
        #expect(QueryResult.instances(new).change(since: .instances(old)) == words)
    }

    @Test("never show what a key holds")
    func keys() {
        let (old, new) = (
            KeyValue(path: "db/password", value: "hunter1"), KeyValue(path: "db/password", value: "hunter2")
        )
        #expect(QueryResult.key(new).change(since: .key(old)) == "changed")
        #expect(QueryResult.key(new).change(since: .key(nil)) == "created")
        #expect(QueryResult.key(nil).change(since: .key(old)) == "deleted")
        #expect(QueryResult.keys([new]).change(since: .keys([old])) == "db/password changed")
        #expect(QueryResult.keys([]).change(since: .keys([old])) == "- db/password")
        #expect(QueryResult.key(new).change(since: nil) == "")
    }
}
