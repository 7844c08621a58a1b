internal import Catalog
internal import Diagnostics

/// What is known of a registry that is published as a whole, again and again, and what has been reported: texts, faults,
/// questions and the clock go in, reports come out.
struct PublishedState: Sendable {
    private let decoder: PublishedDecoder
    private var published: PublishedDecoder.Published?
    private var fingerprint: ContentFingerprint?
    private var contents: RegistryContents?
    /// When the registry said last what it says, which renews its leases.
    private var renewed = Timestamp(sinceEpoch: .zero)
    private var wanted: Set<CatalogQuery> = []
    private var reported: [CatalogQuery: QueryResult] = [:]
    private var fault: RegistryFault?
    /// Whether the next good text is one after a break: the first, and each after a fault.
    private var isBroken = true
    /// Whether an answer may be believed only when a second read agrees.
    private var awaitsSecondRead = false
    private var nextExpiry: Timestamp?

    init(_ decoder: PublishedDecoder) { self.decoder = decoder }

    /// Takes the questions that are asked from now on, and answers the new ones if anything is known.
    mutating func ask(_ wanted: Set<CatalogQuery>) -> [RegistryReport] {
        self.wanted = wanted
        reported = reported.filter { wanted.contains($0.key) }
        return answers(isBreak: awaitsSecondRead, isRead: false)
    }

    /// Takes a whole text; `rejected` is what is left out of it.
    mutating func take(
        _ bytes: [UInt8],
        at now: Timestamp,
    ) -> (isGood: Bool, reports: [RegistryReport], rejected: [RejectedRegistration]) {
        let mark = ContentFingerprint(bytes)
        if mark == fingerprint { return (true, confirm(at: now), []) }
        let published: PublishedDecoder.Published
        do {
            published = try decoder.read(bytes)
        } catch {
            return (false, fail(error), [])
        }
        let isSuspect = published.isBlank && !(self.published?.isBlank ?? false)
        self.published = published
        fingerprint = mark
        return (true, accept(isSuspect: isSuspect, isNew: true, at: now), published.rejected)
    }

    /// Notes that the registry says what it said before.
    ///
    /// - Parameter renews: Whether its leases begin anew.
    mutating func confirm(renewing renews: Bool = true, at now: Timestamp) -> [RegistryReport] {
        accept(renewing: renews, at: now)
    }

    /// Notes why there is no good text. What was good stays in force for as long as this lasts, leases included.
    mutating func fail(_ fault: RegistryFault) -> [RegistryReport] {
        isBroken = true
        guard fault != self.fault else { return [] }
        self.fault = fault
        return [.fault(fault)]
    }

    /// Drops what has expired.
    mutating func advance(to now: Timestamp) -> [RegistryReport] {
        guard fault == nil, let nextExpiry, nextExpiry <= now else { return [] }
        refresh(at: now)
        return answers(isBreak: false, isRead: false)
    }

    private mutating func accept(
        isSuspect: Bool = false,
        isNew: Bool = false,
        renewing renews: Bool = true,
        at now: Timestamp
    ) -> [RegistryReport] {
        if renews { renewed = now }
        if isNew || published?.registry.hasLeases == true { refresh(at: now) }
        let isBreak = isBroken || isSuspect
        isBroken = false
        awaitsSecondRead = isBreak
        let recovery: [RegistryReport] = fault == nil ? [] : [.recovered]
        fault = nil
        return answers(isBreak: isBreak, isRead: true) + recovery
    }

    private mutating func refresh(at now: Timestamp) {
        guard let registry = published?.registry else { return }
        let modified = Dictionary(registry.files.map { ($0, renewed) }) { $1 }
        let moment = registry.contents(at: now, modified: modified, reusing: contents)
        contents = moment.contents
        nextExpiry = moment.nextExpiry
    }

    /// The answers that are others than those reported; all of them if this was a read, since one without a change confirms.
    private mutating func answers(isBreak: Bool, isRead: Bool) -> [RegistryReport] {
        guard let contents else { return [] }
        var (plain, stated): ([CatalogQuery: QueryResult], [CatalogQuery: QueryResult]) = ([:], [:])
        for query in wanted {
            let answer = contents.answer(query)
            guard isRead || reported[query] != answer else { continue }
            if isStatedEmpty(query, answer) { stated[query] = answer } else { plain[query] = answer }
        }
        reported.merge(plain) { $1 }
        reported.merge(stated) { $1 }
        return (plain.isEmpty ? [] : [.answers(plain, continuity: isBreak ? .afterBreak : .unbroken)])
            + (stated.isEmpty ? [] : [.answers(stated, continuity: .stated)])
    }

    /// Whether the registry says `instances: []` of the service that is asked for.
    private func isStatedEmpty(_ query: CatalogQuery, _ answer: QueryResult) -> Bool {
        guard case .service(let name, _, _, _) = query, answer == .instances([]), let published,
            !published.isTargetGroups
        else { return false }
        return published.registry.isStatedEmpty(name)
    }
}
