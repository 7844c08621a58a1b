import Catalog

/// Why a question is not answered, by a registry whose faults may be of single questions.
protocol QuestionFault: Equatable, Sendable {
    /// A word of few, fit for a metric's label.
    var label: String { get }
    /// Whether it is of the whole registry or of the way to it, rather than of one question.
    var isOfAgent: Bool { get }
    /// What is told of it, seen while `question` was asked of the registry at `address`.
    func report(address: String, question: String) -> RegistryFault
}

/// The faults of a registry's questions, as one state of the registry: told when the first begins, when its reason changes,
/// and when the last is over. Which questions fail is told each time that changes.
struct FaultBoard<Fault: QuestionFault>: Sendable {
    private var faults: [CatalogQuery: Fault] = [:]
    /// How messages call the agent, and the registry's name, which its questions need not repeat.
    let address: String
    let registry: String
    /// The fault that was told.
    private var told: Fault?

    init(address: String, registry: String) {
        self.address = address
        self.registry = registry
    }

    /// Whether the agent as a whole cannot be asked, as far as some question has found.
    var hasAgentFault: Bool { faults.values.contains(where: \.isOfAgent) }

    /// The questions that fail.
    var failing: Set<CatalogQuery> { Set(faults.keys) }

    func hasFault(_ query: CatalogQuery) -> Bool { faults[query] != nil }

    /// Notes that `query` has a fault, or none any more. Returns what there is to tell.
    mutating func note(_ fault: Fault?, of query: CatalogQuery) -> [RegistryReport] {
        note([query: fault])
    }

    /// Notes what faults several questions have, or that they have none any more. Returns what there is to tell.
    mutating func note(_ news: [CatalogQuery: Fault?]) -> [RegistryReport] {
        var (isChanged, isAnother) = (false, false)
        for (query, fault) in news {
            let old = faults[query]
            guard old != fault else { continue }
            faults[query] = fault
            isChanged = true
            if (old == nil) != (fault == nil) { isAnother = true }
        }
        guard isChanged else { return [] }
        return (isAnother ? [.failing(failing)] : []) + retell()
    }

    /// Forgets questions that are not asked any more.
    mutating func keep(only wanted: Set<CatalogQuery>) -> [RegistryReport] {
        guard faults.keys.contains(where: { !wanted.contains($0) }) else { return [] }
        faults = faults.filter { wanted.contains($0.key) }
        return [.failing(failing)] + retell()
    }

    private mutating func retell() -> [RegistryReport] {
        guard !faults.isEmpty else {
            guard told != nil else { return [] }
            told = nil
            return [.recovered]
        }
        // What concerns the whole agent is told before what concerns one question.
        let isAgents = hasAgentFault
        if let told, told.isOfAgent == isAgents, faults.values.contains(where: { $0.label == told.label }) { return [] }
        guard
            let (query, fault) = faults.filter({ $0.value.isOfAgent == isAgents }).min(by: { "\($0.key)" < "\($1.key)" }
            )
        else { return [] }
        told = fault
        var report = fault.report(address: address, question: query.unqualified(byDefault: registry).description)
        report.isWhole = false
        return [.fault(report)]
    }
}
