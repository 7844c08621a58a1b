/// Keeps instances out that come and go again and again, until they have been quiet for a while.
///
/// Going is never delayed, coming back is. The last instances of a service that work are never kept out.
package struct Damping: Sendable {
    /// Why an instance is not damped any more.
    package enum Ending: String, Hashable, Sendable, CaseIterable {
        /// It has not changed for as long as it had to.
        case quiet
        /// Nothing else works.
        case needed
    }

    /// An instance that is kept out.
    package struct Damped: Hashable, Sendable {
        package var instance: InstanceIdentity
        package var since: ContinuousClock.Instant
        /// When it is let in, if it does not change until then.
        package var until: ContinuousClock.Instant
        /// How often it changed within the window when it was put out.
        package var changes: Int
    }

    private struct Record {
        /// When it began or stopped to work, within the window.
        var changes: [ContinuousClock.Instant] = []
        /// Since when it is kept out, and after how many changes.
        var damped: (since: ContinuousClock.Instant, changes: Int)?
        /// How it stood when it last did not work; nil: it was not there.
        var out: Health?
    }

    private let settings: DampingSettings
    /// Of those that changed lately, or are kept out.
    private var records: [InstanceIdentity: Record] = [:]
    private var latest: QueryResult?

    /// - Parameter restored: What the process before this one was told last.
    package init(_ settings: DampingSettings, restored: QueryResult? = nil) {
        self.settings = settings
        latest = restored
    }

    /// What is shown of an answer: all of it, but for those that are kept out.
    package mutating func see(_ result: QueryResult, at now: ContinuousClock.Instant) -> QueryResult {
        forget(at: now)
        if let latest {
            for change in latest.standingChanges(to: result) ?? [] where change.isLost { note(change, at: now) }
            for change in result.standingChanges(to: latest) ?? [] where change.isLost {
                note(change, cameFrom: latest, at: now)
            }
        }
        latest = result
        return shown(of: result)
    }

    /// What is shown of the last answer when it is time to look at `nextLook`; nil before there is one.
    package mutating func timer(at now: ContinuousClock.Instant) -> QueryResult? {
        forget(at: now)
        return latest.map { shown(of: $0) }
    }

    /// Those that are kept out, or would be.
    package var damped: [Damped] {
        records.compactMap { instance, record in
            guard let damped = record.damped, let last = record.changes.last else { return nil }
            return Damped(
                instance: instance,
                since: damped.since,
                until: last + settings.quiet,
                changes: damped.changes
            )
        }.sorted { $0.instance < $1.instance }
    }

    /// When the first of them has been quiet for long enough; nil while there are none.
    package var nextLook: ContinuousClock.Instant? { damped.lazy.map(\.until).min() }

    /// Lets go of those that have been quiet, and of changes that are long past.
    private mutating func forget(at now: ContinuousClock.Instant) {
        records = records.filter { _, record in
            guard let last = record.changes.last else { return false }
            return now < last + (record.damped == nil ? settings.window : settings.quiet)
        }
    }

    private mutating func note(
        _ change: StandingChange,
        cameFrom earlier: QueryResult? = nil,
        at now: ContinuousClock.Instant,
    ) {
        guard case .instance(let identity) = change.identity else { return }
        var record = records[identity] ?? Record()
        record.changes.removeAll { $0 <= now - settings.window }
        record.changes.append(now)
        if let earlier, case .instances(let instances) = earlier {
            record.out = change.position.map { instances[$0].health }
            if record.damped == nil, record.changes.count > settings.changes {
                record.damped = (now, record.changes.count)
            }
        }
        records[identity] = record
    }

    private mutating func shown(of result: QueryResult) -> QueryResult {
        guard case .instances(let instances) = result, records.contains(where: { $0.value.damped != nil }) else {
            return result
        }
        func isKeptOut(_ instance: Instance) -> Bool { records[instance.identity]?.damped != nil }
        let working = instances.filter { Standing($0.health).isUsable }
        if !working.isEmpty, working.allSatisfy(isKeptOut) {
            for instance in working { records[instance.identity]?.damped = nil }
            return result
        }
        return .instances(
            instances.compactMap { instance in
                guard Standing(instance.health).isUsable, let record = records[instance.identity],
                    record.damped != nil
                else { return instance }
                return record.out.map { instance.with(health: $0) }
            }
        )
    }
}

extension Damping.Ending {
    /// What happened, as a part of a sentence.
    package var words: String {
        switch self {
        case .quiet: "it has been quiet for long enough"
        case .needed: "nothing else of the service works"
        }
    }
}
