import Catalog
import Delivery
import Diagnostics
import Logging
import Planning
import Rendering
import Settings
import State

extension TargetWorker {
    /// Delivers what was rendered, without the culprits of a check that fails.
    func deliver(
        _ plan: Plan,
        _ rendered: RenderedTarget,
        at time: RenderTime,
        retrying: Bool,
    ) async -> TargetMachine.Result {
        let snapshot = catalog.snapshot
        let (outcome, rest) = await delivering {
            let outcome = await deliverer.deliver(
                plan,
                check: target.settings.check,
                reload: target.settings.reload,
                urgency: lastGood.map { snapshot.hasBroken(since: $0.snapshot) ? .cannotWait : .canWait } ?? .cannotWait
            )
            let rest = await withoutCulprits(
                outcome,
                of: rendered,
                from: snapshot,
                at: time,
                because: plan.reason,
                retrying: retrying
            )
            return (outcome, rest)
        }
        let delivered = rest ?? CulpritSearch.Finding.Rest(rendered: rendered, plan: plan, outcome: outcome)
        if delivered.outcome.isInForce { lastGood = LastGood(snapshot, leftOut: delivered.rendered.leftOut) }
        stamp(delivered.plan, delivered.outcome)
        return note(delivered.outcome, delivered.plan)
    }

    /// The line of the log and the condition for what became of a plan.
    func note(_ outcome: DeliveryOutcome, _ plan: Plan) -> TargetMachine.Result {
        var details: Logger.Metadata = [
            "plan": "\(plan)", "reason": "\(plan.reason)", "revision": "\(outcome.revision)",
            "duration": "\(outcome.duration.readable)",
        ]
        if let proof = outcome.proof { details["proof"] = "\(proof)" }
        if let reason = outcome.copyReason, !hasToldOfCopy {
            hasToldOfCopy = true
            logger.notice("checking a copy", metadata: ["because": "\(CheckPlace.note(ofCopy: reason))"])
        }
        if !outcome.notes.isEmpty { details["notes"] = "\(outcome.notes.joined(separator: "; "))" }
        switch outcome.result {
        case .unchanged, .adopted, .attributesChanged, .written, .reloaded, .appliedLive, .checkPassed:
            let isNews = outcome.result != .unchanged || condition.state != .inForce
            logger.log(level: isNews ? .info : .debug, "\(outcome.result.label)", metadata: details)
            condition.become(.inForce, revision: "\(outcome.revision)", at: clock.now)
            if outcome.result == .reloaded { condition.reloads += 1 }
            if case .appliedLive = outcome.result {
                condition.liveChanges += 1
                balancerLook = clock.now
            }
            return .inStep(reloaded: outcome.result == .reloaded)
        case .drifted:
            condition.become(.drifted, fault: outcome.description, at: clock.now)
            return .inStep(reloaded: false)
        case .postponed(let why):
            details["because"] = "\(why)"
            logger.log(level: condition.state == .postponed ? .debug : .notice, "postponed", metadata: details)
            condition.become(.postponed, fault: why, at: clock.now)
            return .postponed
        case .heldBack(let earlier):
            logger.debug("held back", metadata: details)
            condition.become(condition.state == .degraded ? .degraded : .failed, fault: earlier.reason, at: clock.now)
            return .heldBack
        case .checkFailed(let reason):
            details["check"] = "\(reason)"
            fail("check failed", outcome, details, .failed)
            return .failed(reloaded: false)
        case .failed(let fault):
            details["fault"] = "\(fault)"
            details["hint"] = "\(fault.hint ?? "")"
            fail("delivery failed", outcome, details, .failed)
            return .failed(reloaded: false)
        case .rolledBack(let reason):
            details["reload"] = "\(reason)"
            fail("rolled back", outcome, details, .failed)
            return .failed(reloaded: true)
        case .degraded(let reason):
            details["reload"] = "\(reason)"
            fail("degraded", outcome, details, .degraded)
            return .failed(reloaded: true)
        }
    }

    private func fail(
        _ decision: Logger.Message,
        _ outcome: DeliveryOutcome,
        _ details: Logger.Metadata,
        _ state: StatusReport.Target.State,
    ) {
        var details = details
        if let output = outcome.output, output.count > 0 {
            details["output"] = "\(output.text)"
        }
        logger.error(decision, metadata: details)
        condition.failures += 1
        condition.become(state, fault: outcome.description, at: clock.now)
    }

    /// The line of the log and the condition for what could not even be planned.
    func failed(_ what: String, hint: String?) {
        logger.error("delivery failed", metadata: ["fault": "\(what)", "hint": "\(hint ?? "")"])
        condition.failures += 1
        condition.become(.failed, fault: what, at: clock.now)
    }

    /// There is nothing to deliver, but an earlier delivery may have left a reload owing.
    func settle() async -> TargetMachine.Result {
        guard let reload = target.settings.reload else { return .waiting }
        let settled = await delivering {
            await deliverer.settle(target: target.settings.name, sensitive: target.settings.sensitive, reload: reload)
        }
        guard let outcome = settled else { return .waiting }
        if case .degraded(let reason) = outcome.result {
            logger.error("degraded", metadata: ["reload": "\(reason)", "duration": "\(outcome.duration.readable)"])
            condition.failures += 1
            return .failed(reloaded: true)
        }
        condition.reloads += 1
        logger.notice("settled", metadata: ["outcome": "\(outcome)"])
        return .waiting
    }
}
