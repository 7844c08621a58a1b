import Catalog
import Registries
import Settings
import Testing

@Suite("EtcdState") struct EtcdStateTests {
    private let web = CatalogQuery.service(name: "web")
    private let start = ContinuousClock.now

    @Test func `the same again is not reported, and what stays is the same object`() throws {
        let state = EtcdStateProbe()
        _ = state.want([web])
        _ = state.listed(
            .prefix("/services/web/"),
            etcdListing([("/services/web/a", "10.0.0.1:80"), ("/services/web/b", "10.0.0.2:80")]),
            after: nil
        )
        guard case .instances(let first)? = state.answers(at: start).first?.result else { return }
        state.apply([event("a", "10.0.0.1:80", 11)], .prefix("/services/web/"), revision: 11)
        #expect(state.answers(at: start).isEmpty)
        state.apply([event("b", "10.0.0.2:81", 12)], .prefix("/services/web/"), revision: 12)
        guard case .instances(let second)? = state.answers(at: start).first?.result else { return }
        #expect(second[0] === first[0] && second[1].port == 81)
        // What is older than what is known changes nothing.
        state.apply([event("b", "10.0.0.2:99", 11)], .prefix("/services/web/"), revision: 12)
        #expect(state.answers(at: start).isEmpty)
        #expect(state.starts == [.init(.prefix("/services/web/"), from: 13)])
    }

    private func event(_ id: String, _ value: String, _ revision: Int64) -> EtcdEvent {
        .put(EtcdKeyValue(key: "/services/web/\(id)", value: Array(value.utf8), modRevision: revision))
    }

    @Test(
        "Another history is listed anew, comes after a break, and is confirmed half a minute later",
        arguments: [(Int64(10), UInt64(9), UInt64(2)), (5, 1, 2), (50, 1, 1)]
    )
    func breaks(revision: Int64, cluster: UInt64, term: UInt64) {
        let state = EtcdStateProbe()
        _ = state.want([web])
        let range = KeyRange.prefix("/services/web/")
        let before = etcdListing([("/services/web/a", "10.0.0.1:80")])
        _ = state.listed(range, before, after: nil)
        #expect(state.answers(at: start).map(\.continuity) == [.afterBreak], "the first one is")
        // What confirms the first answer.
        state.renew(at: start + .seconds(31))
        _ = state.listed(range, before, after: state.standing)
        #expect(state.answers(at: start).map(\.continuity) == [.unbroken] && state.nextConfirmation == nil)

        state.listAgain()
        let other = etcdListing([], revision: revision, cluster: cluster, term: term)
        #expect(!state.listed(range, other, after: state.standing))
        #expect(state.answers(at: start).isEmpty && state.missing == [range])
        #expect(state.listed(range, other, after: state.standing))
        let broken = state.answers(at: start + .seconds(60))
        #expect(broken.map(\.continuity) == [.afterBreak] && broken.first?.result == .instances([]))
        #expect(state.nextConfirmation == start + .seconds(90))
        state.renew(at: start + .seconds(89))
        #expect(state.missing.isEmpty)
        state.renew(at: start + .seconds(90))
        #expect(state.missing == [range])
        #expect(state.listed(range, other, after: state.standing))
        #expect(state.answers(at: start).map(\.continuity) == [.unbroken])
    }

