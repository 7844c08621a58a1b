/// What is known of the registries at one moment: the last good answer to each question that a template asked.
package struct CatalogSnapshot: Sendable {
    /// The answers by question. A question without an answer is one whose data has not arrived yet.
    package private(set) var answers: [CatalogQuery: QueryResult]

    package init(answers: [CatalogQuery: QueryResult] = [:]) {
        self.answers = answers
    }

    package subscript(query: CatalogQuery) -> QueryResult? { answers[query] }

    /// Takes over new answers and returns the questions whose answer is a different one now.
    package mutating func merge(_ fresh: [CatalogQuery: QueryResult]) -> Set<CatalogQuery> {
        var changed: Set<CatalogQuery> = []
        for (query, result) in fresh where answers[query] != result {
            answers[query] = result
            changed.insert(query)
        }
        return changed
    }

    /// Forgets the answers to questions that nobody asks any more.
    package mutating func keep(only wanted: Set<CatalogQuery>) {
        answers = answers.filter { wanted.contains($0.key) }
    }
}
