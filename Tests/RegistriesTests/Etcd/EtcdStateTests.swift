import Catalog
import Registries
import Settings
import Testing

@Suite("EtcdState") struct EtcdStateTests {
    private let web = CatalogQuery.service(name: "web")
    private let start = ContinuousClock.now

    /// A state that expectations may change.
    private final class Probe {
        private var state: EtcdState

        init(_ state: EtcdState) { self.state = state }

        var missing: [KeyRange] { state.missing }
        var starts: [EtcdWatch.Start] { state.starts }
        var standing: EtcdHeader? { state.standing }
        var nextConfirmation: ContinuousClock.Instant? { state.nextConfirmation }

        func want(_ queries: Set<CatalogQuery>) -> [RegistryReport] { state.want(queries) }
        func listed(_ range: KeyRange, _ listing: EtcdListing, after known: EtcdHeader?) -> Bool {
            state.listed(range, listing, after: known)
        }
        func apply(_ events: [EtcdEvent], _ range: KeyRange, revision: Int64) {
            state.apply(events, range, revision: revision)
        }
        func denied(_ range: KeyRange, _ fault: EtcdFault) { state.denied(range, fault) }
        func listAgain() { state.listAgain() }
        func renew(at now: ContinuousClock.Instant) { state.renew(at: now) }
        func watched() { state.watched() }
        func takeReports(at now: ContinuousClock.Instant) -> (
            reports: [RegistryReport], rejected: [RejectedRegistration]
        ) {
            state.takeReports(at: now)
        }
    }

    private func state(_ format: EtcdServiceFormat = .auto, hostnames: Bool = false) -> Probe {
        let services = EtcdServices(format: format)
        return Probe(EtcdState(.init(name: "main", address: "etcd://test", hostnames: hostnames, services: services)))
    }

    private func listing(
        _ entries: [(String, String)],
        revision: Int64 = 10,
        cluster: UInt64 = 1,
        term: UInt64 = 2,
    ) -> EtcdListing {
        EtcdListing(
            header: EtcdHeader(clusterID: cluster, revision: revision, term: term),
            entries: entries.map { EtcdKeyValue(key: $0.0, value: Array($0.1.utf8), createRevision: 1, modRevision: 2) }
        )
    }

    private func text(_ result: QueryResult?) -> String {
        guard case .instances(let instances)? = result else { return "\(result as Any)" }
        return instances.map { one in
            var words = ["\(one.id) \(one.address):\(one.port)"]
            if one.weights != Weights() { words.append("w\(one.weights.passing)") }
            words += one.tags + one.meta.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            if one.health != .passing { words.append("\(one.health)") }
            if !one.zone.isEmpty { words.append("in \(one.zone)") }
            if one.node.name != one.address { words.append("on \(one.node.name)") }
            return words.joined(separator: " ")
        }.joined(separator: "; ")
    }

    private func answers(_ state: Probe, at now: ContinuousClock.Instant? = nil)
        -> [(QueryResult?, RegistryReport.Continuity)]
    {
        state.takeReports(at: now ?? start).reports.compactMap { report in
            guard case .answers(let answers, let continuity) = report else { return nil }
            return (answers[web] ?? answers.values.first, continuity)
        }
    }

    // MARK: - Conventions

