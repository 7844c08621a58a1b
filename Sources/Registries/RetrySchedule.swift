/// When to try again what failed: exponential, bounded, with full jitter, so that many headgates that fail together
/// do not try together.
package struct RetrySchedule: Sendable {
    private let base: Duration
    private let limit: Duration
    /// How often it has failed in a row.
    package private(set) var failures = 0

    /// Delays are drawn from zero to `base` × 2ⁿ, at most `limit`, but never less than half of `base`.
    package init(base: Duration = .seconds(2), limit: Duration = .seconds(60)) {
        self.base = base
        self.limit = limit
    }

    /// Notes a failure and says how long to wait. `random` gives a number from 0 to below 1.
    package mutating func failed(random: () -> Double = { Double.random(in: 0..<1) }) -> Duration {
        let ceiling = min(base * Double(1 << min(failures, 20)), limit)
        failures += 1
        return max(base / 2, ceiling * random())
    }

    package mutating func succeeded() { failures = 0 }
}
