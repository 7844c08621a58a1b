package import Catalog
internal import Settings

/// What is asked of an etcd cluster, what is known of it, and what is to be said of that: all decisions, and no I/O.
package struct EtcdState: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// How far apart two reads after a break are that must agree.
    package static let confirmation = Duration.seconds(30)

    private let settings: EtcdRegistry.Configuration
    private let reader: EtcdInstanceReader
    private var wanted: Set<CatalogQuery> = []
    private var questions: [CatalogQuery: KeyRange] = [:]
    private var byService: [String: [CatalogQuery]] = [:]
    private var ofKeys: [(query: CatalogQuery, range: KeyRange)] = []
    private var mirror: EtcdMirror
    /// The ranges that are to be read and watched, in the order of keys: the fewest in which all is that is asked and not denied.
    package private(set) var ranges: [KeyRange] = []
    /// In which of them each question's range is.
    private var homes: [KeyRange: KeyRange] = [:]
    /// The ranges that are known, each up to a revision.
    private var followed: [KeyRange: Int64] = [:]
    private var denied: [KeyRange: EtcdFault] = [:]
    /// What was denied and is tried again.
    private var retried: Set<KeyRange> = []
    /// Whether a stream is there, so that what is known is the present.
    private var isWatched = false
    /// What was seen last of the cluster's history.
    package private(set) var standing: EtcdHeader?
    private var board: FaultBoard<EtcdFault>
    private var told: [CatalogQuery: QueryResult] = [:]
    /// What is to be answered, the same as before or not; true: after a break.
    private var owed: [CatalogQuery: Bool] = [:]
    private var confirmations: [CatalogQuery: Instant] = [:]

    package init(_ settings: EtcdRegistry.Configuration) {
        self.settings = settings
        reader = EtcdInstanceReader(settings.services, hostnames: settings.hostnames, drains: settings.drains)
        mirror = EtcdMirror(reader)
        board = FaultBoard(address: settings.address, registry: settings.name)
    }

    // MARK: - Questions

    /// Whether anything is asked that etcd can answer.
    package var isAsked: Bool { !questions.isEmpty }

    /// Takes the whole set of questions. Those that etcd has no answer to are a fault at once.
    package mutating func want(_ queries: Set<CatalogQuery>) -> [RegistryReport] {
        let gone = wanted.subtracting(queries)
        for query in gone { (told[query], owed[query], confirmations[query]) = (nil, nil, nil) }
        var refused: [CatalogQuery: EtcdFault?] = [:]
        for query in queries.subtracting(wanted) {
            switch range(of: query) {
            case .success(let range):
                questions[query] = range
                owed[query] = true
            case .failure(let fault): refused[query] = fault
            }
        }
        for query in gone { questions[query] = nil }
        wanted = queries
        byService = [:]
        ofKeys = []
        for (query, range) in questions {
            switch query {
            case .service(let name, _, _, _): byService[name, default: []].append(query)
            case .key, .prefix: ofKeys.append((query, range))
            default: break
            }
        }
        arrange()
        return board.keep(only: queries) + board.note(refused)
    }

    /// Finds the ranges that are needed; goes on with what is known of them, and forgets the rest.
    private mutating func arrange() {
        (ranges, homes) = KeyRange.cover(Set(questions.values).subtracting(denied.keys))
        var next: [KeyRange: Int64] = [:]
        for range in ranges {
            next[range] = followed[range] ?? followed.first { $0.key.covers(range) }?.value
        }
        if followed.keys.contains(where: { next[$0] == nil }) { mirror.keep(only: ranges) }
        followed = next
    }

    private func range(of query: CatalogQuery) -> Result<KeyRange, EtcdFault> {
        if query.scope.datacenter != nil { return .failure(.refused("it has no datacenters")) }
        if let name = query.scope.parameters.keys.min() { return .failure(.refused("it knows no `\(name)`")) }
        switch query {
        case .service(let name, _, _, _): return .success(.prefix("\(reader.prefix)\(name)/"))
        case .services: return .success(.prefix(reader.prefix))
        case .key(let path, _): return .success(.key(settings.keyPrefix + path))
        case .prefix(let path, _): return .success(.prefix(settings.keyPrefix + path))
        case .nodes, .node: return .failure(.refused("it has no nodes"))
        case .datacenters: return .failure(.refused("it has no datacenters"))
        case .preparedQuery: return .failure(.refused("it has no prepared queries"))
        case .connect, .caRoots, .caLeaf: return .failure(.refused("it has no service mesh"))
        }
    }

    // MARK: - Reading

    /// The ranges to be listed.
    package var missing: [KeyRange] { ranges.filter { followed[$0] == nil } }

    /// The ranges to be watched, each from the first revision that is not known.
    package var starts: [EtcdWatch.Start] {
        ranges.compactMap { range in followed[range].map { EtcdWatch.Start(range, from: $0 + 1) } }
    }

    /// Takes over all that is in a range.
    ///
    /// - Parameter before: What was known of the cluster when it was asked.
    /// - Returns: False if it is not the history that was known: all has to be listed again, and comes after a break.
    package mutating func listed(_ range: KeyRange, _ listing: EtcdListing, after before: EtcdHeader?) -> Bool {
        if let before, listing.header.isBreak(after: before) {
            standing = listing.header
            followed = [:]
            for query in questions.keys { owed[query] = true }
            return false
        }
        standing = EtcdHeader(
            clusterID: listing.header.clusterID,
            revision: max(listing.header.revision, standing?.revision ?? 0),
            term: max(listing.header.term, standing?.term ?? 0)
        )
        // Parts of it that were read by themselves while it was denied.
        if retried.remove(range) != nil { followed = followed.filter { !range.covers($0.key) } }
        followed[range] = listing.header.revision
        mirror.replace(range, with: listing.entries)
        return true
    }

    /// Notes that a range may not be read; what is asked in it is asked for by itself, and told to fail.
    package mutating func denied(_ range: KeyRange, _ fault: EtcdFault) {
        denied[range] = fault
        retried.remove(range)
        arrange()
    }

    /// A stream is there that tells of all changes of what is known.
    package mutating func watched() { isWatched = true }

    /// Takes over changes.
    package mutating func apply(_ events: [EtcdEvent], _ range: KeyRange, revision: Int64) {
        guard let known = followed[range] else { return }
        for event in events where event.revision > known { mirror.apply(event) }
        followed[range] = max(known, revision)
        if let seen = standing { standing?.revision = max(seen.revision, revision) }
    }

    /// All is to be listed again, since what is known may not be the truth.
    package mutating func listAgain() { followed = [:] }

    /// When something has to be read again that was read after a break.
    package var nextConfirmation: Instant? { confirmations.values.min() }

    /// Asks again for what was denied, and for what a second read has to confirm.
    package mutating func renew(at now: Instant) {
        if !denied.isEmpty {
            retried.formUnion(denied.keys)
            denied = [:]
            (ranges, homes) = KeyRange.cover(Set(questions.values))
        }
        let due = confirmations.filter { $0.value <= now }.keys
        guard !due.isEmpty else { return }
        for query in due {
            confirmations[query] = nil
            owed[query] = owed[query] ?? false
        }
        followed = [:]
    }

    // MARK: - Reports

    /// What is to be said of all that was taken over since the last call.
    package mutating func takeReports(at now: Instant) -> (reports: [RegistryReport], rejected: [RejectedRegistration])
    {
        let changes = mirror.takeChanges()
        var due: Set<CatalogQuery> = []
        for name in changes.services { due.formUnion(byService[name] ?? []) }
        if changes.isListOfServices { due.formUnion(questions.keys.filter(\.isOfServices)) }
        if !changes.keys.isEmpty {
            for (query, range) in ofKeys where changes.keys.contains(where: range.contains) { due.insert(query) }
        }
        due.formUnion(owed.keys)
        var answers: [Bool: [CatalogQuery: QueryResult]] = [:]
        var faults: [CatalogQuery: EtcdFault?] = [:]
        for query in due {
            guard let range = questions[query] else { continue }
            if let fault = denied[range] {
                faults[query] = fault
            } else if isKnown(range) {
                let answer = answer(query, range)
                let isBreak = owed.removeValue(forKey: query)
                guard isBreak != nil || answer != told[query] else { continue }
                told[query] = answer
                if isBreak == true { confirmations[query] = now + Self.confirmation }
                answers[isBreak ?? false, default: [:]][query] = answer
            }
        }
        // What is known is the present only while a stream tells of changes.
        if isWatched {
            for query in board.failing {
                if let range = questions[query], isKnown(range) { faults[query] = .some(nil) }
            }
        }
        var reports: [RegistryReport] = []
        if let broken = answers[true] { reports.append(.answers(broken, continuity: .afterBreak)) }
        if let unbroken = answers[false] { reports.append(.answers(unbroken, continuity: .unbroken)) }
        return (reports + board.note(faults), changes.rejected)
    }

    /// Notes that the cluster cannot be read at present.
    package mutating func failed(_ fault: EtcdFault) -> [RegistryReport] {
        isWatched = false
        return board.note(Dictionary(uniqueKeysWithValues: questions.keys.map { ($0, fault) }))
    }

    private func isKnown(_ range: KeyRange) -> Bool { homes[range].map { followed[$0] != nil } ?? false }

    private func answer(_ query: CatalogQuery, _ range: KeyRange) -> QueryResult {
        let skipped = settings.keyPrefix.utf8.count
        return switch query {
        case .service(let name, let tag, _, _): mirror.instances(of: name, tag: tag)
        case .key: mirror.key(range.start, skipping: skipped)
        case .prefix: mirror.keys(range, skipping: skipped)
        default: mirror.services()
        }
    }
}

extension CatalogQuery {
    /// Whether it is the question for the services there are.
    fileprivate var isOfServices: Bool { if case .services = self { true } else { false } }
}
