import Catalog
import Delivery
import Diagnostics
import Logging
import Planning
import Rendering
import Settings

extension TargetWorker {
    /// Who is left out, for as long as the registration stays the same.
    func leftOut() -> Set<Registrant> {
        culprits.removeAll { !$0.candidate.isUnchanged(in: catalog.snapshot) }
        return Set(culprits.map(\.candidate.registrant))
    }

    /// Sets aside the instances for which alone a check failed, and delivers the rest; nil if there are none.
    func withoutCulprits(
        _ outcome: DeliveryOutcome,
        of rendered: RenderedTarget,
        from snapshot: CatalogSnapshot,
        at time: RenderTime,
        because reason: String,
        retrying: Bool,
    ) async -> CulpritSearch.Finding.Rest? {
        let finding = await search(snapshot, at: time).run(
            after: outcome,
            of: rendered,
            lastGood: lastGood,
            retryingFailed: retrying
        ) { [deliverer, settings = target.settings] plan in
            var plan = await deliverer.considered(plan, live: settings.live, reload: settings.reload)
            plan.reason = reason
            return await deliverer.deliver(plan, check: settings.check, reload: settings.reload)
        }
        guard let finding else { return nil }
        culprits += finding.culprits
        culpritLook = target.settings.culpritRetry.map { clock.now + $0 }
        report(finding.rest?.rendered ?? rendered)
        return finding.rest
    }

    /// Lets go of the instances with whom the check does not fail any more, such as those whose host name resolves now;
    /// true if there are any.
    func pardonCulprits() async -> Bool {
        guard let due = culpritLook, due <= clock.now else { return false }
        _ = leftOut()
        let before = culprits.count
        culprits = await delivering { await search(catalog.snapshot, at: .now).stillRefused(culprits) }
        culpritLook = culprits.isEmpty ? nil : target.settings.culpritRetry.map { clock.now + $0 }
        if culprits.count < before { occasion = "an instance is not refused any more" }
        return culprits.count < before
    }

    private func search(_ snapshot: CatalogSnapshot, at time: RenderTime) -> CulpritSearch {
        CulpritSearch(
            target,
            deliverer: deliverer,
            snapshot: snapshot,
            time: time,
            numbers: cache.stableIDs,
            isStopped: isStopping
        )
    }

    /// Tells who is not in what was rendered, and why.
    func report(_ rendered: RenderedTarget) {
        let setAside = rendered.setAside + culprits.map(\.setAside)
        let reported = Set(condition.setAside)
        for one in setAside where !reported.contains(one) {
            let isOnlyTold = if case .unsafe = one.cause { target.settings.untrusted == .report } else { false }
            var details: Logger.Metadata = ["registrant": "\(one.registrant)", "reason": "\(one.reason)"]
            if let culprit = culprits.first(where: { $0.setAside == one }), culprit.isLast {
                details["left"] = "nothing healthy of service \(printable(culprit.candidate.instance.service))"
            }
            logger.warning(isOnlyTold ? "unsafe registration" : "set aside", metadata: details)
        }
        condition.setAside = setAside
        condition.files = rendered.files.map(\.destination)
    }
}
