import Settings
import Synchronization

/// What others than the worker itself may call, at any time.
extension TargetWorker {
    /// Ends `run`: a render is broken off, a delivery that is under way is let end.
    nonisolated func stop() {
        shared.isStopping.store(true, ordering: .relaxed)
        events.continuation.finish()
    }

    /// Lets go of what guards hold: of one question, or of all; and then of a revision that was pinned, too.
    nonisolated func release(query: String?) { events.continuation.yield(.release(query: query)) }

    /// Puts an old revision in force, and stays there until it is released.
    nonisolated func rollBack(to number: Int) async -> RollbackReport {
        await withCheckedContinuation { continuation in
            let request = RollbackRequest(number: number, answer: continuation)
            if case .enqueued = events.continuation.yield(.rollback(request)) { return }
            request.refuse(target.settings.name)
        }
    }

    /// Asks whether it is alive; `isAlive` says what came of it.
    nonisolated func ping() {
        shared.owesAnswer.store(true, ordering: .relaxed)
        events.continuation.yield(.ping)
    }

    /// Whether the last ping was answered, or there is a reason why not: a delivery takes as long as its commands may.
    nonisolated var isAlive: Bool {
        !shared.owesAnswer.load(ordering: .relaxed) || shared.deliveries.load(ordering: .relaxed) > 0
            || shared.isStopping.load(ordering: .relaxed)
    }

    /// How the target is; answers at once, whatever the target is doing.
    nonisolated func report(at now: ContinuousClock.Instant) -> StatusReport.Target {
        shared.condition.withLock { $0 }.report(target, at: now)
    }
}