    @Test func `a listing again of the same history is no break, whatever was missed`() {
        let state = EtcdStateProbe()
        _ = state.want([web])
        let range = KeyRange.prefix("/services/web/")
        _ = state.listed(
            range,
            etcdListing([("/services/web/a", "10.0.0.1:80"), ("/services/web/b", "10.0.0.2:80")]),
            after: nil
        )
        _ = state.answers(at: start)
        state.listAgain()
        #expect(
            state.listed(range, etcdListing([("/services/web/b", "10.0.0.2:80")], revision: 50), after: state.standing)
        )
        let answers = state.answers(at: start)
        #expect(answers.map(\.continuity) == [.unbroken] && instanceText(answers.first?.result) == "b 10.0.0.2:80")
    }

    @Test func `what is denied fails by itself, what is allowed within is answered, and it is tried again`() {
        let state = EtcdStateProbe()
        _ = state.want([web, .services()])
        #expect(state.missing == [.prefix("/services/")])
        state.denied(.prefix("/services/"), .denied("no"))
        #expect(state.missing == [.prefix("/services/web/")])
        _ = state.listed(.prefix("/services/web/"), etcdListing([("/services/web/a", "10.0.0.1:80")]), after: nil)
        var failing: Set<CatalogQuery> = []
        for report in state.takeReports(at: start).reports {
            if case .failing(let queries) = report { failing = queries }
            if case .answers(let answers, _) = report { #expect(instanceText(answers[web]) == "a 10.0.0.1:80") }
        }
        #expect(failing == [.services()])
        state.renew(at: start)
        #expect(state.missing == [.prefix("/services/")])
        _ = state.listed(
            .prefix("/services/"),
            etcdListing([("/services/web/a", "10.0.0.1:80")], revision: 12),
            after: state.standing
        )
        state.watched()
        let reports = state.takeReports(at: start).reports
        #expect(reports.contains { if case .recovered = $0 { true } else { false } })
        #expect(state.starts == [.init(.prefix("/services/"), from: 13)])
        // Narrower again: from where all was known.
        _ = state.want([web])
        #expect(state.starts == [.init(.prefix("/services/web/"), from: 13)] && state.missing.isEmpty)
    }

    @Test(
        "What etcd has no answer to is a fault at once, in its own words",
        arguments: [
            (CatalogQuery.nodes(), "etcd at etcd://test cannot answer `nodes`: it has no nodes"),
            (.node(name: "n"), "it has no nodes"), (.datacenters(), "it has no datacenters"),
            (.preparedQuery(name: "q"), "it has no prepared queries"),
            (.connect(name: "web"), "it has no service mesh"),
            (.service(name: "web", scope: QueryScope(datacenter: "dc2")), "it has no datacenters"),
            (.service(name: "web", scope: QueryScope(parameters: ["ns": "team"])), "it knows no `ns`"),
        ]
    )
    func refused(query: CatalogQuery, message: String) throws {
        let state = EtcdStateProbe()
        let reports = state.want([query, web])
        let fault = reports.lazy.compactMap { if case .fault(let fault) = $0 { fault } else { nil } }.first
        #expect(try #require(fault).message.contains(message), "\(fault?.message ?? "")")
        #expect(fault?.needsMending == true)
        #expect(state.missing == [.prefix("/services/web/")], "the others are asked all the same")
        let after = state.want([web])
        #expect(after.contains { if case .recovered = $0 { true } else { false } })
    }

    // MARK: - Keys

    @Test func `keys are named without the prefix, and only what changed is answered`() {
        let state = EtcdStateProbe()
        let (key, tree) = (CatalogQuery.key(path: "app/a"), CatalogQuery.prefix(path: "app/"))
        _ = state.want([key, tree, .key(path: "none")])
        #expect(state.missing == [.prefix("/app/"), .key("/none")])
        _ = state.listed(.prefix("/app/"), etcdListing([("/app/b", "2"), ("/app/a", "1")]), after: nil)
        _ = state.listed(.key("/none"), etcdListing([]), after: nil)
        guard case .answers(let first, _)? = state.takeReports(at: start).reports.first else { return }
        let pairs = ["a", "b"].map {
            KeyValue(path: "app/\($0)", value: $0 == "a" ? "1" : "2", createIndex: 1, modifyIndex: 2)
        }
        #expect(first[key] == .key(pairs[0]) && first[tree] == .keys(pairs) && first[.key(path: "none")] == .key(nil))
        state.apply([.delete(key: "/app/b", revision: 11)], .prefix("/app/"), revision: 11)
        guard case .answers(let second, .unbroken)? = state.takeReports(at: start).reports.first else { return }
        #expect(second == [tree: .keys([pairs[0]])])
    }
}
