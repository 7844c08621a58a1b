import Catalog
import Settings
import Testing

@testable import Controller

/// What a registry that is made of others answers, as theirs come and fail.
@Suite struct CombinationTests {
    private let query = CatalogQuery.service(name: "web", scope: QueryScope(registry: "all"))
    private let start = ContinuousClock.now

    private func sighting(
        _ ids: String...,
        health: Health = .passing,
        at seconds: Int = 0,
        breakAt: Int? = nil,
        isStated: Bool = false,
    ) -> Sighting {
        let instances = ids.map { id in
            Instance(
                service: "web",
                id: id,
                node: Node(name: "n"),
                address: "10.0.0.\(id.utf8.first ?? 0)",
                port: 80,
                health: health
            )
        }
        return Sighting(
            result: .instances(instances),
            readAt: start + .seconds(seconds),
            breakAt: breakAt.map { start + .seconds($0) },
            isStated: isStated
        )
    }

    private func ids(_ sighting: Sighting?) -> [String]? {
        guard case .instances(let instances)? = sighting?.result else { return nil }
        return instances.map(\.id)
    }

    private func answer(
        _ combination: inout Combination,
        at seconds: Int,
        _ main: Sighting?,
        _ backup: Sighting?,
        faulty: Set<String> = [],
    ) -> Sighting? {
        let members = [("main", main), ("backup", backup)].map { name, sighting in
            Combination.Member(registry: name, sighting: sighting, isFaulty: faulty.contains(name))
        }
        return combination.answer(query, from: members, at: start + .seconds(seconds))
    }

    // MARK: union

    @Test func `a union waits for all, unless one cannot be asked`() {
        var all = Combination(CombinationSettings(.union, of: ["main", "backup"]))
        #expect(answer(&all, at: 0, sighting("a"), nil) == nil)
        #expect(ids(answer(&all, at: 1, sighting("a"), sighting("b"))) == ["a", "b"])
        #expect(answer(&all, at: 2, nil, nil, faulty: ["main", "backup"]) == nil)
        #expect(ids(answer(&all, at: 3, sighting("a"), nil, faulty: ["backup"])) == ["a"])
    }

    @Test func `what a part lacks is not believed, however often it is read`() {
        var all = Combination(CombinationSettings(.union, of: ["main", "backup"]))
        let first = answer(&all, at: 5, sighting("a", at: 5), nil, faulty: ["backup"])
        #expect(first?.breakAt == start + .seconds(5) && first?.readAt == start + .seconds(5))
        let later = answer(&all, at: 90, sighting("a", at: 90), nil, faulty: ["backup"])
        #expect(later?.breakAt == start + .seconds(5) && later?.readAt == start + .seconds(5))
        let whole = answer(&all, at: 95, sighting("a", at: 90), sighting("b", at: 95))
        #expect(whole?.breakAt == nil && whole?.readAt == start + .seconds(95))
    }

    @Test func `a loss after a break is confirmed by whose stream broke`() {
        var all = Combination(CombinationSettings(.union, of: ["main", "backup"]))
        let broken = answer(&all, at: 40, sighting("a", at: 40), sighting(at: 10, breakAt: 10))
        #expect(broken?.breakAt == start + .seconds(10) && broken?.readAt == start + .seconds(10))
        let confirmed = answer(&all, at: 45, sighting("a", at: 40), sighting(at: 45, breakAt: 10))
        #expect(confirmed?.readAt == start + .seconds(45))
    }

    @Test func `it is stated only if all state it`() {
        var all = Combination(CombinationSettings(.union, of: ["main", "backup"]))
        #expect(answer(&all, at: 0, sighting(isStated: true), sighting(isStated: true))?.isStated == true)
        #expect(answer(&all, at: 0, sighting(isStated: true), sighting())?.isStated == false)
    }

    // MARK: failover

    private var safe: Combination {
        var settings = CombinationSettings(.failover, of: ["main", "backup"])
        settings.patience = .seconds(10)
        settings.pause = .seconds(30)
        return Combination(settings)
    }

    @Test func `the first that has something healthy is taken, when those before it have spoken`() {
        var safe = safe
        #expect(answer(&safe, at: 0, nil, sighting("b")) == nil)
        #expect(ids(answer(&safe, at: 1, sighting("a"), sighting("b"))) == ["a"])
        safe = self.safe
        #expect(ids(answer(&safe, at: 1, nil, sighting("b"), faulty: ["main"])) == ["b"])
        safe = self.safe
        #expect(ids(answer(&safe, at: 1, sighting("a", health: .critical), sighting("b"))) == ["b"])
        safe = self.safe
        #expect(ids(answer(&safe, at: 1, sighting(), sighting())) == [])
    }

