/// A registry's answer with what is known of how it was read.
package struct Sighting: Hashable, Sendable {
    package var result: QueryResult
    /// When the latest read was made that gave this result; a read without a change moves it.
    package var readAt: ContinuousClock.Instant
    /// When the first answer after the latest break was read (a reconnect, an index reset, a lost leader, another token);
    /// nil if nothing broke yet.
    package var breakAt: ContinuousClock.Instant?
    /// Whether the answer was said in so many words by whoever may say it, as a registry file's `instances: []` is.
    package var isStated: Bool

    package init(
        result: QueryResult,
        readAt: ContinuousClock.Instant,
        breakAt: ContinuousClock.Instant? = nil,
        isStated: Bool = false,
    ) {
        self.result = result
        self.readAt = readAt
        self.breakAt = breakAt
        self.isStated = isStated
    }
}
