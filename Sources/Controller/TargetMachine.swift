package import Registries
package import Settings

/// What a target does when: a pure state machine. The worker feeds it events and carries out the one action it returns.
///
/// Until the first complete render nothing is gathered: the first delivery happens as soon as the data is there. From
/// then on changes that need a reload are gathered by `Quiescence`, reloads keep `reloadInterval` apart, and failures are tried again by
/// `RetrySchedule`.
package struct TargetMachine: Sendable {
    package typealias Instant = ContinuousClock.Instant

    package enum Event: Sendable {
        /// An answer that the target depends on has changed, or it has just started.
        case changed
        /// A timer set by `wake` went off.
        case timer
        case reconciled(Result)
    }

    /// How an attempt to bring the target in step ended.
    package enum Result: Sendable, Equatable {
        /// Data is still missing; the next change will tell.
        case waiting
        /// What is in force is what was rendered.
        case inStep(reloaded: Bool)
        /// Tried again by the schedule, or when something changes.
        case failed(reloaded: Bool)
        /// What was rendered has failed before and was not tried: it waits for its retry.
        case heldBack
        /// Too many old processes of the balancer live: looked at again soon.
        case postponed
        /// It cannot be made live, which alone was asked for: it is gathered.
        case needsReload
    }

    package enum Action: Sendable, Equatable {
        case none
        /// Render, compare, deliver; `retrying` what has failed before as well.
        case reconcile(retrying: Bool)
        /// Render, compare, and deliver what needs no reload.
        case tryLive
        /// Send `timer` at this time.
        case wake(at: Instant)
    }

    private let reloadInterval: Duration
    /// Whether changes may need no reload: such are not gathered.
    private let isLive: Bool
    /// Whether what is gathered needs a reload: nothing of it can be made live before.
    private var needsReload = false
    private var quiescence: Quiescence
    private var retries: RetrySchedule
    private var retryAt: Instant?
    private var postponedUntil: Instant?
    private var lastReload: Instant?
    private var hasBeenComplete = false

    /// From a reload that was postponed to the next look at the old processes.
    private static let postponement = Duration.seconds(5)

    package init(
        wait: WaitSettings,
        reloadInterval: Duration,
        isLive: Bool = false,
        retries: RetrySchedule = RetrySchedule(),
    ) {
        self.reloadInterval = reloadInterval
        self.isLive = isLive
        self.quiescence = Quiescence(wait)
        self.retries = retries
    }

    package mutating func on(_ event: Event, at now: Instant) -> Action {
        switch event {
        case .changed:
            guard hasBeenComplete else { return .reconcile(retrying: false) }
            quiescence.changed(at: now)
            return isLive && !needsReload ? .tryLive : next(at: now)
        case .timer:
            return next(at: now)
        case .reconciled(let result):
            needsReload = result == .needsReload
            // What was gathered has been tried.
            if !needsReload { quiescence.clear() }
            switch result {
            case .waiting, .needsReload:
                // What is owed stays owed.
                break
            case .inStep(let reloaded):
                hasBeenComplete = true
                retryAt = nil
                retries.succeeded()
                if reloaded { lastReload = now }
            case .failed(let reloaded):
                hasBeenComplete = true
                retryAt = now.advanced(by: retries.failed())
                if reloaded { lastReload = now }
            case .heldBack:
                hasBeenComplete = true
                retryAt = retryAt ?? now.advanced(by: retries.failed())
            case .postponed:
                hasBeenComplete = true
                postponedUntil = now.advanced(by: Self.postponement)
            }
            return next(at: now)
        }
    }

    /// When the next attempt after a failure is due, for the status.
    package var nextRetry: Instant? { retryAt }

    private mutating func next(at now: Instant) -> Action {
        guard var due = [quiescence.deadline, retryAt, postponedUntil].compactMap({ $0 }).min() else { return .none }
        if let lastReload { due = max(due, lastReload.advanced(by: reloadInterval)) }
        guard due <= now else { return .wake(at: due) }
        quiescence.clear()
        postponedUntil = nil
        let retrying = retryAt.map { $0 <= now } ?? false
        if retrying { retryAt = nil }
        return .reconcile(retrying: retrying)
    }
}