    @Test func `one that has nothing healthy is left at once`() {
        var safe = safe
        #expect(ids(answer(&safe, at: 0, sighting("a"), sighting("b"))) == ["a"])
        #expect(ids(answer(&safe, at: 1, sighting("a", health: .critical), sighting("b"))) == ["b"])
    }

    @Test func `one that says nothing right after a break is not believed before it says so twice`() {
        var safe = safe
        #expect(ids(answer(&safe, at: 0, sighting("a"), sighting("b"))) == ["a"])
        #expect(ids(answer(&safe, at: 10, sighting(at: 10, breakAt: 10), sighting("b"))) == [])
        #expect(ids(answer(&safe, at: 30, sighting(at: 30, breakAt: 10), sighting("b"))) == [])
        #expect(ids(answer(&safe, at: 40, sighting(at: 40, breakAt: 10), sighting("b"))) == ["b"])
    }

    @Test func `one that cannot be read is left when that has lasted`() {
        var safe = safe
        #expect(ids(answer(&safe, at: 0, sighting("a"), sighting("b"))) == ["a"])
        #expect(ids(answer(&safe, at: 5, sighting("a"), sighting("b"), faulty: ["main"])) == ["a"])
        #expect(ids(answer(&safe, at: 14, sighting("a"), sighting("b"), faulty: ["main"])) == ["a"])
        #expect(ids(answer(&safe, at: 15, sighting("a"), sighting("b"), faulty: ["main"])) == ["b"])
    }

    @Test func `a short silence begins anew each time`() {
        var safe = safe
        #expect(ids(answer(&safe, at: 0, sighting("a"), sighting("b"))) == ["a"])
        for second in stride(from: 1, to: 60, by: 6) {
            #expect(ids(answer(&safe, at: second, sighting("a"), sighting("b"), faulty: ["main"])) == ["a"])
            #expect(ids(answer(&safe, at: second + 5, sighting("a"), sighting("b"))) == ["a"])
        }
    }

    @Test func `it goes back when the first has been well for a while, and at once if the second fails`() {
        var safe = safe
        #expect(ids(answer(&safe, at: 0, sighting(), sighting("b"))) == ["b"])
        #expect(ids(answer(&safe, at: 10, sighting("a"), sighting("b"))) == ["b"])
        #expect(ids(answer(&safe, at: 35, sighting("a"), sighting("b"), faulty: ["main"])) == ["b"])
        #expect(ids(answer(&safe, at: 36, sighting("a"), sighting("b"))) == ["b"])
        #expect(ids(answer(&safe, at: 65, sighting("a"), sighting("b"))) == ["b"])
        #expect(ids(answer(&safe, at: 66, sighting("a"), sighting("b"))) == ["a"])

        safe = self.safe
        #expect(ids(answer(&safe, at: 0, sighting(), sighting("b"))) == ["b"])
        #expect(ids(answer(&safe, at: 1, sighting("a"), sighting("b", health: .critical))) == ["a"])
    }

    @Test func `what broke before the change is no break of the new one`() {
        var safe = safe
        #expect(answer(&safe, at: 0, sighting("a", breakAt: 0), sighting("b", breakAt: 3))?.breakAt == start)
        #expect(answer(&safe, at: 60, sighting(at: 60), sighting("b", at: 60, breakAt: 3))?.breakAt == nil)
        #expect(
            answer(&safe, at: 80, sighting(at: 60), sighting("b", at: 80, breakAt: 70))?.breakAt == start + .seconds(70)
        )
    }

    @Test func `while nothing is healthy anywhere it stays where it is`() {
        var safe = safe
        #expect(ids(answer(&safe, at: 0, sighting("a"), sighting("b", health: .critical))) == ["a"])
        #expect(ids(answer(&safe, at: 1, sighting("a", health: .critical), sighting("b", health: .critical))) == ["a"])
        #expect(ids(answer(&safe, at: 99, nil, sighting("b", health: .critical), faulty: ["main"])) == nil)
    }

    @Test func `it fails while whose answer is taken does`() {
        var safe = safe
        _ = answer(&safe, at: 0, sighting("a"), sighting("b"))
        func member(_ name: String, _ isFaulty: Bool) -> Combination.Member {
            Combination.Member(registry: name, sighting: nil, isFaulty: isFaulty)
        }
        #expect(safe.fails(query, [member("main", true), member("backup", false)]))
        #expect(!safe.fails(query, [member("main", false), member("backup", true)]))
    }
}
