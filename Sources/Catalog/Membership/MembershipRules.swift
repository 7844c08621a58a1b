/// What becomes of one question's answer in one target behind the guards: who flaps is kept out, who is gone drains.
///
/// Damping comes first: an instance that is kept out goes on draining, and one that was never let in does not begin to.
package struct MembershipRules: Sendable {
    /// What a rule did, for the log.
    package enum Event: Hashable, Sendable {
        /// An instance changed so many times that it is kept out now.
        case damped(InstanceIdentity, changes: Int)
        case dampingEnded(InstanceIdentity, Damping.Ending)
        /// Instances were deregistered, and drain.
        case draining([InstanceIdentity])
        /// Instances do not drain any more: they are gone, or back.
        case drained([InstanceIdentity])
    }

    /// What a call gives.
    package struct Outcome: Sendable {
        /// What is shown of the last answer.
        package var shown: QueryResult
        package var events: [Event] = []

        package init(shown: QueryResult, events: [Event] = []) {
            self.shown = shown
            self.events = events
        }
    }

    private var damping: Damping?
    private var drain: Drain?
    private var latest: QueryResult?

    /// Nil where no rule applies: only answers that list a service's instances have members that come and go.
    ///
    /// - Parameters:
    ///   - restored: What the guards of the process before this one let pass last.
    ///   - pending: What drained then.
    ///   - wallNow: The wall clock in seconds since 1970 at `now`, to which `pending` relates.
    package init?(
        _ settings: MembershipSettings,
        for query: CatalogQuery,
        restored: QueryResult? = nil,
        pending: [Drain.Pending] = [],
        wallNow: Int64 = 0,
        now: ContinuousClock.Instant = .now,
    ) {
        switch query {
        case .service, .connect: break
        default: return nil
        }
        guard settings.drain > .zero || settings.damping != nil else { return nil }
        damping = settings.damping.map { Damping($0, restored: restored) }
        if settings.drain > .zero {
            drain = Drain(
                settings.drain,
                for: query,
                restored: restored,
                pending: pending,
                wallNow: wallNow,
                now: now
            )
        }
    }

    /// Takes over an answer that the guards let pass.
    ///
    /// - Parameter unwell: Items that are only in the answer before because a guard kept them.
    package mutating func see(
        _ result: QueryResult,
        unwell: Set<ItemIdentity> = [],
        at now: ContinuousClock.Instant,
    ) -> Outcome {
        latest = result
        return apply(unwell: unwell, at: now) { $0.see(result, at: now) } ?? Outcome(shown: result)
    }

    /// Looks at the time; to be called at `nextLook`. Nil before there was an answer.
    package mutating func timer(at now: ContinuousClock.Instant) -> Outcome? {
        apply(unwell: [], at: now) { $0.timer(at: now) }
    }

    /// When `timer` is to be called; nil if there is nothing to wait for.
    package var nextLook: ContinuousClock.Instant? {
        [damping?.nextLook, drain?.nextLook].compactMap(\.self).min()
    }

    /// Those that are kept out because they flap.
    package var damped: [Damping.Damped] { damping?.damped ?? [] }

    /// Those that drain.
    package var draining: [Drain.Leaving] { drain?.leaving ?? [] }

    /// Those that drain, for the snapshot on disk.
    package func pending(wallNow: Int64, now: ContinuousClock.Instant) -> [Drain.Pending] {
        drain?.pending(wallNow: wallNow, now: now) ?? []
    }

    private mutating func apply(
        unwell: Set<ItemIdentity>,
        at now: ContinuousClock.Instant,
        _ damp: (inout Damping) -> QueryResult?,
    ) -> Outcome? {
        guard var result = latest else { return nil }
        let before = (damped: damped, draining: draining.map(\.instance.identity))
        if var damping {
            result = damp(&damping) ?? result
            self.damping = damping
        }
        if var drain {
            result = drain.see(result, unwell: unwell, at: now)
            self.drain = drain
        }
        return Outcome(shown: result, events: events(since: before.damped, before.draining, at: now))
    }

    private func events(
        since damped: [Damping.Damped],
        _ draining: [InstanceIdentity],
        at now: ContinuousClock.Instant,
    ) -> [Event] {
        var events: [Event] = []
        let (wereDamped, areDamped) = (Set(damped.map(\.instance)), Set(self.damped.map(\.instance)))
        for one in self.damped where !wereDamped.contains(one.instance) {
            events.append(.damped(one.instance, changes: one.changes))
        }
        for one in damped where !areDamped.contains(one.instance) {
            events.append(.dampingEnded(one.instance, one.until <= now ? .quiet : .needed))
        }
        let drains = self.draining.map(\.instance.identity)
        let (began, ended) = (Set(drains).subtracting(draining), Set(draining).subtracting(drains))
        if !began.isEmpty { events.append(.draining(began.sorted())) }
        if !ended.isEmpty { events.append(.drained(ended.sorted())) }
        return events
    }
}
