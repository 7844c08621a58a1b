package import Catalog
import Diagnostics
package import Logging
package import Registries

/// Where registries and targets meet: keeps the last good answer to every question asked, tells the registries what is
/// asked, and wakes the targets whose answers changed.
package actor CatalogHub {
    /// How a registry is at present.
    package enum Health: Sendable {
        /// Nothing has been heard of it yet.
        case connecting
        case good
        case faulty(RegistryFault)
    }

    /// The catalog at one moment, with the number that orders such moments.
    package struct View: Sendable {
        package var snapshot: CatalogSnapshot
        package var version: UInt64
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
    private let clock = ContinuousClock()
    private var snapshot = CatalogSnapshot()
    private var version: UInt64 = 0
    /// The version at which each answer last changed.
    private var changes: [CatalogQuery: UInt64] = [:]
    private var states: [String: RegistryState]
    private var wantedSinks: [String: AsyncStream<Set<CatalogQuery>>.Continuation] = [:]
    private var wantedStreams: [String: AsyncStream<Set<CatalogQuery>>] = [:]
    private var dependencies: [String: Set<CatalogQuery>] = [:]
    private var subscribers: [String: AsyncStream<Void>.Continuation] = [:]
    private var watched: [String: Set<CatalogQuery>] = [:]
    private let faultSink: AsyncStream<RegistryFault>.Continuation
    /// The faults as they come, the newest few: for one-shot commands, which do not wait for what will not come.
    package nonisolated let faults: AsyncStream<RegistryFault>

    package init(registries: [any Registry], logger: Logger) {
        self.registries = registries
        self.logger = logger
        (faults, faultSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
        let now = clock.now
        states = Dictionary(
            uniqueKeysWithValues: registries.map {
                ($0.name, RegistryState(name: $0.name, health: .connecting, since: now))
            }
        )
        for registry in registries {
            // Every set is seen, in order: a question dropped and asked again must be answered again.
            (wantedStreams[registry.name], wantedSinks[registry.name]) = AsyncStream.makeStream()
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
        }
    }

    /// Signals when something that `target` depends on has changed; several changes may come as one signal.
    package func subscribe(_ target: String) -> AsyncStream<Void> {
        let (stream, sink) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        subscribers[target] = sink
        return stream
    }

    package var view: View { View(snapshot: snapshot, version: version) }

    /// Which of `queries` have had a new answer since `version`.
    package func changed(since version: UInt64, among queries: Set<CatalogQuery>) -> [CatalogQuery] {
        queries.filter { (changes[$0] ?? 0) > version }
    }

    /// Says what `target` depends on, found while it was rendered from the view of `version`.
    package func depend(_ target: String, on queries: Set<CatalogQuery>, since version: UInt64) {
        if dependencies[target] != queries {
            dependencies[target] = queries
            announceWanted()
        }
        if !changed(since: version, among: queries).isEmpty { subscribers[target]?.yield() }
    }

    package var registryStates: [RegistryState] {
        return states.values.sorted { $0.name < $1.name }.map { state in
            var state = state
            let asked = watched[state.name] ?? []
            state.asked = asked.count
            state.answered = asked.count { snapshot[$0] != nil }
            return state
        }
    }

    private func announceWanted() {
        let all = dependencies.values.reduce(into: Set()) { $0.formUnion($1) }
        snapshot.keep(only: all)
        changes = changes.filter { all.contains($0.key) }
        let byRegistry = Dictionary(grouping: all) { $0.scope.registry ?? "" }
        for registry in registries {
            let wanted = Set(byRegistry[registry.name] ?? [])
            guard watched[registry.name] != wanted else { continue }
            watched[registry.name] = wanted
            wantedSinks[registry.name]?.yield(wanted)
        }
    }

    private func receive(_ report: RegistryReport, from registry: String) {
        switch report {
        case .answers(let answers, _):
            states[registry]?.lastAnswer = clock.now
            if case .connecting? = states[registry]?.health { become(.good, registry) }
            let asked = watched[registry] ?? []
            let changed = snapshot.merge(answers.filter { asked.contains($0.key) })
            guard !changed.isEmpty else { return }
            version += 1
            for query in changed { changes[query] = version }
            for (target, queries) in dependencies where !queries.isDisjoint(with: changed) {
                subscribers[target]?.yield()
            }
        case .fault(let fault):
            logger.warning(
                "registry fault",
                metadata: [
                    "registry": "\(registry)", "label": "\(fault.label)", "fault": "\(fault.message)",
                    "hint": "\(fault.hint ?? "")",
                ]
            )
            for diagnostic in fault.diagnostics { logger.warning("registry fault\n\(diagnostic)") }
            become(.faulty(fault), registry)
            faultSink.yield(fault)
        case .recovered:
            if case .faulty? = states[registry]?.health {
                let lasted = states[registry].map { clock.now - $0.since } ?? .zero
                logger.notice(
                    "registry recovered",
                    metadata: ["registry": "\(registry)", "after": "\(lasted.readable)"]
                )
            }
            become(.good, registry)
        }
    }

    private func become(_ health: Health, _ registry: String) {
        states[registry]?.health = health
        states[registry]?.since = clock.now
    }
}
