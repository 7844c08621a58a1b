package import Catalog

/// A target's guarded catalog as it lies on disk: what a start without its registry works from.
///
/// Secrets are not in it: no certificate with its private key, and no keys and values for a target that is sensitive.
package struct CatalogArchive: Hashable, Sendable {
    /// What was effective for one question.
    package struct Entry: Hashable, Sendable {
        package var result: QueryResult
        /// What its guard held.
        package var pending: PendingLosses
        /// The instances that drained; `result` is without them.
        package var draining: [Drain.Pending]

        package init(
            result: QueryResult,
            pending: PendingLosses = PendingLosses(),
            draining: [Drain.Pending] = [],
        ) {
            self.result = result
            self.pending = pending
            self.draining = draining
        }
    }

    /// When it was written, in seconds since 1970.
    package var savedAt: Int64
    package private(set) var entries: [CatalogQuery: Entry]

    /// - Parameters:
    ///   - entries: What is effective; certificates with a private key are left out.
    ///   - leavingOutKeys: Whether keys and values are left out too.
    package init(savedAt: Int64, entries: [CatalogQuery: Entry], leavingOutKeys: Bool = false) {
        self.savedAt = savedAt
        self.entries = entries.filter { query, entry in
            !(query.isLeaf || entry.result.isLeaf)
                && !(leavingOutKeys && (query.isKeyOrPrefix || entry.result.isKeyOrPrefix))
        }
    }

    package mutating func drop(_ query: CatalogQuery) { entries[query] = nil }

    package mutating func keep(only wanted: Set<CatalogQuery>) {
        entries = entries.filter { wanted.contains($0.key) }
    }
}

extension CatalogQuery {
    fileprivate var isLeaf: Bool { if case .caLeaf = self { true } else { false } }

    fileprivate var isKeyOrPrefix: Bool {
        switch self {
        case .key, .prefix: true
        default: false
        }
    }
}

extension QueryResult {
    fileprivate var isLeaf: Bool { if case .caLeaf = self { true } else { false } }

    fileprivate var isKeyOrPrefix: Bool {
        switch self {
        case .key, .keys: true
        default: false
        }
    }
}
