import Catalog
import Controller
import State
import Testing

@Suite struct GuardedCatalogTests {
    private let start = ContinuousClock.now
    private let scope = QueryScope(registry: "main")
    private var services: CatalogQuery { .services(scope: scope) }
    private var web: CatalogQuery { .service(name: "web", scope: scope) }
    private var api: CatalogQuery { .service(name: "api", scope: scope) }

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    private func instances(_ ids: String...) -> QueryResult {
        .instances(ids.map { Instance(service: "web", id: $0, node: Node(name: "n"), address: "10.0.0.1", port: 80) })
    }

    private func listing(_ names: String...) -> QueryResult {
        .services(names.map { ServiceSummary(name: $0, tags: []) })
    }

    private func news(
        _ results: [CatalogQuery: QueryResult],
        at seconds: Double,
        brokeAt: Double? = nil,
        failing: Set<CatalogQuery> = [],
    ) -> CatalogHub.News {
        CatalogHub.News(
            sightings: results.mapValues {
                Sighting(result: $0, readAt: at(seconds), breakAt: brokeAt.map { at($0) })
            },
            faulty: [],
            failing: failing
        )
    }

    private func catalog(
        _ settings: GuardSettings = GuardSettings(),
        membership: MembershipSettings = .off,
        archive: CatalogArchive? = nil,
    ) -> GuardedCatalog {
        GuardedCatalog(settings, membership: membership, archive: archive, wallNow: 1_000, now: start)
    }

    /// The instances of a service with their health, but for those that pass.
    private func shown(_ catalog: GuardedCatalog, _ query: CatalogQuery) -> [String]? {
        guard case .instances(let instances)? = catalog.snapshot[query] else { return nil }
        return instances.map { $0.health == .passing ? $0.id : "\($0.id) \($0.health)" }
    }

    /// The services that a template would walk through.
    private func names(_ catalog: GuardedCatalog) -> [String] {
        guard case .services(let summaries)? = catalog.snapshot[services] else { return [] }
        return summaries.map(\.name)
    }

    @Test(arguments: [true, false])
    func `a service whose instances are held stays listed, whichever answer comes first`(listingFirst: Bool) {
        var catalog = catalog()
        _ = catalog.take(news([services: listing("api", "web"), web: instances("a", "b")], at: 0), at: at(0))
        for query in listingFirst ? [services, web] : [web, services] {
            let gone = query == services ? listing("api") : instances()
            _ = catalog.take(news([query: gone], at: 1), at: at(1))
        }
        #expect(catalog.snapshot[web] == instances("a", "b"))
        #expect(names(catalog) == ["api", "web"])
        _ = catalog.look(news([:], at: 62), at: at(62))
        #expect(catalog.snapshot[web] == instances())
        #expect(names(catalog) == ["api"])
    }

    @Test func `a service without instances leaves the list, and one that nobody asks for leaves at once`() {
        var catalog = catalog()
        _ = catalog.take(news([services: listing("api", "other", "web"), web: instances("a")], at: 0), at: at(0))
        _ = catalog.take(news([services: listing("api")], at: 1), at: at(1))
        #expect(names(catalog) == ["api", "web"])
        _ = catalog.take(news([web: instances()], at: 1), at: at(1))
        #expect(names(catalog) == ["api"])
    }

    @Test func `a question that fails keeps its own holds, and no others`() {
        var catalog = catalog()
        _ = catalog.take(news([web: instances("a", "b"), api: instances("c", "d")], at: 0), at: at(0))
        _ = catalog.take(news([web: instances(), api: instances()], at: 1), at: at(1))
        #expect(catalog.holds.count == 2)
        _ = catalog.look(news([:], at: 62, failing: [api]), at: at(62))
        #expect(catalog.snapshot[web] == instances())
        #expect(catalog.snapshot[api] == instances("c", "d"))
        _ = catalog.look(news([:], at: 70), at: at(70))
        #expect(catalog.snapshot[api] == instances())
    }

    @Test func `what was on disk is compared with the first answer, and never again`() {
        let archive = CatalogArchive(savedAt: 900, entries: [web: .init(result: instances("a", "b"))])
        var catalog = catalog(archive: archive)
        _ = catalog.take(news([web: instances("a")], at: 0, brokeAt: 0), at: at(0))
        #expect(catalog.snapshot[web] == instances("a", "b"))
        _ = catalog.take(news([web: instances("a")], at: 31, brokeAt: 0), at: at(31))
        #expect(catalog.snapshot[web] == instances("a"))
        // Not asked for a while, and then again: the instance of long ago does not come back.
        catalog.keep(only: [api])
        _ = catalog.take(news([web: instances("c")], at: 500, brokeAt: 500), at: at(500))
        #expect(catalog.snapshot[web] == instances("c"))
    }

    @Test func `what has not been answered yet is not forgotten on disk`() {
        let archive = CatalogArchive(
            savedAt: 900,
            entries: [web: .init(result: instances("a")), api: .init(result: instances("b"))]
        )
        var catalog = catalog(archive: archive)
        _ = catalog.take(news([web: instances("a")], at: 0, brokeAt: 0), at: at(0))
        let saved = catalog.archived(wallNow: 1_001, now: at(1), leavingOutKeys: false)
        #expect(Set(saved.entries.keys) == [web, api])
    }

