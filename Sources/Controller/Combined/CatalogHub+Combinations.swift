import Catalog
import Registries
import Settings

/// The registries that are made of others: they ask nobody, and their answers are made here, of the others'.
extension CatalogHub {
    /// Makes the answers of the registries that `registry` has a part in; nil: of all, since time alone may change them.
    ///
    /// - Parameter answered: The questions to `registry` whose answers are new; nil: any may be another now.
    func combine(of registry: String? = nil, answering answered: Set<CatalogQuery>? = nil) {
        let now = clock.now
        for (name, combination) in combinations {
            if let registry, !combination.settings.members.contains(registry) { continue }
            var combination = combination
            var seen: [CatalogQuery: Sighting] = [:]
            for query in watched[name] ?? [] {
                if let registry, let answered, !answered.contains(Combination.question(query, to: registry)) {
                    continue
                }
                guard let sighting = combination.answer(query, from: members(of: combination, query), at: now) else {
                    continue
                }
                if sighting != sightings[query] { seen[query] = sighting }
            }
            combinations[name] = combination
            guard !seen.isEmpty else { continue }
            states[name]?.lastAnswer = now
            take(seen)
        }
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
}