    @Test(
        "Values of all conventions are recognised",
        arguments: [
            (#"{"address":"10.0.0.1","port":80}"#, "a 10.0.0.1:80"),
            (
                #" {"address":"10.0.0.1","port":"80","weight":5,"tags":["y","x"],"meta":{"n":1,"b":true,"s":"t","o":{}}}"#,
                "a 10.0.0.1:80 w5 x y b=true n=1 s=t"
            ),
            (
                #"{"address":"fd00::1","health":"draining","zone":"east","node":"n1","tags":null}"#,
                "a fd00::1:0 draining in east on n1"
            ),
            (
                #"{"Op":0,"Addr":"10.0.0.1:8080","Metadata":{"weight":7,"version":"1"}}"#,
                "a 10.0.0.1:8080 w7 version=1 weight=7"
            ),
            (#"{"Op":0,"Addr":"[fd00::1]:8080","Metadata":null}"#, "a fd00::1:8080"),
            (#"{"Addr":"10.0.0.1:8080","Metadata":"text"}"#, "a 10.0.0.1:8080"),
            (
                #"{"host":"10.0.0.1","port":53,"priority":10,"weight":0,"text":"","group":"g","ttl":60}"#,
                "a 10.0.0.1:53 group=g priority=10"
            ),
            ("10.0.0.1:8080", "a 10.0.0.1:8080"), (" [fd00::1]:80\n", "a fd00::1:80"),
        ]
    )
    func conventions(value: String, instance: String) {
        let state = state()
        _ = state.want([web])
        #expect(state.listed(.prefix("/services/web/"), listing([("/services/web/a", value)]), after: nil))
        #expect(text(answers(state).first?.0) == instance)
    }

    @Test(
        "What cannot be read is set aside with its reason, and the others stay",
        arguments: [
            ("", "the value is ``, not HOST:PORT"), ("x", "not HOST:PORT"), ("10.0.0.1:99999", "the port is 99999"),
            ("example.com:80", "not an IP address; register one, or let names through: `hostnames: true`"),
            ("{", "the value is not JSON"), (#"{"port":80}"#, "the value has no `address`"),
            (#"{"address":"10.0.0.1","port":"http"}"#, "`port` is no whole number"),
            (#"{"address":"10.0.0.1","port":-1}"#, "the port is -1"),
            (#"{"address":"10.0.0.1","weight":70000}"#, "the weight is 70000"),
            (#"{"address":"10.0.0.1","tags":"x"}"#, "`tags` is no list of texts"),
            (#"{"address":"10.0.0.1","health":"ill"}"#, "there is no health `ill`"),
            (#"{"Op":1,"Addr":"10.0.0.1:80"}"#, "the word of a removal"),
            (#"{"address":"10.0.0.1\nserver evil"}"#, #"the address is `10.0.0.1\nserver evil`"#),
        ]
    )
    func setAside(value: String, reason: String) throws {
        let state = state()
        _ = state.want([web])
        let entries = [
            ("/services/web/a", value), ("/services/web/b", "10.0.0.2:80"), ("/services/web", "10.0.0.3:80"),
        ]
        #expect(state.listed(.prefix("/services/web/"), listing(entries), after: nil))
        let (reports, rejected) = state.takeReports(at: start)
        guard case .answers(let answers, _)? = reports.first else {
            Issue.record("no answer")
            return
        }
        #expect(text(answers[web]) == "b 10.0.0.2:80")
        let one = try #require(rejected.first)
        #expect(rejected.count == 1 && one.instance.id == "a" && one.reason.contains(reason), "\(one.reason)")
    }

    @Test(
        "A format that is said is no longer guessed",
        arguments: [
            (EtcdServiceFormat.hostport, #"{"address":"10.0.0.1"}"#), (.json, "10.0.0.1:80"), (.grpc, "10.0.0.1:80"),
            (.grpc, #"{"address":"10.0.0.1"}"#), (.skydns, #"{"address":"10.0.0.1"}"#),
            (.json, #"{"host":"10.0.0.1"}"#),
        ]
    )
    func formats(format: EtcdServiceFormat, value: String) {
        let state = state(format)
        _ = state.want([web])
        _ = state.listed(.prefix("/services/web/"), listing([("/services/web/a", value)]), after: nil)
        #expect(state.takeReports(at: start).rejected.count == 1)
    }

    @Test func `host names come through where they are allowed, and hostile names of services do not`() {
        let state = state(hostnames: true)
        _ = state.want([.services()])
        let entries = [
            ("/services/web/a", "db.example:80"), ("/services/we|b/a", "10.0.0.1:80"), ("/services//x", "10.0.0.1:80"),
        ]
        _ = state.listed(.prefix("/services/"), listing(entries), after: nil)
        let answer = answers(state).first?.0
        #expect(answer == .services([ServiceSummary(name: "web", tags: [])]))
    }

    // MARK: - Following

    @Test func `the same again is not reported, and what stays is the same object`() throws {
        let state = state()
        _ = state.want([web])
        _ = state.listed(
            .prefix("/services/web/"),
            listing([("/services/web/a", "10.0.0.1:80"), ("/services/web/b", "10.0.0.2:80")]),
            after: nil
        )
        guard case .instances(let first)? = answers(state).first?.0 else { return }
        state.apply([event("a", "10.0.0.1:80", 11)], .prefix("/services/web/"), revision: 11)
        #expect(answers(state).isEmpty)
        state.apply([event("b", "10.0.0.2:81", 12)], .prefix("/services/web/"), revision: 12)
        guard case .instances(let second)? = answers(state).first?.0 else { return }
        #expect(second[0] === first[0] && second[1].port == 81)
        // What is older than what is known changes nothing.
        state.apply([event("b", "10.0.0.2:99", 11)], .prefix("/services/web/"), revision: 12)
        #expect(answers(state).isEmpty)
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
        let state = state()
        _ = state.want([web])
        let range = KeyRange.prefix("/services/web/")
        let before = listing([("/services/web/a", "10.0.0.1:80")])
        _ = state.listed(range, before, after: nil)
        #expect(answers(state).map(\.1) == [.afterBreak], "the first one is")
        // What confirms the first answer.
        state.renew(at: start + .seconds(31))
        _ = state.listed(range, before, after: state.standing)
        #expect(answers(state).map(\.1) == [.unbroken] && state.nextConfirmation == nil)

        state.listAgain()
        let other = listing([], revision: revision, cluster: cluster, term: term)
        #expect(!state.listed(range, other, after: state.standing))
        #expect(answers(state).isEmpty && state.missing == [range])
        #expect(state.listed(range, other, after: state.standing))
        let broken = answers(state, at: start + .seconds(60))
        #expect(broken.map(\.1) == [.afterBreak] && broken.first?.0 == .instances([]))
        #expect(state.nextConfirmation == start + .seconds(90))
        state.renew(at: start + .seconds(89))
        #expect(state.missing.isEmpty)
        state.renew(at: start + .seconds(90))
        #expect(state.missing == [range])
        #expect(state.listed(range, other, after: state.standing))
        #expect(answers(state).map(\.1) == [.unbroken])
    }

    @Test func `a listing again of the same history is no break, whatever was missed`() {
        let state = state()
        _ = state.want([web])
        let range = KeyRange.prefix("/services/web/")
        _ = state.listed(
            range,
            listing([("/services/web/a", "10.0.0.1:80"), ("/services/web/b", "10.0.0.2:80")]),
            after: nil
        )
        _ = answers(state)
        state.listAgain()
        #expect(state.listed(range, listing([("/services/web/b", "10.0.0.2:80")], revision: 50), after: state.standing))
        let answers = answers(state)
        #expect(answers.map(\.1) == [.unbroken] && text(answers.first?.0) == "b 10.0.0.2:80")
    }

    @Test func `what is denied fails by itself, what is allowed within is answered, and it is tried again`() {
        let state = state()
        _ = state.want([web, .services()])
        #expect(state.missing == [.prefix("/services/")])
        state.denied(.prefix("/services/"), .denied("no"))
        #expect(state.missing == [.prefix("/services/web/")])
        _ = state.listed(.prefix("/services/web/"), listing([("/services/web/a", "10.0.0.1:80")]), after: nil)
        var failing: Set<CatalogQuery> = []
        for report in state.takeReports(at: start).reports {
            if case .failing(let queries) = report { failing = queries }
            if case .answers(let answers, _) = report { #expect(text(answers[web]) == "a 10.0.0.1:80") }
        }
        #expect(failing == [.services()])
        state.renew(at: start)
        #expect(state.missing == [.prefix("/services/")])
        _ = state.listed(
            .prefix("/services/"),
            listing([("/services/web/a", "10.0.0.1:80")], revision: 12),
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
        let state = state()
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
        let state = state()
        let (key, tree) = (CatalogQuery.key(path: "app/a"), CatalogQuery.prefix(path: "app/"))
        _ = state.want([key, tree, .key(path: "none")])
        #expect(state.missing == [.prefix("/app/"), .key("/none")])
        _ = state.listed(.prefix("/app/"), listing([("/app/b", "2"), ("/app/a", "1")]), after: nil)
        _ = state.listed(.key("/none"), listing([]), after: nil)
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
