/// Guards one query's result in one target: an empty answer is not the truth (the design's fourth promise).
///
/// It sees what the registry says and tells what the target is rendered from. A hold keeps only what was lost, as it was
/// last good; all else of a new answer passes at once.
///
///     var guarded = ResultGuard(settings, for: query)
///     if guarded.see(sighting, at: clock.now).isEffective { render(guarded.effective) }
package struct ResultGuard: Sendable {
    /// What a call changed.
    package struct Change: Hashable, Sendable {
        /// Whether `effective` became another.
        package var isEffective: Bool
        package var hold: HoldStep

        package init(isEffective: Bool, hold: HoldStep) {
            self.isEffective = isEffective
            self.hold = hold
        }
    }

    /// What became of the hold.
    package enum HoldStep: Hashable, Sendable {
        /// Nothing was held, and nothing is.
        case none
        case began
        /// Something is still held, if not the same.
        case continues
        /// The last of what was held was let go; where several rules did, the first that `Hold.Ending` lists.
        case ended(Hold.Ending)
    }

    /// What the target is rendered from; nil until something is known.
    package private(set) var effective: QueryResult?
    /// Nil: nothing is held.
    package private(set) var hold: Hold?

    private let settings: GuardSettings
    private let inRegistryOrder: Bool
    private var latest: Sighting?
    private var lastBreak: ContinuousClock.Instant?
    private var held: [HeldItem] = []
    private var droughts = Droughts()
    private var window = MassLossWindow()
    /// Limits that passed while the registry was faulty are looked at again then.
    private var postponed: ContinuousClock.Instant?

    /// - Parameters:
    ///   - restored: What was effective when it was written to disk. A registry whose first answer is one after a break is
    ///     compared with it as after any break; a registry file, which is complete in itself, as on an unbroken stream.
    ///   - pending: What was held then, and still is.
    ///   - wallNow: The wall clock in seconds since 1970 at `now`, to which `pending` relates.
    package init(
        _ settings: GuardSettings,
        for query: CatalogQuery,
        restored: QueryResult? = nil,
        pending: PendingLosses = PendingLosses(),
        wallNow: Int64 = 0,
        now: ContinuousClock.Instant = .now,
    ) {
        self.settings = settings
        inRegistryOrder = query.keepsRegistryOrder
        effective = restored
        guard let restored, settings != .off else { return }
        // A clock that was set back makes a loss as old as the present, no younger.
        func moment(_ wall: Int64) -> ContinuousClock.Instant { now - .seconds(max(0, wallNow - wall)) }
        held = restored.items(pending.losses.keys).compactMap { kept in
            guard let loss = pending.losses[kept.identity] else { return nil }
            return HeldItem(
                kept: kept,
                since: moment(loss.firstSeen),
                unconfirmedSince: moment(loss.firstSeen),
                massLossUntil: loss.heldUntil.map { min(now + .seconds($0 - wallNow), now + settings.hold) },
                isUnwell: loss.heldUntil != nil
            )
        }
        droughts.noneUsableSince = pending.noneUsableSince.map(moment)
        droughts.nonePassingSince = pending.nonePassingSince.map(moment)
        hold = makeHold()
    }

    /// Takes over what the registry says. The same answer read again is to be shown too: it confirms.
    package mutating func see(_ sighting: Sighting, at now: ContinuousClock.Instant) -> Change {
        let previous = latest
        latest = sighting
        postponed = nil
        let isBreak = Self.isNewer(sighting.breakAt, than: lastBreak)
        lastBreak = sighting.breakAt ?? lastBreak
        guard let effective, settings != .off, !sighting.isStated,
            let changes = effective.standingChanges(to: sighting.result)
        else { return pass(sighting.result, .stated, at: now) }

        let usable = sighting.result.usableInstanceCount
        if let previous, !isBreak {
            // Where nothing is held, `effective` is the previous answer.
            let turns = held.isEmpty ? changes : previous.result.standingChanges(to: sighting.result) ?? []
            window.note(turns, usable: usable, at: now)
        } else {
            window.restart(at: now, usable: usable)
        }
        // A limit counts up to the read: that the registry is good at `now`, nobody has said.
        return judge(
            changes,
            sighting,
            isBreak: isBreak,
            isFirst: previous == nil,
            limitsUpTo: sighting.readAt,
            at: now
        )
    }

    /// Looks at the limits; to be called at `nextLook`, and when the registry has recovered.
    ///
    /// - Parameter registryIsFaulty: No limit passes then: errors keep the last good result for as long as they last.
    package mutating func timer(at now: ContinuousClock.Instant, registryIsFaulty: Bool) -> Change {
        guard let latest, let effective, !held.isEmpty, !registryIsFaulty,
            let changes = effective.standingChanges(to: latest.result)
        else {
            if registryIsFaulty { postponed = now + .seconds(1) }
            return Change(isEffective: false, hold: hold == nil ? .none : .continues)
        }
        postponed = nil
        return judge(changes, latest, isBreak: false, isFirst: false, limitsUpTo: now, at: now)
    }

    /// Lets go of what is held at present; what is lost later is judged anew.
    package mutating func release(at now: ContinuousClock.Instant) -> Change {
        guard let effective, hold != nil else { return Change(isEffective: false, hold: .none) }
        let result = latest?.result ?? effective.without(Set(held.map(\.kept.identity)))
        return pass(result, .released, at: now)
    }

    /// When `timer` is to be called; nil if there is no limit to wait for.
    package var nextLook: ContinuousClock.Instant? {
        let limit = held.lazy.filter { $0.unconfirmedSince == nil }.compactMap(\.until).min()
        guard let limit, let postponed else { return limit }
        return max(limit, postponed)
    }

    /// From when on a read can confirm a loss; nil if none waits for it, or nothing was read yet. A registry that would not
    /// read by itself until then should.
    package var wantsRead: ContinuousClock.Instant? {
        guard latest != nil else { return nil }
        return held.lazy.compactMap(\.unconfirmedSince).min()?.advanced(by: settings.confirmation)
    }

    /// What is kept though the registry said of it, not merely left out, that it does not work.
    package var unwell: Set<ItemIdentity> { Set(held.lazy.filter(\.isUnwell).map(\.kept.identity)) }

    /// What is held, for the snapshot on disk; to the second.
    package func pending(wallNow: Int64, now: ContinuousClock.Instant) -> PendingLosses {
        func wall(_ moment: ContinuousClock.Instant) -> Int64 { wallNow - (now - moment).components.seconds }
        var pending = PendingLosses(
            noneUsableSince: droughts.noneUsableSince.map(wall),
            nonePassingSince: droughts.nonePassingSince.map(wall)
        )
        for item in held {
            pending.losses[item.kept.identity] = PendingLosses.Loss(
                firstSeen: wall(item.unconfirmedSince ?? item.since),
                heldUntil: item.massLossUntil.map(wall)
            )
        }
        return pending
    }

    private static func isNewer(_ moment: ContinuousClock.Instant?, than other: ContinuousClock.Instant?) -> Bool {
        guard let moment else { return false }
        return other.map { moment > $0 } ?? true
    }
}

