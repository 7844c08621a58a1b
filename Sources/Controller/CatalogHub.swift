package import Catalog
import Diagnostics
package import Logging
package import Registries
import Rendering
import Settings

/// Where registries and targets meet: keeps the last good answer to every question asked, tells the registries what is
/// asked, and wakes the targets whose answers changed.
package actor CatalogHub {
    /// How a registry is at present.
    package enum Health: Sendable {
        /// Nothing has been heard of it yet.
        case connecting
        case good
        case faulty(RegistryFault)

        var isFaulty: Bool { if case .faulty = self { true } else { false } }
    }

    /// What has come since a target was last told.
    package struct News: Sendable {
        package var sightings: [CatalogQuery: Sighting]
        /// The registries that cannot be read at present, and the questions that others cannot answer.
        package var faulty: Set<String>
        package var failing: Set<CatalogQuery>

        package init(sightings: [CatalogQuery: Sighting], faulty: Set<String>, failing: Set<CatalogQuery>) {
            self.sightings = sightings
            self.faulty = faulty
            self.failing = failing
        }

        /// Whether `query` is not answered at present.
        package func fails(_ query: CatalogQuery) -> Bool {
            failing.contains(query) || (query.scope.registry.map { faulty.contains($0) } ?? false)
        }
    }

    /// What the status tells of a registry.
    package struct RegistryState: Sendable {
        package var name: String
        package var health: Health
        /// When `health` began.
        package var since: ContinuousClock.Instant
        /// When the last answer came.
        package var lastAnswer: ContinuousClock.Instant?
        /// How many questions are asked of it, and how many have an answer.
        package var asked = 0
        package var answered = 0
    }

    private let registries: [any Registry]
    private let logger: Logger
    let clock = ContinuousClock()
    var sightings: [CatalogQuery: Sighting] = [:]
    var states: [String: RegistryState]
    private var wantedSinks: [String: AsyncStream<Set<CatalogQuery>>.Continuation] = [:]
    private var wantedStreams: [String: AsyncStream<Set<CatalogQuery>>] = [:]
    var watched: [String: Set<CatalogQuery>] = [:]
    var failing: [String: Set<CatalogQuery>] = [:]
    /// The registries that are made of others, by name.
    var combinations: [String: Combination] = [:]
    private var dependents: [String: Dependent] = [:]

    /// What a target asks, and what it has not been told yet.
    private struct Dependent {
        var queries: Set<CatalogQuery> = []
        /// Those of its questions that have no answer yet.
        var missing: Set<CatalogQuery> = []
        /// Those whose answer it has not been told.
        var news: Set<CatalogQuery> = []
        var readsCheckOutput = true
        var sink: AsyncStream<Void>.Continuation?
        /// Whether it is to be woken though it still lacks answers.
        var isDue = false
    }

    /// How often a target that still lacks answers is shown those that have come.
    private static let partialInterval = Duration.seconds(1)

    package init(registries: [any Registry], logger: Logger) {
        self.registries = registries
        self.logger = logger
        let now = clock.now
        states = Dictionary(
            uniqueKeysWithValues: registries.map {
                ($0.name, RegistryState(name: $0.name, health: .connecting, since: now))
            }
        )
        for registry in registries {
            // Every set is seen, in order: a question dropped and asked again must be answered again.
            (wantedStreams[registry.name], wantedSinks[registry.name]) = AsyncStream.makeStream()
            if let combined = registry as? CombinedRegistry {
                combinations[combined.name] = Combination(combined.settings)
            }
        }
    }

    /// Watches the registries until cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for registry in registries {
                guard let wanted = wantedStreams[registry.name] else { continue }
                group.addTask {
                    await registry.watch(wanted) { report in await self.receive(report, from: registry.name) }
                }
            }
            group.addTask { [clock] in
                while (try? await clock.sleep(for: Self.partialInterval)) != nil {
                    await self.combine()
                    await self.wakeDue()
                }
            }
        }
    }

    /// Signals when something that `target` depends on has changed; several changes may come as one signal.
    ///
    /// - Parameter readsCheckOutput: False: it is not woken when nothing but what a check printed has changed.
    package func subscribe(_ target: String, readsCheckOutput: Bool = true) -> AsyncStream<Void> {
        let (stream, sink) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        dependents[target, default: Dependent()].sink = sink
        dependents[target, default: Dependent()].readsCheckOutput = readsCheckOutput
        return stream
    }

    /// What has come to the questions of `target` since the last call, and how the answers to `also` are at present.
    package func news(for target: String, also: Set<CatalogQuery> = []) -> News {
        let queries = (dependents[target]?.news ?? []).union(also)
        dependents[target]?.news = []
        var news = News(sightings: [:], faulty: [], failing: [])
        for query in queries { news.sightings[query] = sightings[query] }
        for state in states.values {
            if case .faulty(let fault) = state.health, fault.isWhole { news.faulty.insert(state.name) }
        }
        for questions in failing.values { news.failing.formUnion(questions) }
        for (name, combination) in combinations {
            for query in watched[name] ?? [] where combination.fails(query, members(of: combination, query)) {
                news.failing.insert(query)
            }
        }
        return news
    }

    /// Says what `target` depends on; answers that are there already are news to it.
    package func depend(_ target: String, on queries: Set<CatalogQuery>) {
        var dependent = dependents[target] ?? Dependent()
        guard dependent.queries != queries else { return }
        for query in queries.subtracting(dependent.queries) {
            if sightings[query] == nil { dependent.missing.insert(query) } else { dependent.news.insert(query) }
        }
        dependent.queries = queries
        dependent.missing.formIntersection(queries)
        dependent.news.formIntersection(queries)
        dependents[target] = dependent
        announceWanted()
        if !dependent.news.isEmpty { dependent.sink?.yield() }
    }

    /// Whether something of what is missing will not come before somebody mends its registry.
    func needsMending(for missing: [Missing]) -> Bool {
        missing.contains { thing in
            guard case .query(let query) = thing.subject, let registry = query.scope.registry,
                case .faulty(let fault) = health(of: registry)
            else { return false }
            return fault.needsMending
        }
    }

    package var registryStates: [RegistryState] {
        states.values.sorted { $0.name < $1.name }.map { state in
            var state = state
            let asked = watched[state.name] ?? []
            state.health = health(of: state.name)
            state.since = since(of: state.name)
            state.asked = asked.count
            state.answered = asked.count { sightings[$0] != nil }
            return state
        }
    }

    private func announceWanted() {
        var all = dependents.values.reduce(into: Set()) { $0.formUnion($1.queries) }
        for query in all {
            guard let members = query.scope.registry.flatMap({ combinations[$0] })?.settings.members else { continue }
            for member in members { all.insert(Combination.question(query, to: member)) }
        }
        sightings = sightings.filter { all.contains($0.key) }
        let byRegistry = Dictionary(grouping: all) { $0.scope.registry ?? "" }
        for registry in registries {
            let wanted = Set(byRegistry[registry.name] ?? [])
            guard watched[registry.name] != wanted else { continue }
            watched[registry.name] = wanted
            wantedSinks[registry.name]?.yield(wanted)
            combinations[registry.name]?.keep(only: wanted)
        }
        combine()
    }

    private func receive(_ report: RegistryReport, from registry: String) {
        switch report {
        case .answers(let answers, let continuity):
            states[registry]?.lastAnswer = clock.now
            if case .connecting? = states[registry]?.health { become(.good, registry) }
            see(answers, continuity, registry)
        case .fault(let fault):
            let isFirst = states[registry]?.health.isFaulty != true
            logger.log(
                level: isFirst ? .warning : .info,
                isFirst ? "registry fault" : "registry still faulty",
                metadata: [
                    "registry": "\(registry)", "label": "\(fault.label)",
                    // What the lines below say with its place.
                    "fault": "\(fault.diagnostics.isEmpty ? fault.message : "")",
                    "hint": "\(fault.hint ?? "")",
                ]
            )
            for diagnostic in fault.diagnostics { logger.warning("fault in a registry file\n\(diagnostic)") }
            become(.faulty(fault), registry)
            if fault.isWhole || fault.needsMending { wakeWaiting() }
            combine(of: registry)
        case .failing(let questions):
            failing[registry] = questions.isEmpty ? nil : questions
            combine(of: registry)
            if !questions.isEmpty { wakeWaiting() }
        case .recovered:
            if states[registry]?.health.isFaulty == true {
                let lasted = states[registry].map { clock.now - $0.since } ?? .zero
                logger.notice(
                    "registry recovered",
                    metadata: ["registry": "\(registry)", "after": "\(lasted.readable)"]
                )
            }
            become(.good, registry)
            combine(of: registry)
        }
    }

    private func become(_ health: Health, _ registry: String) {
        // Another fault is no other state: it lasts since the first.
        if states[registry]?.health.isFaulty != true || !health.isFaulty { states[registry]?.since = clock.now }
        states[registry]?.health = health
    }

    /// Takes over answers, and makes those of the registries that this one has a part in.
    private func see(
        _ answers: [CatalogQuery: QueryResult],
        _ continuity: RegistryReport.Continuity,
        _ registry: String,
    ) {
        let asked = watched[registry] ?? []
        let now = clock.now
        var seen: [CatalogQuery: Sighting] = [:]
        for (query, result) in answers where asked.contains(query) {
            var sighting = Sighting(result: result, readAt: now, breakAt: sightings[query]?.breakAt)
            sighting.isStated = continuity == .stated
            if continuity == .afterBreak { sighting.breakAt = now }
            seen[query] = sighting
        }
        take(seen)
        combine(of: registry, answering: Set(seen.keys))
    }

    /// Takes over what was seen and wakes whom it concerns.
    func take(_ seen: [CatalogQuery: Sighting]) {
        var changed: Set<CatalogQuery> = []
        /// Of those, the ones in which checks print something else and nothing more.
        var quiet: Set<CatalogQuery> = []
        for (query, sighting) in seen {
            let old = sightings[query]
            let isSame = old?.result == sighting.result
            let isBreak = old?.breakAt != sighting.breakAt
            sightings[query] = sighting
            // The instances that are there already keep being those.
            if let old, isSame { sightings[query]?.result = old.result }
            guard !isSame || isBreak else { continue }
            changed.insert(query)
            if let old, !isBreak, old.result.differsOnlyInCheckOutput(from: sighting.result) { quiet.insert(query) }
        }
        guard !changed.isEmpty else { return }
        for (target, var dependent) in dependents {
            let concerned = changed.intersection(dependent.queries)
            guard !concerned.isEmpty else { continue }
            dependent.news.formUnion(concerned)
            if !dependent.missing.isEmpty { dependent.missing.subtract(concerned) }
            if !dependent.missing.isEmpty {
                // Rendering is in vain while answers are missing; who looks at the status still wants to know which.
                dependent.isDue = true
            } else if dependent.readsCheckOutput || !concerned.isSubset(of: quiet) {
                dependent.sink?.yield()
            }
            dependents[target] = dependent
        }
    }

    /// Who still lacks an answer may have an old one to go on with.
    private func wakeWaiting() {
        for dependent in dependents.values where !dependent.missing.isEmpty { dependent.sink?.yield() }
    }

    private func wakeDue() {
        for (target, dependent) in dependents where dependent.isDue {
            dependent.sink?.yield()
            dependents[target]?.isDue = false
        }
    }
}
