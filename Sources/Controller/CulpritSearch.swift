package import Catalog
package import Delivery
package import Planning
package import Rendering
import Settings
import State

/// Finds the instances for which alone a target's check fails, so that the rest can be delivered without them.
package struct CulpritSearch: Sendable {
    /// An instance that was set aside.
    package struct Culprit: Sendable {
        package var candidate: Candidate
        package var setAside: SetAside
        /// Whether nothing healthy of its service is left.
        package var isLast: Bool
    }

    /// What came of a search.
    package struct Finding: Sendable {
        /// What is left without them, and what became of it.
        package struct Rest: Sendable {
            package var rendered: RenderedTarget
            package var plan: Plan
            package var outcome: DeliveryOutcome
        }

        package var culprits: [Culprit]
        /// Nil if the search ended before the rest could be tried.
        package var rest: Rest?
    }

    /// How long checks are run one after the other; a check that has begun ends by its own time limit.
    private static let timeLimit = Duration.seconds(60)

    private let target: CompiledTarget
    private let deliverer: Deliverer
    private let snapshot: CatalogSnapshot
    private let time: RenderTime
    private let numbers: StableIDs
    private let isStopped: @Sendable () -> Bool

    /// - Parameters:
    ///   - snapshot: What the target was rendered from, at `time`, with the instances' `numbers`.
    ///   - isStopped: Asked between two checks; true ends the search.
    package init(
        _ target: CompiledTarget,
        deliverer: Deliverer,
        snapshot: CatalogSnapshot,
        time: RenderTime,
        numbers: StableIDs,
        isStopped: @escaping @Sendable () -> Bool = { false },
    ) {
        self.target = target
        self.deliverer = deliverer
        self.snapshot = snapshot
        self.time = time
        self.numbers = numbers
        self.isStopped = isStopped
    }

    /// Searches after `outcome`; nil if it was not the check that failed, or no instance is to blame for it.
    ///
    /// - Parameters:
    ///   - rendered: What the check was run on.
    ///   - lastGood: What is in force; without it any instance may be the culprit, with it those that changed.
    ///   - retryingFailed: Whether the rest is tried even if it failed before.
    ///   - conclude: Delivers the rest, or only checks it.
    package func run(
        after outcome: DeliveryOutcome,
        of rendered: RenderedTarget,
        lastGood: LastGood?,
        retryingFailed: Bool,
        conclude: (Plan) async -> DeliveryOutcome,
    ) async -> Finding? {
        guard target.settings.culpritRetry != nil, let check = target.settings.check,
            case .checkFailed(let reason) = outcome.result, outcome.isRefusal
        else { return nil }
        let all = Candidate.all(in: snapshot, of: rendered.dependencies.queries)
        let present = all.filter { !rendered.leftOut.contains($0.registrant) }
        let changed = lastGood?.changed(of: present) ?? present
        // Many templates cannot do without any instance: then those that the check names may still be to blame.
        let named = changed.filter { $0.isNamed(in: reason) }
        let end = ContinuousClock.now + Self.timeLimit
        for candidates in named.count < changed.count ? [changed, named] : [changed] {
            var bisection = Bisection(of: candidates.count, refusedFor: reason)
            let rest = await carryOut(
                &bisection,
                among: candidates.map(\.registrant),
                leavingOut: rendered.leftOut,
                until: end,
                check: { await deliverer.verify($0, check: check) },
                conclude: conclude,
                retryingFailed: retryingFailed
            )
            if bisection.failsWithout { continue }
            guard !bisection.culprits.isEmpty else { return nil }
            if rest?.outcome.isInForce == true { forgetFailure() }
            return Finding(culprits: culprits(bisection, among: candidates, of: all, rendered.leftOut), rest: rest)
        }
        return nil
    }

    /// Runs the checks that `bisection` asks for; what became of the rest, if it was tried.
    private func carryOut(
        _ bisection: inout Bisection,
        among candidates: [Registrant],
        leavingOut before: Set<Registrant>,
        until end: ContinuousClock.Instant,
        check: (Plan) async -> DeliveryOutcome,
        conclude: (Plan) async -> DeliveryOutcome,
        retryingFailed: Bool,
    ) async -> Finding.Rest? {
        let trial = Trial(self)
        var rest: Finding.Rest?
        var step = bisection.begin()
        while step != .end, !isStopped(), ContinuousClock.now < end {
            var leftOut = before.union(bisection.culprits.map { candidates[$0.candidate] })
            if case .check(let first) = step { leftOut.formUnion(candidates[first...]) }
            let concludes = step == .conclude
            guard let (rendered, plan) = trial.plan(without: leftOut, retryingFailed: !concludes || retryingFailed)
            else {
                if concludes || isStopped() { break }
                step = bisection.on(.refused("the templates cannot be rendered"))
                continue
            }
            let outcome = concludes ? await conclude(plan) : await check(plan)
            if concludes { rest = Finding.Rest(rendered: rendered, plan: plan, outcome: outcome) }
            switch outcome.result {
            case .checkFailed(let words) where outcome.isRefusal: step = bisection.on(.refused(words))
            case .checkPassed: step = bisection.on(.passed)
            default: return rest
            }
        }
        return rest
    }

    /// Those of `culprits` with whom the check still fails.
    package func stillRefused(_ culprits: [Culprit]) async -> [Culprit] {
        guard let check = target.settings.check else { return [] }
        let trial = Trial(self)
        var refused = culprits
        for culprit in culprits where !isStopped() {
            let leftOut = refused.map(\.candidate.registrant).filter { $0 != culprit.candidate.registrant }
            guard let (_, plan) = trial.plan(without: Set(leftOut), retryingFailed: true) else { continue }
            if await deliverer.verify(plan, check: check).result == .checkPassed {
                refused.removeAll { $0.candidate.registrant == culprit.candidate.registrant }
            }
        }
        return refused
    }

    private func culprits(
        _ bisection: Bisection,
        among candidates: [Candidate],
        of all: [Candidate],
        _ leftOutBefore: Set<Registrant>,
    ) -> [Culprit] {
        let leftOut = leftOutBefore.union(bisection.culprits.map { candidates[$0.candidate].registrant })
        return bisection.culprits.map { culprit in
            let candidate = candidates[culprit.candidate]
            return Culprit(
                candidate: candidate,
                setAside: SetAside(candidate.registrant, .refused(culprit.reason)),
                isLast: !all.contains { $0.isHealthyFellow(of: candidate) && !leftOut.contains($0.registrant) }
            )
        }
    }

    /// What failed for its culprits alone may be tried at any time: they will be known, or be found again.
    private func forgetFailure() {
        var record = deliverer.ledger.record(of: target.settings.name)
        guard record.failed != nil else { return }
        record.failed = nil
        deliverer.ledger.save(record)
    }

    /// Renders the target without some of its instances, beside its own records and numbers.
    private struct Trial {
        private let search: CulpritSearch
        private let cache: RecordCache

        init(_ search: CulpritSearch) {
            self.search = search
            cache = search.target.renderer.makeCache()
        }

        /// Nil if there is nothing to plan without these instances.
        func plan(without leftOut: Set<Registrant>, retryingFailed: Bool) -> (RenderedTarget, Plan)? {
            cache.stableIDs = search.numbers
            guard
                case .complete(let rendered) = search.target.renderer.render(
                    search.snapshot,
                    using: cache,
                    at: search.time,
                    leavingOut: leftOut,
                    isCancelled: search.isStopped
                ),
                let plan = try? search.target.plan(
                    rendered,
                    at: search.time,
                    from: search.snapshot,
                    using: cache,
                    record: search.deliverer.ledger.record(of: search.target.settings.name),
                    retryingFailed: retryingFailed,
                    overwritingDrift: true
                )
            else { return nil }
            return (rendered, plan)
        }
    }
}

extension DeliveryOutcome {
    /// Whether the check came to an end of its own: one that took too long or could not be started says nothing.
    fileprivate var isRefusal: Bool { if case .exited = check?.ending { true } else { false } }
}

extension Candidate {
    fileprivate func isHealthyFellow(of other: Candidate) -> Bool {
        instance.service == other.instance.service && registrant.scope == other.registrant.scope
            && instance.health == .passing
    }

    /// Whether what a check said has the instance's ID or address in it.
    fileprivate func isNamed(in words: String) -> Bool {
        [instance.id, instance.effectiveAddress].contains { !$0.isEmpty && words.contains($0) }
    }
}
