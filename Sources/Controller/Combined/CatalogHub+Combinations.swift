import Catalog
import Registries
import Settings

/// The registries that are made of others: they ask nobody, and their answers are made here, of the others'.
extension CatalogHub {
    /// Makes the answers of the registries that `registry` has a part in.
    ///
    /// - Parameter answered: The questions to `registry` whose answers are new; nil: any may be another now.
    func combine(of registry: String, answering answered: Set<CatalogQuery>? = nil) {
        for (name, combination) in combinations where combination.settings.members.contains(registry) {
            let asked = watched[name] ?? []
            combine(name, answered.map { asked.intersection($0.map { Combination.question($0, to: name) }) } ?? asked)
        }
    }

    /// Makes the answers that are not there yet, and those that time alone may change.
    func combine() {
        for (name, combination) in combinations {
            let asked = watched[name] ?? []
            combine(name, combination.settings.rule == .failover ? asked : asked.filter { sightings[$0] == nil })
        }
    }

    private func combine(_ name: String, _ queries: Set<CatalogQuery>) {
        guard !queries.isEmpty, var combination = combinations[name] else { return }
        let now = clock.now
        var seen: [CatalogQuery: Sighting] = [:]
        for query in queries {
            let sighting = combination.answer(query, from: members(of: combination, query), at: now)
            if let sighting, sighting != sightings[query] { seen[query] = sighting }
        }
        combinations[name] = combination
        guard !seen.isEmpty else { return }
        states[name]?.lastAnswer = now
        take(seen)
    }

    func members(of combination: Combination, _ query: CatalogQuery) -> [Combination.Member] {
        combination.settings.members.map { name in
            let question = Combination.question(query, to: name)
            let isFaulty = if case .faulty(let fault)? = states[name]?.health { fault.isWhole } else { false }
            return Combination.Member(
                registry: name,
                sighting: sightings[question],
                isFaulty: isFaulty || (failing[name]?.contains(question) ?? false)
            )
        }
    }

    /// How a registry is; one that is made of others as they are.
    func health(of registry: String) -> Health {
        guard let settings = combinations[registry]?.settings else { return states[registry]?.health ?? .connecting }
        let faults: [(member: String, fault: RegistryFault)] = settings.members.compactMap { member in
            if case .faulty(let fault)? = states[member]?.health { (member, fault) } else { nil }
        }
        let isFaulty = settings.rule == .union ? !faults.isEmpty : faults.count == settings.members.count
        if isFaulty, var fault = faults.first?.fault {
            fault.message = faults.map { "`\($0.member)`: \($0.fault.message)" }.joined(separator: "; ")
            fault.diagnostics = []
            fault.needsMending = faults.contains(where: \.fault.needsMending)
            return .faulty(fault)
        }
        return states[registry]?.lastAnswer == nil ? .connecting : .good
    }

    /// When a registry became as it is; one that is made of others with the first of them, or the last, that made it so.
    func since(of registry: String) -> ContinuousClock.Instant {
        let own = states[registry]?.since ?? clock.now
        guard let settings = combinations[registry]?.settings else { return own }
        let isFaulty = health(of: registry).isFaulty
        let alike = settings.members.compactMap { states[$0] }.filter { $0.health.isFaulty == isFaulty }.map(\.since)
        // One fault is enough for a union, one that is well for a failover.
        let isOneEnough = isFaulty == (settings.rule == .union)
        return (isOneEnough ? alike.min() : alike.max()) ?? own
    }
}
