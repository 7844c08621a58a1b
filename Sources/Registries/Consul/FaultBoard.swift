import Catalog

/// The faults of a registry's questions, as one state of the registry: told when the first begins, when its reason changes,
/// and when the last is over.
struct FaultBoard: Sendable {
    private var faults: [CatalogQuery: ConsulFault] = [:]
    /// How messages call the agent, and the registry's name, which its questions need not repeat.
    let address: String
    let registry: String
    /// The label of the fault that was told.
    private var told: String?

    init(address: String, registry: String) {
        self.address = address
        self.registry = registry
    }

    /// Whether no question has a fault.
    var isGood: Bool { faults.isEmpty }

    /// Notes that `query` has a fault, or none any more. Returns what there is to tell.
    mutating func note(_ fault: ConsulFault?, of query: CatalogQuery) -> RegistryReport? {
        guard let fault else {
            guard faults.removeValue(forKey: query) != nil else { return nil }
            return retell()
        }
        faults[query] = fault
        return told == nil ? tell(fault, of: query) : retell()
    }

    /// Forgets questions that are not asked any more.
    mutating func keep(only wanted: Set<CatalogQuery>) -> RegistryReport? {
        guard !faults.isEmpty else { return nil }
        faults = faults.filter { wanted.contains($0.key) }
        return retell()
    }

    private mutating func retell() -> RegistryReport? {
        if faults.isEmpty {
            guard told != nil else { return nil }
            told = nil
            return .recovered
        }
        if faults.values.contains(where: { $0.label == told }) { return nil }
        guard let (query, fault) = faults.min(by: { "\($0.key)" < "\($1.key)" }) else { return nil }
        return tell(fault, of: query)
    }

    private mutating func tell(_ fault: ConsulFault, of query: CatalogQuery) -> RegistryReport {
        told = fault.label
        let question = query.unqualified(byDefault: registry).description
        return .fault(RegistryFault(fault, address: address, question: question))
    }
}
