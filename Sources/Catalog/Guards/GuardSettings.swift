/// How suspicious the guards of a target are (the configuration's `guard`).
package struct GuardSettings: Hashable, Sendable {
    /// How long an answer without anything usable is held, where there were two or more before. Zero: not at all.
    package var empty: Duration
    /// The part of a service's instances, 0 to 1, of which more must turn unhealthy within ten seconds to be held.
    package var massLoss: Double
    /// How long a mass loss is held. Zero: not at all.
    package var hold: Duration
    /// How far the two reads are apart that must agree on a loss after a break. Zero: one read is enough.
    package var confirmation: Duration

    package init(
        empty: Duration = .seconds(60),
        massLoss: Double = 0.5,
        hold: Duration = .seconds(60),
        confirmation: Duration = .seconds(30),
    ) {
        self.empty = empty
        self.massLoss = massLoss
        self.hold = hold
        self.confirmation = confirmation
    }

    /// Everything passes.
    package static let off = GuardSettings(empty: .zero, massLoss: 1, hold: .zero, confirmation: .zero)
}
