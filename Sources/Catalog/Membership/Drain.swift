/// Keeps instances that were deregistered for a while, as draining, so that they finish what they have.
///
/// Only what worked drains: who turned critical first is gone at once, and so is whose lease may have ended.
package struct Drain: Sendable {
    /// An instance that is deregistered, for the snapshot on disk.
    package struct Pending: Hashable, Sendable {
        /// As it is shown: draining.
        package var instance: Instance
        /// When it goes, in wall-clock seconds since 1970.
        package var until: Int64

        package init(instance: Instance, until: Int64) {
            self.instance = instance
            self.until = until
        }
    }

    /// An instance that drains at present.
    package struct Leaving: Sendable {
        /// As it is shown: draining.
        package var instance: Instance
        package var until: ContinuousClock.Instant
    }

    /// Those that drain, in the order in which they left.
    package private(set) var leaving: [Leaving] = []
    private let length: Duration
    private let inRegistryOrder: Bool
    private var latest: QueryResult?
    private var shown: QueryResult?

    /// - Parameters:
    ///   - length: How long an instance drains.
    ///   - restored: What the process before this one was told last.
    ///   - pending: What drained then.
    ///   - wallNow: The wall clock in seconds since 1970 at `now`, to which `pending` relates.
    package init(
        _ length: Duration,
        for query: CatalogQuery,
        restored: QueryResult? = nil,
        pending: [Pending] = [],
        wallNow: Int64 = 0,
        now: ContinuousClock.Instant = .now,
    ) {
        self.length = length
        inRegistryOrder = query.keepsRegistryOrder
        latest = restored
        // A clock that was set back makes nothing drain longer than it is configured to.
        leaving = pending.map {
            Leaving(instance: $0.instance, until: now + min(.seconds(max(0, $0.until - wallNow)), length))
        }
    }

    /// What is shown of an answer: all of it, and those that drain.
    ///
    /// - Parameter unwell: Items that are only in the last answer because a guard kept them; they did not work any more.
    package mutating func see(
        _ result: QueryResult,
        unwell: Set<ItemIdentity> = [],
        at now: ContinuousClock.Instant,
    ) -> QueryResult {
        for change in latest?.standingChanges(to: result) ?? [] {
            guard change.after == .absent, change.before.isUsable, !unwell.contains(change.identity),
                case .instance(let instance) = change.item, instance.drains
            else { continue }
            leaving.append(Leaving(instance: instance.with(health: .draining), until: now + length))
        }
        latest = result
        leaving.removeAll { $0.until <= now }
        if !leaving.isEmpty, case .instances(let instances) = result {
            var gone = Set(leaving.map(\.instance.identity))
            for instance in instances { gone.remove(instance.identity) }
            leaving.removeAll { !gone.contains($0.instance.identity) }
        }
        let kept = leaving.map {
            KeptItem(identity: .instance($0.instance.identity), item: .instance($0.instance), position: nil)
        }
        let next = result.keeping(kept, of: shown ?? result, inRegistryOrder: inRegistryOrder)
        shown = next
        return next
    }

    /// When the first of those that drain goes; nil while none does.
    package var nextLook: ContinuousClock.Instant? { leaving.lazy.map(\.until).min() }

    /// Those that drain, for the snapshot on disk; to the second.
    package func pending(wallNow: Int64, now: ContinuousClock.Instant) -> [Pending] {
        leaving.map { one in
            let seconds = ((one.until - now) / .seconds(1)).rounded(.up)
            return Pending(instance: one.instance, until: wallNow + Int64(seconds))
        }
    }
}
