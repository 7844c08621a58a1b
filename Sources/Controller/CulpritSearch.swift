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
        package var culprits: [Culprit]
        /// The rest, and what became of it: nil if it could not even be planned.
        package var rest: (rendered: RenderedTarget, plan: Plan, outcome: DeliveryOutcome)?
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
        guard target.settings.findsCulprits, let check = target.settings.check,
            case .checkFailed(let reason) = outcome.result, case .exited = outcome.check?.ending
        else { return nil }
        let all = Candidate.all(in: snapshot, of: rendered.dependencies.queries)
        let present = all.filter { !rendered.leftOut.contains($0.registrant) }
        let candidates = lastGood?.changed(of: present) ?? present
        var trial = Trial(search: self, leftOut: rendered.leftOut)
        var bisection = Bisection(of: candidates.count, refusedFor: reason)
        var finding = Finding(culprits: [], rest: nil)
        let end = ContinuousClock.now + Self.timeLimit
        var step = bisection.begin()
        while step != .end, !isStopped(), ContinuousClock.now < end {
            trial.leftOut = rendered.leftOut.union(bisection.culprits.map { candidates[$0.candidate].registrant })
            if case .check(let first) = step { trial.leftOut.formUnion(candidates[first...].map(\.registrant)) }
            let isLast = step == .conclude
            guard let (rendered, plan) = trial.plan(retryingFailed: isLast ? retryingFailed : true) else {
                if isLast || isStopped() { break }
                step = bisection.on(.refused("the templates cannot be rendered"))
                continue
            }
            let outcome = isLast ? await conclude(plan) : await deliverer.verify(plan, check: check)
            if isLast { finding.rest = (rendered, plan, outcome) }
            if case .checkFailed(let words) = outcome.result {
                step = bisection.on(.refused(words))
            } else if isLast || outcome.result == .checkPassed {
                step = bisection.on(.passed)
            } else {
                break
            }
        }
        guard !bisection.culprits.isEmpty else { return nil }
        let leftOut = rendered.leftOut.union(bisection.culprits.map { candidates[$0.candidate].registrant })
        finding.culprits = bisection.culprits.map { culprit in
            let candidate = candidates[culprit.candidate]
            return Culprit(
                candidate: candidate,
                setAside: SetAside(candidate.registrant, .refused(culprit.reason)),
                isLast: !all.contains { $0.isHealthyFellow(of: candidate) && !leftOut.contains($0.registrant) }
            )
        }
        if finding.rest?.outcome.isInForce == true { forgetFailure() }
        return finding
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
        let search: CulpritSearch
        var leftOut: Set<Registrant>
        private let cache: RecordCache

        init(search: CulpritSearch, leftOut: Set<Registrant>) {
            self.search = search
            self.leftOut = leftOut
            cache = search.target.renderer.makeCache()
        }

        /// Nil if there is nothing to plan without these instances.
        func plan(retryingFailed: Bool) -> (RenderedTarget, Plan)? {
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
                    retryingFailed: retryingFailed
                )
            else { return nil }
            return (rendered, plan)
        }
    }
}

extension Candidate {
    fileprivate func isHealthyFellow(of other: Candidate) -> Bool {
        instance.service == other.instance.service && registrant.scope == other.registrant.scope
            && instance.health == .passing
    }
}
