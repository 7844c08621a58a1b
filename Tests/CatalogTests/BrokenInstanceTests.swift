import Catalog
import Testing

@Suite("A broken instance")
struct BrokenInstanceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: [String: Health]
        var now: [String: Health]
        var isBroken: Bool

        init(_ name: String, _ before: [String: Health], _ now: [String: Health], _ isBroken: Bool) {
            (testDescription, self.before, self.now, self.isBroken) = (name, before, now, isBroken)
        }
    }

    static let cases: [Case] = [
        Case("nothing changed", ["a": .passing, "b": .critical], ["a": .passing, "b": .critical], false),
        Case("one that worked is critical", ["a": .passing, "b": .passing], ["a": .passing, "b": .critical], true),
        Case("one that only warned is critical", ["a": .warning], ["a": .critical], true),
        Case("one came", ["a": .passing], ["a": .passing, "b": .passing], false),
        Case("one came that does not work", ["a": .passing], ["a": .passing, "b": .critical], false),
        Case("one was deregistered", ["a": .passing, "b": .passing], ["a": .passing], false),
        Case("one drains", ["a": .passing], ["a": .draining], false),
        Case("one was taken out by its operator", ["a": .passing], ["a": .maintenance], false),
        Case("one warns", ["a": .passing], ["a": .warning], false),
        Case("one that drained is critical", ["a": .draining], ["a": .critical], false),
        Case("one is well again", ["a": .critical], ["a": .passing], false),
        Case(
            "one is well again and one is critical",
            ["a": .critical, "b": .passing],
            ["a": .passing, "b": .critical],
            true
        ),
    ]

    private let web = CatalogQuery.service(name: "web")

    private func snapshot(_ healths: [String: Health]) -> CatalogSnapshot {
        let instances = healths.sorted { $0.key < $1.key }.map { id, health in
            Instance(service: "web", id: id, node: Node(name: "n"), address: "10.0.0.1", port: 80, health: health)
        }
        return CatalogSnapshot(answers: [web: .instances(instances)])
    }

    @Test("is one that worked and does not any more", arguments: cases)
    func table(planted: Case) {
        #expect(snapshot(planted.now).hasBroken(since: snapshot(planted.before)) == planted.isBroken)
    }

    @Test("is looked for in answers that were known before")
    func newQuestion() {
        #expect(!snapshot(["a": .critical]).hasBroken(since: CatalogSnapshot()))
    }
}
