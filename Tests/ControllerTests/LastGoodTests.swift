import Catalog
import Controller
import Rendering
import Testing

@Suite struct LastGoodTests {
    private let web = CatalogQuery.service(name: "web", scope: QueryScope(registry: "main"))
    private let tagged = CatalogQuery.service(name: "web", tag: "v1", scope: QueryScope(registry: "main"))
    private let api = CatalogQuery.service(name: "api", scope: QueryScope(registry: "main"))

    private func instance(_ id: String, of service: String = "web", port: Int = 80, output: String = "") -> Instance {
        Instance(
            service: service,
            id: id,
            node: Node(id: "", name: "n1", address: "10.0.0.1", datacenter: "", meta: [:]),
            port: port,
            checks: output.isEmpty ? [] : [Check(node: "n1", id: "c", name: "c", status: .passing, output: output)]
        )
    }

    private func changed(_ candidates: [Candidate], since good: CatalogSnapshot, _ out: Set<Registrant> = [])
        -> [String]
    {
        LastGood(good, leftOut: out).changed(of: candidates).map(\.instance.id)
    }

    @Test func `the instances that came or changed are candidates, those that went or stayed are none`() {
        let good = CatalogSnapshot(answers: [
            web: .instances([instance("a"), instance("b"), instance("c"), instance("gone")]),
            api: .instances([instance("a", of: "api")]),
        ])
        let now = CatalogSnapshot(answers: [
            web: .instances([instance("a"), instance("b", port: 81), instance("c"), instance("new")]),
            tagged: .instances([instance("c")]),
            api: .instances([instance("a", of: "api")]),
        ])
        let all = Candidate.all(in: now, of: [web, api])
        #expect(all.map(\.instance.id) == ["a", "a", "b", "c", "new"])
        #expect(all.map(\.instance.service) == ["api", "web", "web", "web", "web"])
        #expect(changed(all, since: good) == ["b", "new"])
        // Who was left out is not in force.
        #expect(changed(all, since: good, [all[1].registrant]) == ["a", "b", "new"])
        // One that two questions find is one candidate.
        #expect(Candidate.all(in: now, of: [web, tagged, api]).count == 5)
        // What nobody asks for does not count.
        #expect(Candidate.all(in: now, of: [api]).count == 1)
    }

    @Test func `who is set aside stays the same while only the output of its checks changes`() throws {
        let candidate = try #require(
            Candidate.all(in: CatalogSnapshot(answers: [web: .instances([instance("a", output: "3 ms")])]), of: [web])
                .first
        )
        func isUnchanged(_ answer: Instance?) -> Bool {
            candidate.isUnchanged(in: CatalogSnapshot(answers: [web: .instances(answer.map { [$0] } ?? [])]))
        }
        #expect(isUnchanged(instance("a", output: "4 ms")))
        #expect(!isUnchanged(instance("a", port: 81, output: "3 ms")))
        #expect(!isUnchanged(nil))
    }

    @Test func `what changed among ten thousand instances is found`() {
        let many = (0..<10_000).map { instance("i\($0)") }
        var fresh = many
        fresh[7_000] = instance("i7000", port: 81)
        let candidates = Candidate.all(in: CatalogSnapshot(answers: [web: .instances(fresh)]), of: [web])
        #expect(changed(candidates, since: CatalogSnapshot(answers: [web: .instances(many)])) == ["i7000"])
    }
}
