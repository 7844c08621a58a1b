import Catalog
import Settings

/// One registry that is made of others: its answers, from theirs.
struct Combination: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What one of the others says to a question at present.
    struct Member: Sendable {
        var registry: String
        /// Nil: it has not answered yet.
        var sighting: Sighting?
        /// Whether it cannot be asked at present.
        var isFaulty: Bool
    }

    /// What is known of one question.
    fileprivate struct Memory: Sendable {
        /// Since when each of the others cannot be asked.
        var unreadable: [Int: Instant] = [:]
        /// Since when there is an answer though one of the others has none.
        var partialSince: Instant?
        var choice: Choice?
        /// Since when each of those before the chosen one is well.
        var wellSince: [Int: Instant] = [:]
    }

    /// Whose answer `failover` takes.
    fileprivate struct Choice: Sendable {
        var index: Int
        /// Nil: it is the first choice.
        var since: Instant?
        /// Whether it has had something that works.
        var hadUsable: Bool
    }

    let settings: CombinationSettings
    private var memories: [CatalogQuery: Memory] = [:]

    init(_ settings: CombinationSettings) { self.settings = settings }

    /// The question as it goes to one of the others.
    static func question(_ query: CatalogQuery, to member: String) -> CatalogQuery {
        var scope = query.scope
        scope.registry = member
        return query.asked(in: scope)
    }

    /// Forgets questions that are not asked any more.
    mutating func keep(only asked: Set<CatalogQuery>) { memories = memories.filter { asked.contains($0.key) } }

    /// The answer to `query`; nil if there is none yet. To be asked when a member has something new, and each second, since
    /// time alone may change it.
    mutating func answer(_ query: CatalogQuery, from members: [Member], at now: Instant) -> Sighting? {
        var memory = memories[query] ?? Memory()
        defer { memories[query] = memory }
        for (index, member) in members.enumerated() {
            memory.unreadable[index] = member.isFaulty ? memory.unreadable[index] ?? now : nil
        }
        switch settings.rule {
        case .union: return union(members, &memory, inRegistryOrder: query.keepsRegistryOrder, at: now)
        case .failover: return failover(members, &memory, at: now)
        }
    }

    /// Whether what is answered to `query` is not up to date.
    func fails(_ query: CatalogQuery, _ members: [Member]) -> Bool {
        switch settings.rule {
        case .union: members.contains(where: \.isFaulty)
        case .failover:
            memories[query]?.choice.map { members[$0.index].isFaulty } ?? members.allSatisfy(\.isFaulty)
        }
    }
}

extension Combination {
    /// Where one cannot be asked and has not answered yet, the others' answers are better than none; but what they lack is
    /// not to be believed then.
    private func union(
        _ members: [Member],
        _ memory: inout Memory,
        inRegistryOrder: Bool,
        at now: Instant,
    ) -> Sighting? {
        let known = members.compactMap { member in member.sighting.map { (member.registry, $0) } }
        guard members.allSatisfy({ $0.sighting != nil || $0.isFaulty }),
            let result = QueryResult.union(known.map { ($0.0, $0.1.result) }, inRegistryOrder: inRegistryOrder)
        else { return nil }
        let sightings = known.map(\.1)
        memory.partialSince = known.count < members.count ? memory.partialSince ?? now : nil
        let breaks = sightings.compactMap(\.breakAt) + [memory.partialSince].compactMap(\.self)
        // A loss after a break is confirmed by whose stream broke, and by nobody else.
        let unconfirmed = sightings.filter(\.isUnconfirmed).map(\.readAt) + [memory.partialSince].compactMap(\.self)
        return Sighting(
            result: result,
            readAt: unconfirmed.min() ?? sightings.map(\.readAt).max() ?? now,
            breakAt: breaks.max(),
            isStated: sightings.allSatisfy(\.isStated)
        )
    }

    private func failover(_ members: [Member], _ memory: inout Memory, at now: Instant) -> Sighting? {
        func isLost(_ index: Int) -> Bool {
            memory.unreadable[index].map { members[index].sighting == nil || now - $0 >= settings.patience } ?? false
        }
        func isUsable(_ index: Int) -> Bool { !isLost(index) && (members[index].sighting?.result.hasUsable ?? false) }

        if let choice = memory.choice {
            for index in 0..<choice.index {
                let isWell = memory.unreadable[index] == nil && isUsable(index)
                memory.wellSince[index] = isWell ? memory.wellSince[index] ?? now : nil
            }
            if isUsable(choice.index) {
                let back = (0..<choice.index).first { memory.wellSince[$0].map { now - $0 >= settings.pause } ?? false }
                if let back { memory.choose(back, at: now) }
            } else if isLost(choice.index) || !(members[choice.index].isSuspect && choice.hadUsable),
                let next = members.indices.first(where: isUsable)
            {
                memory.choose(next, at: now)
            }
        } else {
            // Those before it have to have had their say.
            let first = members.indices.first { isUsable($0) || (members[$0].sighting == nil && !members[$0].isFaulty) }
            guard let index = first ?? members.firstIndex(where: { $0.sighting != nil }),
                members[index].sighting != nil
            else { return nil }
            memory.choose(index, at: nil)
        }
        guard var choice = memory.choice, var sighting = members[choice.index].sighting else { return nil }
        if sighting.result.hasUsable { choice.hadUsable = true }
        memory.choice = choice
        // What broke before it was chosen says nothing of what is lost by choosing it.
        if let since = choice.since, let breakAt = sighting.breakAt, breakAt <= since { sighting.breakAt = nil }
        return sighting
    }
}

extension Combination.Memory {
    fileprivate mutating func choose(_ index: Int, at now: ContinuousClock.Instant?) {
        choice = Combination.Choice(index: index, since: now, hadUsable: false)
        wellSince = [:]
    }
}

extension Combination.Member {
    /// Whether what it says came after a break, and it has not said so twice.
    fileprivate var isSuspect: Bool { sighting?.isUnconfirmed ?? false }
}

extension Sighting {
    /// Whether no second read has confirmed what came after the last break.
    fileprivate var isUnconfirmed: Bool {
        breakAt.map { readAt < $0.advanced(by: GuardSettings().confirmation) } ?? false
    }
}
