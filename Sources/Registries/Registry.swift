package import Catalog
package import Diagnostics

/// A source of services, nodes and keys that is watched: a file, Consul, etcd, …
package protocol Registry: Sendable {
    /// The name it has in the configuration.
    var name: String { get }

    /// Watches until the task is cancelled, and returns only then.
    ///
    /// `wanted` yields the whole set of questions asked at present, each time it changes, and none may be skipped: the
    /// answer to a question that was dropped is forgotten, and it is sent again when the question comes back. The
    /// registry answers each once as soon as it can, then whenever the answer becomes a different one, and forgets those that are no longer in the
    /// set. Whatever fails is reported and tried again with backoff; nothing ends the watch.
    func watch(
        _ wanted: AsyncStream<Set<CatalogQuery>>,
        report: @escaping @Sendable (RegistryReport) async -> Void,
    ) async
}

/// What a registry says of itself.
package enum RegistryReport: Sendable {
    /// Answers that became known together; each is the whole answer to its question.
    case answers([CatalogQuery: QueryResult], continuity: Continuity)
    /// The registry cannot be read, in whole or in part; the last good answers stay in force. Sent once when it begins and
    /// again when its reason changes.
    case fault(RegistryFault)
    /// Which questions fail at present, the whole set each time it changes: for registries whose faults are of single
    /// questions.
    case failing(Set<CatalogQuery>)
    /// The fault is over.
    case recovered

    /// Whether an answer continues an unbroken stream, or is the first after a break in which changes may have been lost.
    package enum Continuity: Sendable {
        case unbroken
        case afterBreak
        /// As `unbroken`, and what is empty is said to be empty in so many words, by whoever may say so: `instances: []` in a
        /// registry file. No guard holds it.
        case stated
    }
}

/// Why a registry cannot be read.
package struct RegistryFault: Error, Sendable, Hashable {
    /// A word of few, fit for a metric's label: `unreadable`, `invalid`, `missing`.
    package var label: String
    /// What happened, and where.
    package var message: String
    /// What to do next.
    package var hint: String?
    /// The faults of a registry file, with their places.
    package var diagnostics: [Diagnostic]
    /// Whether somebody has to mend something, so that a one-shot command need not wait for it to pass.
    package var needsMending = false
    /// Whether all questions fail; false: those that `RegistryReport.failing` names.
    package var isWhole = true

    package init(label: String, message: String, hint: String? = nil, diagnostics: [Diagnostic] = []) {
        self.label = label
        self.message = message
        self.hint = hint
        self.diagnostics = diagnostics
    }
}
