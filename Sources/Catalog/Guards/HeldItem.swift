/// An item that a guard keeps, with all that must be over before it lets go.
struct HeldItem: Sendable {
    var kept: KeptItem
    /// When the loss was seen first.
    var since: ContinuousClock.Instant
    /// The read that showed the loss first after a break; nil once another confirmed it, or if nothing broke.
    var unconfirmedSince: ContinuousClock.Instant?
    /// Until when it is held as a part of a mass loss.
    var massLossUntil: ContinuousClock.Instant?
    /// Until when it is held because nothing is left.
    var emptyUntil: ContinuousClock.Instant?
    /// Whether the registry had it while it was held, but not usable.
    var isUnwell = false

    /// The end of the last time limit; nil if there is none.
    var until: ContinuousClock.Instant? { [massLossUntil, emptyUntil].compactMap(\.self).max() }

    /// Whether nothing holds it any more, at a moment up to which time limits count.
    func isOver(at moment: ContinuousClock.Instant) -> Bool {
        unconfirmedSince == nil && until.map { $0 <= moment } ?? true
    }

    /// Why the item is let go that was held as `self` and has become `next`.
    func ending(as next: HeldItem, after standing: Standing) -> Hold.Ending {
        if unconfirmedSince != nil, standing.isUsable { return .returned }
        if unconfirmedSince != nil, standing != .withdrawn { return .confirmed }
        if next.until != nil { return .expired }
        return unconfirmedSince != nil || massLossUntil != nil ? .explicit : .refilled
    }
}