    @Test func `it goes on with what was on disk when asked to, and says how old that is`() {
        let archive = CatalogArchive(savedAt: 940, entries: [web: .init(result: instances("a"))])
        var catalog = catalog(archive: archive)
        #expect(catalog.snapshot[web] == nil)
        let notices = catalog.useArchive(at: at(3))
        #expect(notices == [] && catalog.worksFromArchiveOf == at(-60))
        #expect(catalog.snapshot[web] == instances("a"))
        // Written again it gets no younger.
        #expect(catalog.archived(wallNow: 1_004, now: at(4), leavingOutKeys: false).savedAt == 940)
        let again = catalog.useArchive(at: at(4))
        #expect(again == nil)
        _ = catalog.take(news([web: instances("a")], at: 5, brokeAt: 5), at: at(5))
        #expect(catalog.worksFromArchiveOf == nil)
        #expect(catalog.archived(wallNow: 1_006, now: at(6), leavingOutKeys: false).savedAt == 1_006)
    }

    @Test func `release lets go of one question or of all`() {
        var catalog = catalog()
        _ = catalog.take(news([web: instances("a", "b"), api: instances("c", "d")], at: 0), at: at(0))
        _ = catalog.take(news([web: instances(), api: instances()], at: 1), at: at(1))
        _ = catalog.release("service web", byDefault: "main", at: at(2))
        #expect(catalog.holds.map(\.query) == [api])
        _ = catalog.release(nil, byDefault: "main", at: at(3))
        #expect(catalog.holds.isEmpty && catalog.snapshot[api] == instances())
    }

    @Test func `what an earlier process held is shown and can be released before the registry answers`() {
        let loss = InstanceIdentity(service: "web", node: "n", id: "b")
        let archive = CatalogArchive(
            savedAt: 940,
            entries: [
                web: .init(
                    result: instances("a", "b"),
                    pending: .init(losses: [.instance(loss): .init(firstSeen: 930)])
                ),
                api: .init(result: instances("c")),
            ]
        )
        var catalog = catalog(archive: archive)
        let notices = catalog.useArchive(at: at(3))
        #expect(notices?.map(\.kind) == catalog.holds.map { .held($0.hold) })
        #expect(catalog.holds.map(\.query) == [web] && catalog.holds.first?.hold.lost == [.instance(loss)])
        #expect(catalog.nextLook(at: at(3)) == nil)
        let ended = catalog.release("service web", byDefault: "main", at: at(4))
        #expect(ended.map(\.kind) == [.ended(.released)])
        #expect(shown(catalog, web) == ["a"] && shown(catalog, api) == ["c"] && catalog.holds.isEmpty)
        _ = catalog.take(news([web: instances("a")], at: 5, brokeAt: 5), at: at(5))
        #expect(shown(catalog, web) == ["a"] && catalog.holds.isEmpty)
    }

    @Test func `a hold of an earlier process is told when it goes on, and its end when it does not`() {
        let loss = InstanceIdentity(service: "web", node: "n", id: "b")
        let archive = CatalogArchive(
            savedAt: 940,
            entries: [
                web: .init(
                    result: instances("a", "b"),
                    pending: .init(losses: [.instance(loss): .init(firstSeen: 990)])
                )
            ]
        )
        var first = catalog(archive: archive)
        let held = first.take(news([web: instances("a")], at: 0, brokeAt: 0), at: at(0))
        #expect(held.count == 1 && shown(first, web) == ["a", "b"])
        var second = catalog(archive: archive)
        let ended = second.take(news([web: instances("a")], at: 20, brokeAt: 20), at: at(20))
        #expect(ended.map(\.kind) == [.ended(.confirmed)] && shown(second, web) == ["a"])
    }

    @Test func `guards come first: who is held does not drain before it is let go`() {
        var catalog = catalog(membership: MembershipSettings(drain: .seconds(30)))
        _ = catalog.take(news([web: instances("a", "b")], at: 0), at: at(0))
        _ = catalog.take(news([web: instances()], at: 1), at: at(1))
        #expect(shown(catalog, web) == ["a", "b"] && catalog.draining.isEmpty)
        _ = catalog.look(news([:], at: 62), at: at(62))
        #expect(shown(catalog, web) == ["a draining", "b draining"])
        #expect(catalog.draining.map(\.drain.until) == [at(92), at(92)])
        #expect(catalog.nextLook(at: at(62)) == at(92))
        let notices = catalog.look(news([:], at: 92), at: at(92))
        #expect(shown(catalog, web) == [] && notices.count == 1 && catalog.nextLook(at: at(92)) == nil)
    }

