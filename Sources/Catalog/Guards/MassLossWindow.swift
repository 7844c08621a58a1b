/// What turned unhealthy of a service within the last ten seconds, against how many were usable.
struct MassLossWindow: Sendable {
    static let length = Duration.seconds(10)
    /// Below so many usable instances nothing is a mass loss.
    static let leastUsable = 4

    /// The instances that turned unhealthy within the window and still are, with the moment.
    private(set) var turned: [ItemIdentity: ContinuousClock.Instant] = [:]
    /// How many instances were usable from a moment on; the first is from before the window or its start.
    private var counts: [(from: ContinuousClock.Instant, usable: Int)] = []

    /// Begins anew with `usable` instances: what was before does not count.
    mutating func restart(at now: ContinuousClock.Instant, usable: Int) {
        turned = [:]
        counts = [(now, usable)]
    }

    /// Takes over how items changed since the last answer, and how many instances are usable now.
    mutating func note(_ changes: [StandingChange], usable: Int, at now: ContinuousClock.Instant) {
        let start = now - Self.length
        if !turned.isEmpty { turned = turned.filter { $0.value >= start } }
        for change in changes {
            if change.after != .unhealthy {
                turned[change.identity] = nil
            } else if change.before.isUsable {
                turned[change.identity] = now
            }
        }
        if counts.last?.usable != usable { counts.append((now, usable)) }
        let beforeWindow = counts.lastIndex { $0.from < start } ?? counts.startIndex
        counts.removeSubrange(..<beforeWindow)
    }

    /// Whether more than `fraction` of the instances turned unhealthy.
    ///
    /// Counted against the most that were usable at a moment of the window: its start, or later where instances came, so
    /// that old ones stopped after as many new ones came are no mass loss.
    func exceeds(_ fraction: Double) -> Bool {
        let usable = counts.lazy.map(\.usable).max() ?? 0
        return usable >= Self.leastUsable && Double(turned.count) > fraction * Double(usable)
    }
}