extension ResultGuard {
    /// Lets everything pass and begins anew.
    private mutating func pass(
        _ result: QueryResult,
        _ ending: Hold.Ending,
        at now: ContinuousClock.Instant,
    ) -> Change {
        let isEffective = effective != result
        let step: HoldStep = hold == nil ? .none : .ended(ending)
        effective = result
        hold = nil
        held = []
        droughts = Droughts()
        window.restart(at: now, usable: result.usableInstanceCount)
        return Change(isEffective: isEffective, hold: step)
    }

    /// Decides which of the losses among `changes` are kept, and makes `effective` of that.
    private mutating func judge(
        _ changes: [StandingChange],
        _ sighting: Sighting,
        isBreak: Bool,
        isFirst: Bool,
        limitsUpTo moment: ContinuousClock.Instant,
        at now: ContinuousClock.Instant,
    ) -> Change {
        guard let before = effective else { return pass(sighting.result, .stated, at: now) }
        if settings.empty > .zero { droughts.look(before, sighting.result, at: now) }
        let isMassLoss = settings.hold > .zero && window.exceeds(settings.massLoss)
        var known = Dictionary(held.map { ($0.kept.identity, $0) }) { first, _ in first }
        var still: [HeldItem] = []
        var endings: Set<Hold.Ending> = []
        for change in changes where change.isLoss {
            let was = known.removeValue(forKey: change.identity)
            let kept = KeptItem(identity: change.identity, item: change.item, position: change.position)
            var item = was ?? HeldItem(kept: kept, since: now)
            item.kept = kept
            item.unconfirmedSince =
                change.isLost && change.after != .withdrawn
                ? unconfirmed(firstRead(of: item, sighting, isBreak: isBreak, isFirst: isFirst), sighting.readAt)
                : nil
            if change.after != .unhealthy {
                item.massLossUntil = nil
            } else if item.massLossUntil == nil {
                let isTurned = isMassLoss && window.turned[change.identity] != nil
                if isTurned { item.massLossUntil = now + settings.hold }
            }
            item.emptyUntil = droughts.limit(of: change, lasting: settings.empty)
            if change.after == .unhealthy || change.after == .withdrawn { item.isUnwell = true }
            if !item.isOver(at: moment) {
                still.append(item)
            } else if let was {
                endings.insert(was.ending(as: item, after: change.after))
            }
        }
        if !known.isEmpty { endings.insert(.returned) }
        held = still
        return settle(sighting.result, endings)
    }

