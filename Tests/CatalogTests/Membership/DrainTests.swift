import Catalog
import Testing

@Suite struct DrainTests {
    private let settings = MembershipSettings(drain: .seconds(30))
    private let web = CatalogQuery.service(name: "web")

    private func make(_ query: CatalogQuery? = nil, restored: String? = nil, _ pending: [Drain.Pending] = [])
        -> MembershipRules?
    {
        MembershipRules(
            settings,
            for: query ?? web,
            restored: restored.map { .instances(Timeline.instances($0)) },
            pending: pending,
            wallNow: 1_000,
            now: Timeline.moment(0)
        )
    }

    @Test func `whose lease may have ended does not drain`() throws {
        var rules = try #require(make())
        let instances = Timeline.instances("ab")
        _ = rules.see(.instances([instances[0].with(drains: false), instances[1]]), at: Timeline.moment(0))
        let shown = rules.see(.instances([]), at: Timeline.moment(1)).shown
        #expect(shown == .instances([instances[1].with(health: .draining)]))
    }

    @Test(
        arguments: [
            // Who is deregistered stays for its time, at its place, and goes.
            "0 abc > abc; 5 ac > ab/c draining b; 34.999 tick > ab/c; 35 tick > ac drained b",
            "0 ab > ab; 5 a > ab/ draining b; 35 a > a drained b",
            "0 ab > ab; 5 . > a/b/ draining ab; 35 tick > . drained ab",
            // Each for its own time.
            "0 abc > abc; 5 bc > a/bc draining a; 10 c > a/b/c draining b; 35 tick > b/c drained a; 40 tick > c drained b",
            // Who only warned drains too; who turned critical first, or was taken out, does not.
            "0 ab? > ab?; 5 a > ab/ draining b",
            "0 ab > ab; 5 ab- > ab-; 6 a > a",
            "0 ab-c/d%e* > ab-c/d%e*; 5 a > a",
            "0 ab > ab; 5 ab- > ab-; 6 ab > ab; 7 a > ab/ draining b",
            // Coming back cancels it, in whatever health and at whatever address.
            "0 ab > ab; 5 a > ab/ draining b; 10 ab > ab drained b; 35 tick > ab",
            "0 ab > ab; 5 a > ab/ draining b; 10 ab- > ab- drained b; 11 a > a",
            "0 ab > ab; 5 a > ab/ draining b; 10 aB > aB drained b",
            // And going again begins it anew.
            "0 ab > ab; 5 a > ab/ draining b; 10 ab > ab drained b; 20 a > ab/ draining b; 49 tick > ab/; 50 tick > a drained b",
            // Another node is another instance.
            "0 a > a; 5 a' > a/a' draining a; 35 tick > a' drained a",
            // What else changes is seen at once, and new ones come where they belong.
            "0 bd > bd; 5 d > b/d draining b; 6 acD? > ab/cD?",
            // The first answer takes nothing away.
            "0 . > .; 5 a > a; 6 . > a/ draining a",
        ]
    )
    func `who is deregistered stays for a while as draining`(timeline: String) throws {
        var rules = try #require(make())
        try MembershipTimeline(timeline).play(on: &rules)
    }

    @Test func `a draining instance keeps all but its health`() throws {
        var rules = try #require(make())
        let instance = Instance(
            service: "web",
            id: "a",
            node: Node(name: "n1", address: "10.0.0.1", meta: ["rack": "r1"]),
            address: "10.0.0.9",
            port: 80,
            tags: ["v1"],
            meta: ["k": "v"],
            taggedAddresses: ["wan": TaggedAddress(address: "1.2.3.4", port: 81)],
            weights: Weights(passing: 7, warning: 3),
            checks: [Check(node: "n1", id: "c", status: .passing)],
            zone: "z"
        )
        _ = rules.see(.instances([instance]), at: Timeline.moment(0))
        guard case .instances(let shown) = rules.see(.instances([]), at: Timeline.moment(1)).shown else { return }
        let expected = Instance(
            service: "web",
            id: "a",
            node: instance.node,
            address: "10.0.0.9",
            port: 80,
            tags: ["v1"],
            meta: ["k": "v"],
            taggedAddresses: instance.taggedAddresses,
            weights: instance.weights,
            checks: instance.checks,
            health: .draining,
            zone: "z"
        )
        #expect(shown == [expected])
        #expect(rules.draining.map(\.until) == [Timeline.moment(31)])
    }

    @Test(
        arguments: [
            ("0 cab > cab; 5 cb > ca/b draining a; 6 bc > bca/", true),
            ("0 cab > cab; 5 ab > c/ab draining c; 6 a > c/ab/ draining b; 7 za > c/zab/", true),
            ("0 cab > cab; 5 . > c/a/b/ draining abc; 6 x > c/a/b/x", true),
        ]
    )
    func `the registry's own order is kept`(timeline: String, near: Bool) throws {
        var rules = try #require(make(.service(name: "web", near: "n1")))
        try MembershipTimeline(timeline).play(on: &rules)
    }

    @Test func `who a guard kept though it did not work does not drain`() throws {
        var rules = try #require(make())
        try MembershipTimeline("0 abc > abc; 5 c > a/c draining a").play(on: &rules, unwell: "b")
    }

    @Test(arguments: [
        ("ab", "1 a > ab/ draining b; 31 tick > a drained b"), ("ab", "1 ab > ab"), ("ab-", "1 a > a"),
    ])
    func `what was lost while headgate did not run drains too`(restored: String, timeline: String) throws {
        var rules = try #require(make(restored: restored))
        try MembershipTimeline(timeline).play(on: &rules)
    }

    @Test(
        arguments: [
            (Int64(1_020), "0 a > ab/; 19.9 tick > ab/; 20 tick > a drained b"),
            (1_020, "5 ab > ab drained b"), (1_020, "25 a > a drained b"), (900, "0 a > a drained b"),
            // A clock that was set back.
            (90_000, "0 a > ab/; 30 tick > a drained b"),
        ]
    )
    func `a restart goes on with what drained`(until: Int64, timeline: String) throws {
        let instance = Timeline.instances("b/")[0]
        var rules = try #require(make(restored: "a", [Drain.Pending(instance: instance, until: until)]))
        try MembershipTimeline(timeline).play(on: &rules)
    }

    @Test func `what drains is written to the second, and never with less time than it has`() throws {
        var rules = try #require(make())
        try MembershipTimeline("0 ab > ab; 0.25 a > ab/ draining b").play(on: &rules)
        let pending = rules.pending(wallNow: 1_000, now: Timeline.moment(10))
        #expect(pending == [Drain.Pending(instance: Timeline.instances("b/")[0], until: 1_021)])
    }

    @Test func `only the instances of a service drain`() {
        #expect(make(.connect(name: "web")) != nil)
        for query in [
            CatalogQuery.services(), .node(name: "n"), .nodes(), .key(path: "k"), .preparedQuery(name: "q"),
        ] {
            #expect(make(query) == nil)
        }
        #expect(MembershipRules(.off, for: web) == nil)
    }
}
