package import Settings

/// Gathers changes: when to deliver after the registry has said something, so that a storm of changes becomes one
/// delivery but no change waits for ever.
package struct Quiescence: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private let wait: WaitSettings
    private var first: Instant?
    private var last: Instant?

    package init(_ wait: WaitSettings) { self.wait = wait }

    /// Something changed.
    package mutating func changed(at now: Instant) {
        first = first ?? now
        last = now
    }

    /// When to deliver what has been gathered: `min` after the last change, `max` after the first at the latest; nil if
    /// nothing has been gathered.
    package var deadline: Instant? {
        guard let first, let last else { return nil }
        return min(last.advanced(by: wait.min), first.advanced(by: max(wait.min, wait.max)))
    }

    /// What has been gathered is being delivered.
    package mutating func clear() {
        first = nil
        last = nil
    }
}
