import Catalog
import Registries
import Testing

@Suite struct ConnectionBudgetTests {
    private func services(_ range: Range<Int>) -> Set<CatalogQuery> {
        Set(range.map { CatalogQuery.service(name: "s\($0 + 1_000)") })
    }

    private func matured(_ connections: Int) -> ConnectionBudget {
        var budget = ConnectionBudget(connections: connections)
        budget.mature()
        return budget
    }

    @Test func `a young process takes a few connections, an older one all that it may`() {
        var budget = ConnectionBudget(connections: 100)
        let young = budget.want(services(0..<50))
        #expect(young.start.count == 8 && young.sweep.count == 42)
        budget.mature()
        let mature = budget.want(services(0..<50))
        #expect(mature.start.count == 42 && mature.stop.isEmpty)
    }

    @Test func `as long as there is room every question has a connection`() {
        var budget = matured(100)
        let change = budget.want(services(0..<92))
        #expect(Set(change.start) == services(0..<92))
        #expect(change.sweep.isEmpty && change.stop.isEmpty)
        let again = budget.want(services(0..<92))
        #expect(again == ConnectionBudget.Change())
    }

    @Test func `what is above the limit is swept, and those that have a connection keep it`() {
        var budget = matured(100)
        _ = budget.want(services(500..<592))
        let change = budget.want(services(0..<1_000))
        #expect(change.start.isEmpty && change.stop.isEmpty)
        #expect(Set(change.sweep) == services(0..<1_000).subtracting(services(500..<592)))
    }

    @Test func `a free connection goes to a swept question`() {
        var budget = matured(10)
        _ = budget.want(services(0..<4))
        let change = budget.want(services(1..<4))
        #expect(change.stop.count + change.start.count >= 1)
        #expect(change.start.count == 1 || change.stop.isEmpty)
    }

    @Test func `keys have a connection before services, since no sweep is set off for them`() {
        var budget = matured(10)
        _ = budget.want(services(0..<5))
        let key = CatalogQuery.key(path: "a")
        let change = budget.want(services(0..<5).union([key]))
        #expect(change.start == [key])
        #expect(change.stop.count == 1)
        #expect(Set(change.sweep) == Set(change.stop))
    }

    @Test func `what is asked in another scope is swept with triggers of that scope, which count`() {
        func services(_ count: Int, _ datacenter: String?) -> Set<CatalogQuery> {
            Set((0..<count).map { .service(name: "s\($0)", scope: QueryScope(datacenter: datacenter)) })
        }
        var budget = matured(100)
        _ = budget.want(services(92, "dc2"))
        #expect(budget.scopes.isEmpty)
        let change = budget.want(services(200, "dc2").union(services(200, nil)))
        #expect(budget.scopes == [QueryScope(datacenter: "dc2")])
        #expect(change.start.isEmpty && change.stop.count == 2 && change.sweep.count == 310)
        _ = budget.want(services(10, "dc2"))
        #expect(budget.scopes.isEmpty)
    }

    @Test func `scopes beyond an eighth of the connections have none, so that their services get connections first`() {
        var budget = matured(24)
        let many = Set((0..<9).map { CatalogQuery.service(name: "s\($0)", scope: QueryScope(datacenter: "many")) })
        let more = Set((0..<8).map { CatalogQuery.service(name: "s\($0)", scope: QueryScope(datacenter: "more")) })
        let few = Set((0..<3).map { CatalogQuery.service(name: "s\($0)", scope: QueryScope(datacenter: "few")) })
        let change = budget.want(many.union(few).union(more))
        #expect(budget.scopes == Set(["many", "more"].map { QueryScope(datacenter: $0) }))
        #expect(few.isSubset(of: change.start) && change.start.count == 12)
    }

    @Test func `a refused connection makes the limit smaller until it is tried again`() {
        var budget = matured(100)
        let wanted = services(0..<80)
        _ = budget.want(wanted)
        for query in wanted.sorted(by: { "\($0)" < "\($1)" }).prefix(30) { budget.refuse(query) }
        #expect(budget.slots == 50)
        let unchanged = budget.want(wanted)
        #expect(unchanged == ConnectionBudget.Change())
        let hasGrown = budget.regrow()
        #expect(hasGrown)
        #expect(budget.slots == 92)
        let regrown = budget.want(wanted)
        #expect(regrown.start.count == 30)
        let growsMore = budget.regrow()
        #expect(!growsMore)
    }
}
