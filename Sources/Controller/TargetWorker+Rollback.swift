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

    /// Puts an old revision in force; what became of it is nil if it was refused.
    func rollBack(_ number: Int) async -> (report: RollbackReport, result: TargetMachine.Result?) {
        do throws(RollbackFault) {
            let plan = await considered(
                try target.plan(rollingBackTo: number, in: deliverer.ledger, at: secondsSince1970())
            )
            let (outcome, result) = await deliver(plan)
            if outcome.isInForce, let pin = plan.pin { show(pin) }
            return (RollbackReport(number: number, outcome), result)
        } catch {
            logger.error("rollback refused", metadata: ["fault": "\(error)", "hint": "\(error.hint ?? "")"])
            return (RollbackReport(target: target.settings.name, number: number, error), nil)
        }
    }

    /// What is rendered waits: an old revision is to stay in force, also if somebody changes its files or a reload is owed.
    func stay(on pin: Pin, retrying: Bool) async -> TargetMachine.Result {
        condition.pin = pin
        do throws(RollbackFault) {
            let plan = try target.plan(
                stayingOn: pin,
                in: deliverer.ledger,
                retryingFailed: retrying,
                overwritingDrift: overwritesDrift
            )
            tellDrift(plan)
            let (outcome, result) = await deliver(plan)
            if outcome.isInForce { show(pin) }
            return result
        } catch {
            failed("\(error)", hint: error.hint)
            return .failed(reloaded: false)
        }
    }

    /// Delivers what is not rendered.
    private func deliver(_ plan: Plan) async -> (DeliveryOutcome, TargetMachine.Result) {
        let outcome = await delivering {
            await deliverer.deliver(plan, check: target.settings.check, reload: target.settings.reload)
        }
        stamp(plan, outcome)
        // That a pinned target is as it was is no news.
        if outcome.result == .unchanged { return (outcome, .inStep(reloaded: false)) }
        return (outcome, note(outcome, plan))
    }

    private func show(_ pin: Pin) {
        if condition.state != .pinned || condition.pin != pin {
            logger.notice(
                "pinned",
                metadata: ["revision": "\(pin.number) (\(pin.revision))", "end": "headgate release"]
            )
        }
        condition.pin = pin
        condition.become(.pinned, revision: "\(pin.revision)", at: clock.now)
    }

    /// Lets go of a pinned revision; false if none is pinned.
    func unpin() -> Bool {
        var record = deliverer.ledger.record(of: target.settings.name)
        guard let pin = record.pin else { return false }
        record.pin = nil
        deliverer.ledger.save(record)
        condition.pin = nil
        occasion = "release of revision \(pin.number)"
        logger.notice("unpinned", metadata: ["revision": "\(pin.number) (\(pin.revision))"])
        return true
    }
}
