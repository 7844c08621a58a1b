package import Catalog

/// Which questions have a connection of their own, on which a blocking query waits, and which are swept: asked all together
/// when something in the registry has changed.
///
/// Consul takes 200 connections of one client's address (`limits.http_max_conns_per_client`), and other clients on the
/// machine share them. So no more than `limit` are used: a few for sweeping and for what sets a sweep off, the rest for
/// blocking queries. Services are swept first, since a sweep is set off by every change of theirs, while that of a key is not.
package struct ConnectionBudget: Sendable {
    /// Connections that sweep at the same time.
    package static let sweepers = 6
    /// Blocking queries that tell when to sweep what is asked in one scope.
    package static let triggers = 2

    /// Blocking queries of a process that has just started.
    package static let young = 8

    /// How many blocking queries there may be.
    package private(set) var slots: Int
    private let most: Int
    private(set) var blocking: Set<CatalogQuery> = []
    private(set) var swept: Set<CatalogQuery> = []
    /// The scopes beside the configured one whose changes set off sweeps too; they take at most a quarter of the slots.
    package private(set) var scopes: Set<QueryScope> = []

    /// A budget of `connections` in all. Before `mature` only a few are used: an agent goes on to count the connections of
    /// blocked queries whose asker is gone, and a process that is started again and again would use them all up.
    package init(connections: Int) {
        most = max(1, connections - Self.sweepers - Self.triggers)
        slots = min(most, Self.young)
    }

    /// Allows all connections.
    package mutating func mature() { slots = most }

    /// What has to change because of a new set of questions.
    package struct Change: Sendable, Equatable {
        /// Those to begin a blocking query for.
        package var start: [CatalogQuery] = []
        /// Those whose blocking query is to end.
        package var stop: [CatalogQuery] = []
        /// Those that are swept from now on.
        package var sweep: [CatalogQuery] = []

        package init(start: [CatalogQuery] = [], stop: [CatalogQuery] = [], sweep: [CatalogQuery] = []) {
            self.start = start
            self.stop = stop
            self.sweep = sweep
        }
    }

    /// Whether `query` is asked at present, by a sweep or by a blocking query.
    func isAsked(_ query: CatalogQuery, isSwept: Bool) -> Bool {
        isSwept ? swept.contains(query) : blocking.contains(query)
    }

    /// Takes the whole set of questions.
    package mutating func want(_ wanted: Set<CatalogQuery>) -> Change {
        scopes = wanted.count > slots ? followed(of: wanted) : []
        let slots = slots - Self.triggers * scopes.count
        var next = Set(wanted.filter { !isSweptFirst($0) }.sorted { "\($0)" < "\($1)" }.prefix(slots))
        // Those that have a connection keep it, as far as there is room.
        for query in blocking where next.count < slots && wanted.contains(query) { next.insert(query) }
        if next.count < slots, next.count < wanted.count {
            for query in wanted.sorted(by: { "\($0)" < "\($1)" }) where next.count < slots { next.insert(query) }
        }
        let rest = wanted.subtracting(next)
        defer { (blocking, swept) = (next, rest) }
        return Change(
            start: Array(next.subtracting(blocking)),
            stop: Array(blocking.subtracting(next)),
            sweep: Array(rest.subtracting(swept))
        )
    }

    /// The agent has refused the connection of `query`: there are fewer than was thought. It is swept from now on, and so is
    /// what would need more connections than there are.
    package mutating func refuse(_ query: CatalogQuery) {
        guard blocking.remove(query) != nil else { return }
        swept.insert(query)
        slots = max(1, blocking.count + Self.triggers * scopes.count)
    }

    /// Allows twice as many blocking queries again, at most as many as there is room for; false if there are that many
    /// already.
    package mutating func regrow() -> Bool {
        guard slots < most else { return false }
        slots = min(slots * 2, most)
        return true
    }

    /// The scopes of services that are worth triggers of their own: those in which most is asked.
    private func followed(of wanted: Set<CatalogQuery>) -> Set<QueryScope> {
        let asked = wanted.filter { $0.isOfService && !$0.scope.isConfigured }
        let counts = Dictionary(grouping: asked, by: \.scope).mapValues(\.count)
        let first = counts.sorted { ($1.value, "\($0.key)") < ($0.value, "\($1.key)") }.prefix(slots / 8)
        return Set(first.map(\.key))
    }

    /// Whether every change of its answer sets off a sweep.
    private func isSweptFirst(_ query: CatalogQuery) -> Bool {
        query.isOfService && (query.scope.isConfigured || scopes.contains(query.scope))
    }
}

extension QueryScope {
    /// Whether it is where Consul is asked that names no place.
    fileprivate var isConfigured: Bool { datacenter == nil && parameters.isEmpty }
}

extension CatalogQuery {
    fileprivate var isOfService: Bool {
        switch self {
        case .service, .connect: true
        default: false
        }
    }
}
