/// What a target does about instances that come and go (the configuration's `drain` and `damp`), once its guards let it pass.
package struct MembershipSettings: Hashable, Sendable {
    /// How long an instance that is deregistered stays, as draining. Zero: not at all.
    package var drain: Duration
    /// Nil: an instance that flaps comes back each time.
    package var damping: DampingSettings?

    package init(drain: Duration = .zero, damping: DampingSettings? = nil) {
        self.drain = drain
        self.damping = damping
    }

    /// Every change passes as it is.
    package static let off = MembershipSettings()
}

/// When an instance flaps, and how long it stays out then.
package struct DampingSettings: Hashable, Sendable {
    /// An instance that stops or begins to work more often than this within `window` flaps.
    package var changes: Int
    package var window: Duration
    /// How long it must not change before it is let in again.
    package var quiet: Duration

    package init(changes: Int = 5, window: Duration = .seconds(60), quiet: Duration = .seconds(60)) {
        self.changes = changes
        self.window = window
        self.quiet = quiet
    }
}
