import Synchronization

/// What is known of the registries at one moment: the last good answer to each question that a template asked.
package struct CatalogSnapshot: Sendable {
    /// Where an answer lies in this snapshot, and in those that came of it by other answers to the same questions.
    package struct Place: BitwiseCopyable, Sendable {
        fileprivate var arrangement: UInt64
        fileprivate var index: Int
    }

    private var indices: [CatalogQuery: Int] = [:]
    private var results: [QueryResult] = []
    /// The version of each result, apart, so that looking through all of them takes little memory.
    private var versions: [UInt64] = []
    /// Another one whenever `indices` changes.
    private var arrangement: UInt64 = 0

    /// Numbers for versions and arrangements, each given once in the process.
    private static let numbers = Atomic<UInt64>(0)

    package init(answers: [CatalogQuery: QueryResult] = [:]) {
        _ = merge(answers)
    }

    /// The answers by question. A question without an answer is one whose data has not arrived yet.
    package var answers: [CatalogQuery: QueryResult] { indices.mapValues { results[$0] } }

    package subscript(query: CatalogQuery) -> QueryResult? { indices[query].map { results[$0] } }

    /// Where the answer to `query` lies; nil if there is none.
    package func place(of query: CatalogQuery) -> Place? {
        indices[query].map { Place(arrangement: arrangement, index: $0) }
    }

    /// A number that an answer of other content never has; nil if the place is none of this snapshot.
    ///
    /// With it, whoever has looked up a question once sees without hashing it again that its answer is the same.
    package func version(at place: Place) -> UInt64? {
        place.arrangement == arrangement ? versions[place.index] : nil
    }

    /// Takes over new answers and returns the questions whose answer is a different one now.
    package mutating func merge(_ fresh: [CatalogQuery: QueryResult]) -> Set<CatalogQuery> {
        var changed: Set<CatalogQuery> = []
        var isRearranged = false
        for (query, result) in fresh {
            if let index = indices[query] {
                guard results[index] != result else { continue }
                results[index] = result
                versions[index] = Self.nextNumber()
            } else {
                indices[query] = results.count
                results.append(result)
                versions.append(Self.nextNumber())
                isRearranged = true
            }
            changed.insert(query)
        }
        if isRearranged { arrangement = Self.nextNumber() }
        return changed
    }

    /// The answers that are not as they were in `earlier`, each with what it was; without those that are new.
    package func changes(since earlier: CatalogSnapshot) -> [(before: QueryResult, now: QueryResult)] {
        guard arrangement == earlier.arrangement else {
            return indices.compactMap { query, index in earlier[query].map { ($0, results[index]) } }
                .filter { $0.before != $0.now }
        }
        // Mostly a few of thousands: who is none of them is told by its number alone.
        return versions.indices.lazy.filter { versions[$0] != earlier.versions[$0] }
            .map { (earlier.results[$0], results[$0]) }
    }

    /// Forgets the answers to questions that nobody asks any more.
    package mutating func keep(only wanted: Set<CatalogQuery>) {
        guard !indices.keys.allSatisfy(wanted.contains) else { return }
        let kept = indices.filter { wanted.contains($0.key) }
        results = kept.values.map { results[$0] }
        versions = kept.values.map { versions[$0] }
        indices = Dictionary(uniqueKeysWithValues: zip(kept.keys, results.indices))
        arrangement = Self.nextNumber()
    }

    private static func nextNumber() -> UInt64 { numbers.add(1, ordering: .relaxed).newValue }
}
