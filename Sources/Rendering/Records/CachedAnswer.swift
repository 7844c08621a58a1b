import Catalog
import TemplateEngine

/// An answer to a query as templates see it, with the records in it.
final class CachedAnswer {
    /// What is asked, and what of the answer is wanted.
    struct Question: Hashable {
        var query: CatalogQuery
        var view: View
    }

    /// What of an answer a function gives.
    enum View: Hashable {
        case whole
        /// `service`: the instances in these states.
        case statuses(HealthFilter)
        /// `ls`: the keys without a further slash.
        case topLevel
        /// `tree`: all keys that do not end with a slash.
        case tree
    }

    /// The pass in which it was compared with the snapshot.
    var lastPass = 0
    /// The session, a file's part of a pass, that used it.
    var lastSession = 0
    /// Where the last snapshot had the answer, and in which version.
    private(set) var place: CatalogSnapshot.Place?
    private(set) var version: UInt64 = 0
    /// How many answers were used before it in `lastPass`.
    var order = 0
    /// Whether the snapshot of that pass has an answer.
    private(set) var hasArrived = false
    /// Whether it was made of anything.
    private(set) var isMade = false
    /// The records as a list.
    private(set) var list = List([], kind: .record)
    /// The arguments of the call of `service` that is answered, joined as it joins them; nil for any other.
    private(set) var arguments: String?
    /// `node`: the node's own record.
    private(set) var node: (record: Record, source: Origin.Source)?
    /// The source of each of the list's records; empty for keys.
    private(set) var sources: [Origin.Source] = []
    /// The instances whose records are shared with other answers, as `sources` has them.
    private(set) var instances: [Instance] = []
    /// The sources that this answer alone has.
    private(set) var ownSources: [Origin.Source] = []
    /// What it was made of.
    private(set) var result: QueryResult?
    let question: Question

    init(_ question: Question) {
        self.question = question
    }

    /// Notes that a call of `service` with these arguments is answered by it.
    func note(arguments: String) { self.arguments = arguments }

    /// Whether the answer in `snapshot` is the very one that it was compared with last.
    func isCurrent(in snapshot: CatalogSnapshot) -> Bool {
        guard let place else { return false }
        return snapshot.version(at: place) == version
    }

    /// The answer in `snapshot`, whose place it notes.
    func look(in snapshot: CatalogSnapshot) -> QueryResult? {
        place = snapshot.place(of: question.query)
        version = place.flatMap(snapshot.version) ?? 0
        let result = snapshot[question.query]
        hasArrived = result != nil
        return result
    }

    /// Whether it was made of `result`. Mostly it is the very same list of instances, which a look at it shows.
    func isMade(of result: QueryResult) -> Bool {
        if case .instances(let instances) = result {
            guard case .instances(let own)? = self.result else { return false }
            return own == instances
        }
        return self.result == result
    }

    func reset(to result: QueryResult) {
        self.result = result
        isMade = true
        list = List([], kind: .record)
        node = nil
        sources = []
        instances = []
        ownSources = []
    }

    /// Adds a record that other answers share.
    func append(_ value: Value, from source: Origin.Source, of instance: Instance) {
        list.elements.append(value)
        sources.append(source)
        instances.append(instance)
    }

    /// Adds a record of this answer alone.
    func append(_ value: Value, from source: Origin.Source) {
        list.elements.append(value)
        sources.append(source)
        ownSources.append(source)
    }

    /// Adds a trusted record.
    func append(_ value: Value) {
        list.elements.append(value)
    }

    func setNode(_ record: Record, from source: Origin.Source) {
        node = (record, source)
        ownSources.append(source)
    }
}

extension CachedAnswer.View {
    /// The key of `pair` relative to the prefix that was asked for; nil if the view leaves it out.
    func key(of pair: KeyValue, under query: CatalogQuery) -> String? {
        guard case .prefix(let prefix, _) = query else { return pair.path }
        let path = pair.path.utf8
        var rest = path[...]
        if path.starts(with: prefix.utf8) { rest = path.dropFirst(prefix.utf8.count) }
        let slash = UInt8(ascii: "/")
        rest = rest.drop { $0 == slash }
        switch self {
        case .topLevel: guard !rest.isEmpty, !rest.contains(slash) else { return nil }
        default: guard let last = rest.last, last != slash else { return nil }
        }
        return String(Substring(rest))
    }
}
