package import Catalog
package import Rendering

/// A registered instance as an answer has it: for one such the balancer's check may fail.
package struct Candidate: Sendable {
    package var registrant: Registrant
    package var instance: Instance
    /// The question that it answers.
    package var query: CatalogQuery

    /// The instances in the answers to `queries`, each registrant once, always in the same order.
    package static func all(in snapshot: CatalogSnapshot, of queries: Set<CatalogQuery>) -> [Candidate] {
        var known: Set<Registrant> = []
        return queries.map { ("\($0)", $0) }.sorted { $0.0 < $1.0 }.flatMap { _, query in
            (snapshot[query]?.registered ?? []).compactMap { instance in
                let registrant = Registrant(.instance(instance.identity), in: query.scope)
                guard known.insert(registrant).inserted else { return nil }
                return Candidate(registrant: registrant, instance: instance, query: query)
            }
        }
    }

    /// Whether its registration is the same in `snapshot`; what its checks print is no part of that.
    package func isUnchanged(in snapshot: CatalogSnapshot) -> Bool {
        (snapshot[query]?.registered ?? []).contains {
            $0 === instance || ($0.identity == instance.identity && $0.hasEqualFields(to: instance))
        }
    }
}

/// What a target was last delivered from without a fault.
package struct LastGood: Sendable {
    package var snapshot: CatalogSnapshot
    /// What of it was not delivered.
    package var leftOut: Set<Registrant>

    package init(_ snapshot: CatalogSnapshot, leftOut: Set<Registrant>) {
        self.snapshot = snapshot
        self.leftOut = leftOut
    }

    /// Those of `candidates` that are not in it as they are now.
    package func changed(of candidates: [Candidate]) -> [Candidate] {
        var known: [CatalogQuery: [InstanceIdentity: Instance]] = [:]
        for query in Set(candidates.map(\.query)) {
            let instances = snapshot[query]?.registered ?? []
            known[query] = Dictionary(instances.map { ($0.identity, $0) }) { first, _ in first }
        }
        return candidates.filter { candidate in
            guard let before = known[candidate.query]?[candidate.instance.identity],
                !leftOut.contains(candidate.registrant)
            else { return true }
            return before != candidate.instance
        }
    }
}

extension QueryResult {
    /// The instances in it.
    fileprivate var registered: [Instance] {
        switch self {
        case .instances(let instances): instances
        case .node(let services): services?.instances ?? []
        default: []
        }
    }
}