    /// How many times `confirmation` a loss may be confirmed anew because of further breaks.
    private static let patience = 10

    /// The read that the next one has to agree with. A further break begins anew, since an agent that restarts again and
    /// again would otherwise confirm its own emptiness; but not for ever. To the first answer of a process the loss is as
    /// old as the one before it says, or none of a break at all.
    private func firstRead(
        of item: HeldItem,
        _ sighting: Sighting,
        isBreak: Bool,
        isFirst: Bool,
    ) -> ContinuousClock.Instant? {
        guard isBreak else { return isFirst ? nil : item.unconfirmedSince }
        guard let known = item.unconfirmedSince else { return sighting.readAt }
        return isFirst || sighting.readAt >= item.since + settings.confirmation * Self.patience
            ? known : sighting.readAt
    }

    /// The read that showed a loss first, unless this one is far enough behind it to confirm the loss.
    private func unconfirmed(
        _ first: ContinuousClock.Instant?,
        _ read: ContinuousClock.Instant,
    ) -> ContinuousClock.Instant? {
        guard let first, read < first + settings.confirmation else { return nil }
        return first
    }

    private mutating func settle(_ result: QueryResult, _ endings: Set<Hold.Ending>) -> Change {
        let before = effective
        effective = before.map { result.keeping(held.map(\.kept), of: $0, inRegistryOrder: inRegistryOrder) }
        let wasHeld = hold != nil
        hold = makeHold()
        let step: HoldStep =
            switch (wasHeld, hold != nil) {
            case (false, false): .none
            case (false, true): .began
            case (true, true): .continues
            case (true, false): .ended(Hold.Ending.allCases.first { endings.contains($0) } ?? .returned)
            }
        return Change(isEffective: effective != before, hold: step)
    }

    private func makeHold() -> Hold? {
        guard let since = held.lazy.map(\.since).min() else { return nil }
        let isUnconfirmed = held.contains { $0.unconfirmedSince != nil }
        let reason = reason(isUnconfirmed)
        return Hold(
            reason: reason,
            since: since,
            until: isUnconfirmed ? nil : held.lazy.compactMap(\.until).max(),
            lost: held.map(\.kept.identity),
            ending: latest == nil ? Hold.endingUnanswered : reason.ending(settings)
        )
    }

    private func reason(_ isUnconfirmed: Bool) -> Hold.Reason {
        if latest == nil {
            // All is unconfirmed to this process; what an earlier one saw says more.
            if droughts.noneUsableSince != nil || droughts.nonePassingSince != nil { return .empty }
            return held.contains { $0.massLossUntil != nil } ? .massLoss : .afterBreak
        }
        if isUnconfirmed { return .afterBreak }
        return held.contains { $0.emptyUntil != nil } ? .empty : .massLoss
    }
}
