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

    private func catalog(_ settings: GuardSettings = GuardSettings(), archive: CatalogArchive? = nil) -> GuardedCatalog
    {
        GuardedCatalog(settings, archive: archive, wallNow: 1_000, now: start)
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
        let again = catalog.useArchive(at: at(4))
        #expect(again == nil)
        _ = catalog.take(news([web: instances("a")], at: 5, brokeAt: 5), at: at(5))
        #expect(catalog.worksFromArchiveOf == nil)
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
}