    @Test func `who was held because it did not work any more does not drain when it is gone`() {
        func four(_ health: Health) -> QueryResult {
            .instances(
                ["a", "b", "c", "d"].map {
                    Instance(service: "web", id: $0, node: Node(name: "n"), health: $0 == "d" ? .passing : health)
                }
            )
        }
        var catalog = catalog(membership: MembershipSettings(drain: .seconds(30)))
        _ = catalog.take(news([web: four(.passing)], at: 0), at: at(0))
        _ = catalog.take(news([web: four(.critical)], at: 1), at: at(1))
        #expect(shown(catalog, web) == ["a", "b", "c", "d"] && catalog.holds.count == 1)
        let rest = QueryResult.instances([Instance(service: "web", id: "d", node: Node(name: "n"))])
        _ = catalog.take(news([web: rest], at: 2), at: at(2))
        #expect(shown(catalog, web) == ["d"] && catalog.draining.isEmpty)
    }

    @Test func `nor does it after a restart between`() {
        let identities = ["a", "b", "c"].map { InstanceIdentity(service: "web", node: "n", id: $0) }
        let losses = identities.map {
            (ItemIdentity.instance($0), PendingLosses.Loss(firstSeen: 900, heldUntil: 1_010))
        }
        let entry = CatalogArchive.Entry(
            result: instances("a", "b", "c", "d"),
            pending: PendingLosses(losses: Dictionary(uniqueKeysWithValues: losses))
        )
        var catalog = catalog(
            membership: MembershipSettings(drain: .seconds(30)),
            archive: CatalogArchive(savedAt: 940, entries: [web: entry])
        )
        _ = catalog.take(news([web: instances("d")], at: 2, brokeAt: 2), at: at(2))
        #expect(shown(catalog, web) == ["d"] && catalog.draining.isEmpty)
    }

    @Test(arguments: [true, false])
    func `a service of which only draining instances are left stays listed`(listingFirst: Bool) {
        var catalog = catalog(membership: MembershipSettings(drain: .seconds(30)))
        _ = catalog.take(news([services: listing("api", "web"), web: instances("a")], at: 0), at: at(0))
        for query in listingFirst ? [services, web] : [web, services] {
            let gone = query == services ? listing("api") : instances()
            _ = catalog.take(news([query: gone], at: 1), at: at(1))
        }
        #expect(names(catalog) == ["api", "web"] && shown(catalog, web) == ["a draining"])
        _ = catalog.look(news([:], at: 31), at: at(31))
        #expect(names(catalog) == ["api"] && shown(catalog, web) == [])
    }

    @Test func `what drains goes on draining after a restart, with the registry and without`() throws {
        let settings = MembershipSettings(drain: .seconds(30))
        var first = catalog(membership: settings)
        _ = first.take(news([web: instances("a", "b")], at: 0), at: at(0))
        _ = first.take(news([web: instances("a")], at: 1), at: at(1))
        let archive = first.archived(wallNow: 990, now: at(11), leavingOutKeys: false)
        #expect(archive.entries[web]?.result == instances("a") && archive.entries[web]?.draining.first?.until == 1_010)

        var answered = catalog(membership: settings, archive: archive)
        _ = answered.take(news([web: instances("a")], at: 2, brokeAt: 2), at: at(2))
        #expect(shown(answered, web) == ["a", "b draining"] && answered.nextLook(at: at(2)) == at(10))

        var alone = catalog(membership: settings, archive: archive)
        _ = alone.useArchive(at: at(3))
        #expect(shown(alone, web) == ["a", "b draining"])
        let again = alone.archived(wallNow: 1_005, now: at(5), leavingOutKeys: false)
        #expect(again.entries == archive.entries)
        _ = alone.look(news([:], at: 10), at: at(10))
        #expect(shown(alone, web) == ["a"])

        var off = catalog(archive: archive)
        _ = off.take(news([web: instances("a")], at: 2, brokeAt: 2), at: at(2))
        #expect(shown(off, web) == ["a"])
    }

    @Test func `who comes and goes is kept out, said so, and let in again`() {
        let damping = DampingSettings(changes: 2, window: .seconds(60), quiet: .seconds(20))
        var catalog = catalog(membership: MembershipSettings(damping: damping))
        _ = catalog.take(news([web: instances("a", "b")], at: 0), at: at(0))
        _ = catalog.take(news([web: instances("a")], at: 1), at: at(1))
        _ = catalog.take(news([web: instances("a", "b")], at: 2), at: at(2))
        #expect(shown(catalog, web) == ["a", "b"])
        _ = catalog.take(news([web: instances("a")], at: 3), at: at(3))
        let notices = catalog.take(news([web: instances("a", "b")], at: 4), at: at(4))
        let identity = InstanceIdentity(service: "web", node: "n", id: "b")
        #expect(notices.map(\.kind) == [.membership(.damped(identity, changes: 4))])
        #expect(shown(catalog, web) == ["a"] && catalog.damped.map(\.damping.until) == [at(24)])
        _ = catalog.takeChanges()
        let over = catalog.look(news([:], at: 24), at: at(24))
        #expect(over.map(\.kind) == [.membership(.dampingEnded(identity, .quiet))])
        #expect(shown(catalog, web) == ["a", "b"] && catalog.hasChanges && catalog.damped.isEmpty)
    }
}
