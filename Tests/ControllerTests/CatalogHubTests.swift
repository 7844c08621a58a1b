import Catalog
import Controller
import Logging
import Registries
import Settings
import Testing

@Suite(.timeLimit(.minutes(1))) struct CatalogHubTests {
    private let web = CatalogQuery.service(name: "web", scope: QueryScope(registry: "main"))
    private let api = CatalogQuery.service(name: "api", scope: QueryScope(registry: "main"))

    /// Runs `body` beside a hub that watches `registry`.
    private func withHub(_ registries: any Registry..., body: (CatalogHub) async -> Void) async {
        let hub = CatalogHub(registries: registries, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        await withTaskGroup { group in
            group.addTask { await hub.run() }
            await body(hub)
            group.cancelAll()
        }
    }

    private func instances(_ ids: String...) -> QueryResult {
        .instances(ids.map { Instance(service: "web", id: $0, node: Node(name: "n"), address: "10.0.0.1", port: 80) })
    }

    @Test func `a registry is asked what targets depend on, and its answer wakes them`() async {
        let registry = ScriptedRegistry()
        await withHub(registry) { hub in
            let signals = await hub.subscribe("edge")
            await hub.depend("edge", on: [web])
            #expect(await registry.nextWanted() == [web])
            await registry.report(.answers([web: instances("a")], continuity: .unbroken))
            for await _ in signals { break }
            #expect(await hub.news(for: "edge").sightings[web]?.result == instances("a"))
            #expect(await hub.news(for: "edge").sightings.isEmpty)
        }
    }

    @Test func `the same answer again is no news, but a later read`() async throws {
        let registry = ScriptedRegistry()
        await withHub(registry) { hub in
            await hub.depend("edge", on: [web])
            _ = await registry.nextWanted()
            await registry.report(.answers([web: instances("a")], continuity: .unbroken))
            let first = await hub.news(for: "edge").sightings[web]?.readAt
            await registry.report(.answers([web: instances("a")], continuity: .unbroken))
            #expect(await hub.news(for: "edge").sightings.isEmpty)
            let second = await hub.news(for: "edge", also: [web]).sightings[web]?.readAt
            #expect(first != nil && second != nil && second != first)
        }
    }

    @Test func `the same answer after a break is news`() async {
        let registry = ScriptedRegistry()
        await withHub(registry) { hub in
            await hub.depend("edge", on: [web])
            _ = await registry.nextWanted()
            await registry.report(.answers([web: instances("a")], continuity: .unbroken))
            #expect(await hub.news(for: "edge").sightings[web]?.breakAt == nil)
            await registry.report(.answers([web: instances("a")], continuity: .afterBreak))
            #expect(await hub.news(for: "edge").sightings[web]?.breakAt != nil)
        }
    }

    @Test func `a target is not woken before the last of its answers is there`() async {
        let registry = ScriptedRegistry()
        await withHub(registry) { hub in
            let signals = await hub.subscribe("edge")
            await hub.depend("edge", on: [web, api])
            _ = await registry.nextWanted()
            await registry.report(.answers([web: instances("a")], continuity: .unbroken))
            await registry.report(.answers([api: instances("b")], continuity: .unbroken))
            for await _ in signals { break }
            #expect(await hub.news(for: "edge").sightings.count == 2)
        }
    }

    @Test func `what a check prints wakes only who reads it`() async {
        func printing(_ output: String) -> QueryResult {
            let check = Check(id: "c", status: .passing, output: output)
            return .instances([Instance(service: "web", id: "a", node: Node(name: "n"), checks: [check])])
        }
        let registry = ScriptedRegistry()
        await withHub(registry) { hub in
            let reading = await hub.subscribe("reader", readsCheckOutput: true)
            let other = await hub.subscribe("other", readsCheckOutput: false)
            for target in ["reader", "other"] { await hub.depend(target, on: [web]) }
            _ = await registry.nextWanted()
            await registry.report(.answers([web: printing("1")], continuity: .unbroken))
            for await _ in reading { break }
            for await _ in other { break }
            await registry.report(.answers([web: printing("2")], continuity: .unbroken))
            for await _ in reading { break }
            await registry.report(.answers([web: instances("b")], continuity: .unbroken))
            // One signal only, so that there was none for the text.
            for await _ in other { break }
            #expect(await hub.news(for: "other").sightings[web]?.result == instances("b"))
        }
    }

    @Test func `an answer that came between rendering and depending is not lost`() async {
        let registry = ScriptedRegistry()
        await withHub(registry) { hub in
            await hub.depend("other", on: [web])
            _ = await registry.nextWanted()
            await registry.report(.answers([web: instances("a")], continuity: .unbroken))
            let signals = await hub.subscribe("edge")
            await hub.depend("edge", on: [web])
            for await _ in signals { break }
        }
    }

    @Test func `what nobody asks any more is forgotten`() async {
        let registry = ScriptedRegistry()
        await withHub(registry) { hub in
            await hub.depend("edge", on: [web, api])
            #expect(await registry.nextWanted() == [web, api])
            await registry.report(.answers([web: instances("a")], continuity: .unbroken))
            await hub.depend("edge", on: [api])
            #expect(await registry.nextWanted() == [api])
            #expect(await hub.news(for: "edge", also: [web]).sightings[web] == nil)
        }
    }

    @Test func `a fault keeps the last good answers, and is over when the registry says so`() async {
        let registry = ScriptedRegistry()
        await withHub(registry) { hub in
            await hub.depend("edge", on: [web])
            _ = await registry.nextWanted()
            await registry.report(.answers([web: instances("a")], continuity: .unbroken))
            await registry.report(.fault(RegistryFault(label: "missing", message: "it is gone")))
            #expect(await hub.news(for: "edge", also: [web]).sightings[web]?.result == instances("a"))
            guard case .faulty? = await hub.registryStates.first?.health else {
                Issue.record("the fault does not show")
                return
            }
            await registry.report(.recovered)
            guard case .good? = await hub.registryStates.first?.health else {
                Issue.record("the recovery does not show")
                return
            }
        }
    }

    /// Since when each registry is as it is.
    private func since(_ hub: CatalogHub) async -> [String: ContinuousClock.Instant] {
        Dictionary(uniqueKeysWithValues: await hub.registryStates.map { ($0.name, $0.since) })
    }

    @Test func `a fault lasts since the first, also if it is another by now`() async {
        let registry = ScriptedRegistry()
        await withHub(registry) { hub in
            await registry.report(.fault(RegistryFault(label: "invalid", message: "it is no YAML")))
            let first = await since(hub)
            await registry.report(.fault(RegistryFault(label: "missing", message: "it is gone")))
            #expect(await since(hub) == first)
            await registry.report(.recovered)
            #expect(await since(hub) != first)
        }
    }

    @Test func `a union is at fault since its first part is, a failover since its last`() async throws {
        let (one, two) = (ScriptedRegistry("one"), ScriptedRegistry("two"))
        let union = CombinedRegistry(name: "union", CombinationSettings(.union, of: ["one", "two"]))
        let failover = CombinedRegistry(name: "failover", CombinationSettings(.failover, of: ["one", "two"]))
        await withHub(one, two, union, failover) { hub in
            await one.report(.fault(RegistryFault(label: "missing", message: "it is gone")))
            var times = await since(hub)
            #expect(times["union"] == times["one"])
            #expect(times["failover"] == times["two"])
            await two.report(.fault(RegistryFault(label: "missing", message: "it is gone")))
            times = await since(hub)
            #expect(times["union"] == times["one"])
            #expect(times["failover"] == times["two"])
            await one.report(.recovered)
            times = await since(hub)
            #expect(times["union"] == times["two"])
            #expect(times["failover"] == times["one"])
        }
    }
}

/// A registry whose reports the test sends.
private final class ScriptedRegistry: Registry {
    let name: String
    private let wanted = AsyncStream<Set<CatalogQuery>>.makeStream()
    private let reports = AsyncStream<(RegistryReport, CheckedContinuation<Void, Never>)>.makeStream()

    init(_ name: String = "main") { self.name = name }

    func watch(
        _ wanted: AsyncStream<Set<CatalogQuery>>,
        report: @escaping @Sendable (RegistryReport) async -> Void,
    ) async {
        await withTaskGroup { group in
            group.addTask { for await set in wanted { self.wanted.continuation.yield(set) } }
            group.addTask {
                for await (message, done) in self.reports.stream {
                    await report(message)
                    done.resume()
                }
            }
        }
    }

    /// The next set of questions that the hub announces.
    func nextWanted() async -> Set<CatalogQuery>? {
        var iterator = wanted.stream.makeAsyncIterator()
        return await iterator.next()
    }

    /// Sends a report and returns when the hub has taken it.
    func report(_ message: RegistryReport) async {
        await withCheckedContinuation { reports.continuation.yield((message, $0)) }
    }
}
