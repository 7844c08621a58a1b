import Catalog
import Delivery
import Logging
import Planning
import Rendering
import Settings
import State

extension TargetWorker {
    /// Renders, compares, delivers.
    ///
    /// - Parameter onlyLive: Whether what needs a reload is left for later.
    func reconcile(retrying: Bool, onlyLive: Bool = false) async -> TargetMachine.Result {
        await takeNews()
        // What is different from now on is looked at next time, whatever becomes of this one.
        destinationStamps = FileStamp.of(destinationStamps.keys)
        var (now, stamps, result) = render()
        if stopping { return .waiting }
        await hub.depend(target.settings.name, on: result.dependencies.queries)
        asked = result.dependencies.queries
        // What another target asked already is known.
        await takeNews()
        if case .waiting = result, catalog.hasChanges {
            (now, stamps, result) = render()
            if stopping { return .waiting }
            await hub.depend(target.settings.name, on: result.dependencies.queries)
            asked = result.dependencies.queries
        }
        filesRead.note(result.dependencies.files, before: stamps)
        switch result {
        case .waiting(let missing, _):
            wait(for: missing)
            return await settle()
        case .failed(let fault, _):
            if condition.fault != "\(fault)" { logger.error("template fault\n\(fault)") }
            condition.become(.templateFault, fault: "\(fault)", at: clock.now)
            return await settle()
        case .complete(let rendered):
            return await bringInForce(rendered, at: now, retrying: retrying, onlyLive: onlyLive)
        }
    }

    /// Compares what was rendered with what is in force, and delivers the difference.
    private func bringInForce(
        _ rendered: RenderedTarget,
        at now: RenderTime,
        retrying: Bool,
        onlyLive: Bool,
    ) async -> TargetMachine.Result {
        let (changed, occasioned) = (unrendered, occasion)
        let reason = reason(retrying: retrying)
        unrendered = [:]
        occasion = nil
        hasRendered = true
        if condition.state == .waiting { condition.wait(for: [], at: clock.now) }
        catalog.keep(only: asked)
        report(rendered)
        deliverer.ledger.keep(&cache.stableIDs, of: target.settings.name)
        let record = deliverer.ledger.record(of: target.settings.name)
        if let pin = record.pin { return await stay(on: pin, retrying: retrying) }
        var plan: Plan
        do {
            plan = try target.plan(
                rendered,
                at: now,
                from: catalog.snapshot,
                using: cache,
                record: record,
                retryingFailed: retrying,
                overwritingDrift: overwritesDrift
            )
        } catch {
            failed("\(error)", hint: error.hint)
            return .failed(reloaded: false)
        }
        plan = await considered(plan)
        if onlyLive, plan.action.reloads {
            (unrendered, occasion) = (changed, occasioned)
            return .needsReload
        }
        tellDrift(plan)
        plan.reason = plan.drifted.isEmpty ? reason : "changed by somebody else"
        let delivered = await deliver(plan, rendered, at: now, retrying: retrying)
        if delivered == .postponed {
            unrendered.merge(changed) { $1 }
            occasion = occasion ?? occasioned
        }
        return delivered
    }

    /// Renders from what is known, with when, and with how the files that are read were before.
    private func render() -> (RenderTime, [String: FileStamp], RenderResult) {
        unrendered.merge(catalog.takeChanges()) { first, _ in first }
        let now = RenderTime.now
        let stamps = filesRead.look()
        let result = target.renderer.render(
            catalog.snapshot,
            using: cache,
            at: now,
            leavingOut: leftOut(),
            isCancelled: isStopping
        )
        return (now, stamps, result)
    }

    /// Says what the target waits for, if that is new.
    private func wait(for missing: [Missing]) {
        let registry = target.settings.registry ?? ""
        let names = missing.map { $0.described(byDefault: registry) }
        let fresh = names.filter { condition.waiting[$0] == nil }
        condition.wait(for: names, at: clock.now)
        guard !fresh.isEmpty else { return }
        // That the first answers take a moment is no news; that something does not exist is.
        let isNews = missing.contains { $0.reason != .notArrived }
        // What was there and is gone stops every further change of the target.
        logger.log(
            level: hasRendered ? .warning : isNews ? .info : .debug,
            "waiting",
            metadata: [
                "for": "\(fresh.prefix(10).joined(separator: ", "))",
                "hint": hasRendered ? "until then the target stays as it is" : "",
            ]
        )
    }
}
