/// The clock that waiting for a proof goes by; tests have one of their own.
package struct Pace: Sendable {
    package var now: @Sendable () -> ContinuousClock.Instant
    package var sleep: @Sendable (Duration) async -> Void

    package init(
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        sleep: @escaping @Sendable (Duration) async -> Void,
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// The machine's.
    package static let machine = Pace(now: { .now }, sleep: { try? await Task.sleep(for: $0) })

    /// Between two looks.
    static let interval = Duration.milliseconds(20)

    /// Looks until there is something to see, for `limit` at most, but at least once.
    func look<Found>(for limit: Duration, _ look: () async -> Found?) async -> Found? {
        let end = now().advanced(by: limit)
        while true {
            if let found = await look() { return found }
            if now() >= end { return nil }
            await sleep(Self.interval)
        }
    }
}
