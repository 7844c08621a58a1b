import Delivery
import Logging
import Planning
import Settings
import State

extension TargetWorker {
    /// Somebody's wish for an old revision, and where the answer goes.
    struct RollbackRequest: Sendable {
        var number: Int
        var answer: CheckedContinuation<RollbackReport, Never>

        func refuse(_ target: String) {
            answer.resume(returning: RollbackReport(target: target, number: number, .stopping))
        }
    }

    /// Puts an old revision in force.
    func rollBack(_ number: Int) async -> RollbackReport {
        do throws(RollbackFault) {
            let plan = await considered(
                try target.plan(rollingBackTo: number, in: deliverer.ledger, at: secondsSince1970())
            )
            let outcome = await deliverer.deliver(plan, check: target.settings.check, reload: target.settings.reload)
            stamp(plan)
            _ = note(outcome, plan)
            if outcome.isInForce, let pin = plan.pin { _ = stay(on: pin) }
            return RollbackReport(number: number, outcome)
        } catch {
            logger.error("rollback refused", metadata: ["fault": "\(error)", "hint": "\(error.hint ?? "")"])
            return RollbackReport(target: target.settings.name, number: number, error)
        }
    }

    /// What is rendered waits: an old revision is to stay in force.
    func stay(on pin: Pin) -> TargetMachine.Result {
        if condition.state != .pinned {
            logger.notice(
                "pinned",
                metadata: ["revision": "\(pin.number) (\(pin.revision))", "end": "headgate release"]
            )
        }
        condition.pin = pin
        condition.become(.pinned, revision: "\(pin.revision)", at: clock.now)
        return .inStep(reloaded: false)
    }

    /// Lets go of a pinned revision; false if none is pinned.
    func unpin() -> Bool {
        var record = deliverer.ledger.record(of: target.settings.name)
        guard let pin = record.pin else { return false }
        record.pin = nil
        deliverer.ledger.save(record)
        condition.pin = nil
        logger.notice("unpinned", metadata: ["revision": "\(pin.number) (\(pin.revision))"])
        return true
    }
}
