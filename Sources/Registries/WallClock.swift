internal import Glibc

/// The wall clock and the waiting for its moments, injected so that tests need not wait.
package struct WallClock: Sendable {
    /// The present moment.
    package var now: @Sendable () -> Timestamp
    /// Waits until a moment, at once if it has passed; throws when the task is cancelled. It may wake late after the clock
    /// was set, so whoever needs the moment exactly looks at `now` again.
    package var sleep: @Sendable (_ moment: Timestamp) async throws(CancellationError) -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (_ moment: Timestamp) async throws(CancellationError) -> Void,
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// The system's clock.
    package static let system = WallClock(
        now: { systemNow() },
        sleep: { moment throws(CancellationError) in
            do {
                try await Task.sleep(for: max(.zero, moment - systemNow()))
            } catch {
                throw CancellationError()
            }
        },
    )

    private static func systemNow() -> Timestamp {
        var time = timespec()
        // The call fills the local variable it is given.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(time)
    }
}

extension Timestamp {
    /// The moment that the kernel gave.
    init(_ time: timespec) {
        self.init(sinceEpoch: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
    }
}
