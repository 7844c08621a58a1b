import Catalog
import Delivery
import Diagnostics
import Logging
import Planning
import Registries
import Rendering
import Settings
import State
import Synchronization

/// Keeps one target in step: renders it when what it depends on changes, and delivers what changed.
///
/// What to do when is `TargetMachine`'s; this carries it out, one thing at a time, and ends only when told to stop, never
/// in the middle of a delivery.
actor TargetWorker {
    private enum Event: Sendable {
        /// Something has come from the registries.
        case news
        case timer
        case filesMayHaveChanged
        /// The registries have had time enough to answer.
        case graceOver
        case saveDue
        case saved
        case release(query: String?)
        case rollback(RollbackRequest)
        /// Are you alive?
        case ping
    }

    let target: CompiledTarget
    let hub: CatalogHub
    let deliverer: Deliverer
    let logger: Logger
    private let onProgress: @Sendable () -> Void
    let clock = ContinuousClock()
    let cache: RecordCache
    private let events = AsyncStream<Event>.makeStream()
    private var machine: TargetMachine
    /// Seen from outside while a render or a delivery is under way.
    private let shared: Shared
    var catalog: GuardedCatalog
    /// What has changed since the last complete render, to say why there is something to deliver.
    var unrendered: [CatalogQuery: QueryResult?] = [:]
    /// What else gives something to deliver, in a few words.
    var occasion: String?
    var hasRendered = false
    /// The instances that are left out since the balancer's check refuses the target with them.
    var culprits: [CulpritSearch.Culprit] = []
    /// When it is looked whether they are still refused.
    var culpritLook: ContinuousClock.Instant?
    /// What was known when what is in force was rendered: to search for culprits among what has changed since, and to see
    /// whether a server has broken since; nil before the first delivery of this process.
    var lastGood: LastGood?
    /// When it is looked at the running balancer, if that is changed live: at what is to be deleted, and for drift.
    var balancerLook: ContinuousClock.Instant?
    /// When it is looked for drift; nil if not any more.
    var runningLook: ContinuousClock.Instant?
    /// When the state machine and the guards want to be called.
    private var machineWake: ContinuousClock.Instant?
    /// What was asked in the last render.
    var asked: Set<CatalogQuery> = []
    var isArchiveDue = false
    private var isSaving = false
    /// The files that templates read by `file`, and how they were when they were read.
    private var filesRead: Set<String> = []
    private var fileStamps: [String: FileStamp] = [:]
    /// The files that were written, and how they were then: what is different now, somebody else did.
    var destinationStamps: [String: FileStamp] = [:]
    /// Whether the next delivery overwrites what somebody else has changed.
    var overwritesDrift = false
    /// Who changes the files again and again is overwritten with growing pauses: not before `driftLook` are they looked at.
    var driftPauses = RetrySchedule(limit: driftQuiet)
    var driftLook: ContinuousClock.Instant?

    /// How often files that a template reads by `file`, and the target's own, are looked at.
    private static let filePollInterval = Duration.seconds(2)
    /// How long the registries have for their first answers before those of an earlier process are taken.
    private static let grace = Duration.seconds(3)
    /// From a change of the catalog until it is on disk, and so between two writes of it.
    private static let archiveInterval = Duration.seconds(5)

    /// `onProgress` is called when there may be something new to tell of the target.
    init(
        _ target: CompiledTarget,
        hub: CatalogHub,
        deliverer: Deliverer,
        logger: Logger,
        onProgress: @escaping @Sendable () -> Void = {},
    ) {
        self.onProgress = onProgress
        self.target = target
        self.hub = hub
        self.deliverer = deliverer
        var logger = logger
        logger[metadataKey: "target"] = "\(target.settings.name)"
        self.logger = logger
        cache = target.renderer.makeCache()
        machine = TargetMachine(
            wait: target.settings.wait,
            reloadInterval: target.settings.reloadInterval,
            isLive: target.settings.live != nil
        )
        catalog = GuardedCatalog(target.settings, wallNow: 0, now: clock.now)
        shared = Shared(TargetCondition(since: clock.now))
    }

    /// Works until stopped.
    func run() async {
        recover()
        cache.stableIDs = deliverer.ledger.numbers(of: target.settings.name)
        // Not before: the generation before this one writes it when it ends.
        catalog = GuardedCatalog(
            target.settings,
            archive: deliverer.ledger.catalog(of: target.settings.name),
            wallNow: secondsSince1970(),
            now: clock.now
        )
        let changes = await hub.subscribe(target.settings.name, readsCheckOutput: target.renderer.readsCheckOutput)
        let sink = events.continuation
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in changes { sink.yield(.news) } }
            group.addTask { [clock] in
                if (try? await clock.sleep(for: Self.grace)) != nil { sink.yield(.graceOver) }
            }
            group.addTask { [clock] in
                while (try? await clock.sleep(for: Self.filePollInterval)) != nil { sink.yield(.filesMayHaveChanged) }
            }
            var armed: ContinuousClock.Instant?
            await carryOut(machine.on(.changed, at: clock.now))
            balancerLook = target.settings.live.map { _ in clock.now }
            runningLook = balancerLook
            for await event in events.stream {
                if stopping {
                    if case .rollback(let request) = event { request.refuse(target.settings.name) }
                    continue
                }
                if case .timer = event { armed = nil }
                if case .saveDue = event {
                    isArchiveDue = false
                    group.addTask { [archive = archived(), deliverer, name = target.settings.name] in
                        deliverer.ledger.save(archive, for: name)
                        sink.yield(.saved)
                    }
                }
                await carryOut(await act(on: event))
                if isArchiveDue, !isSaving {
                    isSaving = true
                    group.addTask { [clock] in
                        if (try? await clock.sleep(for: Self.archiveInterval)) != nil { sink.yield(.saveDue) }
                    }
                }
                // One timer at a time: the next is armed when it goes off, unless an earlier one is needed.
                let wakes = [machineWake, catalog.nextLook(at: clock.now), culpritLook, balancerLook].compactMap { $0 }
                if let time = wakes.min(), armed.map({ time < $0 }) ?? true {
                    armed = time
                    group.addTask { [clock] in
                        if (try? await clock.sleep(until: time)) != nil { sink.yield(.timer) }
                    }
                }
            }
            group.cancelAll()
        }
        if isArchiveDue { deliverer.ledger.save(archived(), for: target.settings.name) }
    }

    private func archived() -> CatalogArchive {
        catalog.archived(wallNow: secondsSince1970(), now: clock.now, leavingOutKeys: target.settings.sensitive)
    }

    /// Whether commands run, which take as long as they may.
    var isDelivering: Bool {
        get { shared.isDelivering.load(ordering: .relaxed) }
        set { shared.isDelivering.store(newValue, ordering: .relaxed) }
    }

    /// Carries out an action, and those that come of it.
    private func carryOut(_ first: TargetMachine.Action) async {
        var action = first
        while !stopping {
            let result: TargetMachine.Result
            switch action {
            case .reconcile(let retrying): result = await reconcile(retrying: retrying)
            case .tryLive: result = await reconcile(retrying: false, onlyLive: true)
            case .none, .wake: return rest(action)
            }
            action = machine.on(.reconciled(result), at: clock.now)
        }
    }

    /// Nothing is to be done before something happens, or the time comes.
    private func rest(_ action: TargetMachine.Action) {
        machineWake = nil
        if case .wake(let time) = action { machineWake = time }
        condition.nextRetry = machine.nextRetry
        onProgress()
    }

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
        !shared.owesAnswer.load(ordering: .relaxed) || shared.isDelivering.load(ordering: .relaxed)
            || shared.isStopping.load(ordering: .relaxed)
    }

    /// How the target is; answers at once, whatever the target is doing.
    nonisolated func report(at now: ContinuousClock.Instant) -> StatusReport.Target {
        shared.condition.withLock { $0 }.report(target, at: now)
    }

    /// Does what takes as long as commands, or a balancer's answers, may.
    func delivering<Result>(_ body: () async -> Result) async -> Result {
        shared.isDelivering.store(true, ordering: .relaxed)
        defer { shared.isDelivering.store(false, ordering: .relaxed) }
        return await body()
    }

    private var stopping: Bool { isStopping() }

    /// Whether the worker was told to stop, for who works for it.
    var isStopping: @Sendable () -> Bool { { [shared] in shared.isStopping.load(ordering: .relaxed) } }

    var condition: TargetCondition {
        get { shared.condition.withLock { $0 } }
        set { shared.condition.withLock { $0 = newValue } }
    }

    /// What others than the worker look at and set.
    private final class Shared: Sendable {
        let condition: Mutex<TargetCondition>
        let isStopping = Atomic(false)
        let isDelivering = Atomic(false)
        /// A ping waits for its answer.
        let owesAnswer = Atomic(false)

        init(_ condition: TargetCondition) { self.condition = Mutex(condition) }
    }

    private func act(on event: Event) async -> TargetMachine.Action {
        switch event {
        case .news:
            await takeNews()
            return changedOrDue()
        case .timer:
            await takeNews()
            await lookAtBalancer()
            let isChanged = await pardonCulprits() || catalog.hasChanges
            return isChanged ? machine.on(.changed, at: clock.now) : machine.on(.timer, at: clock.now)
        case .filesMayHaveChanged:
            if FileStamp.of(filesRead) != fileStamps {
                occasion = "a file that the templates read"
            } else if !hasDrifted() {
                return unchanged
            }
            return machine.on(.changed, at: clock.now)
        case .graceOver:
            goOnWithArchive()
            return changedOrDue()
        case .saveDue: return unchanged
        case .ping:
            shared.owesAnswer.store(false, ordering: .relaxed)
            return unchanged
        case .saved:
            isSaving = false
            return unchanged
        case .release(let query):
            let registry = target.settings.registry ?? ""
            report(catalog.release(query, byDefault: registry, at: clock.now))
            guard query == nil else { return changedOrDue() }
            if condition.state == .drifted { overwritesDrift = true }
            return unpin() || overwritesDrift ? machine.on(.changed, at: clock.now) : changedOrDue()
        case .rollback(let request):
            let (report, result) = await rollBack(request.number)
            request.answer.resume(returning: report)
            return result.map { machine.on(.reconciled($0), at: clock.now) } ?? unchanged
        }
    }

    private func changedOrDue() -> TargetMachine.Action {
        catalog.hasChanges ? machine.on(.changed, at: clock.now) : unchanged
    }

    /// Nothing new; what was to be done at some time still is.
    private var unchanged: TargetMachine.Action { machineWake.map { .wake(at: $0) } ?? .none }

    /// Finishes or undoes what an earlier run left.
    private func recover() {
        let outcome = deliverer.recover(target: target.settings.name)
        if let inForce = deliverer.ledger.record(of: target.settings.name).inForce {
            let age = Duration.seconds(max(0, secondsSince1970() - inForce.since))
            condition.know(revision: "\(inForce.revision)", age: age, at: clock.now)
        }
        guard outcome.result != .nothingLeft else { return }
        logger.notice(outcome.result == .owed ? "reload owed" : "recovered", metadata: ["outcome": "\(outcome)"])
    }

    /// - Parameter onlyLive: Whether what needs a reload is left for later.
    private func reconcile(retrying: Bool, onlyLive: Bool = false) async -> TargetMachine.Result {
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
        fileStamps = FileStamp.of(result.dependencies.files).merging(stamps) { $1 }
            .filter { result.dependencies.files.contains($0.key) }
        filesRead = result.dependencies.files
        switch result {
        case .waiting(let missing, _):
            wait(for: missing)
            return await settle()
        case .failed(let fault, _):
            if condition.fault != "\(fault)" { logger.error("template fault\n\(fault)") }
            condition.become(.templateFault, fault: "\(fault)", at: clock.now)
            return await settle()
        case .complete(let rendered):
            let changed = unrendered
            let reason = reason(retrying: retrying)
            unrendered = [:]
            occasion = nil
            hasRendered = true
            if condition.state == .waiting { condition.wait(for: [], at: clock.now) }
            catalog.keep(only: asked)
            report(rendered)
            deliverer.ledger.keep(&cache.stableIDs, of: target.settings.name)
            if let pin = deliverer.ledger.record(of: target.settings.name).pin {
                return await stay(on: pin, retrying: retrying)
            }
            var plan: Plan
            do {
                plan = try target.plan(
                    rendered,
                    at: now,
                    from: catalog.snapshot,
                    using: cache,
                    record: deliverer.ledger.record(of: target.settings.name),
                    retryingFailed: retrying,
                    overwritingDrift: overwritesDrift
                )
            } catch {
                failed("\(error)", hint: error.hint)
                return .failed(reloaded: false)
            }
            plan = await considered(plan)
            if onlyLive, plan.action.reloads {
                unrendered = changed
                return .needsReload
            }
            tellDrift(plan)
            plan.reason = plan.drifted.isEmpty ? reason : "changed by somebody else"
            let delivered = await deliver(plan, rendered, at: now, retrying: retrying)
            if delivered == .postponed { unrendered.merge(changed) { $1 } }
            return delivered
        }
    }

    /// Renders from what is known, with when, and with how the files that are read were before.
    private func render() -> (RenderTime, [String: FileStamp], RenderResult) {
        unrendered.merge(catalog.takeChanges()) { first, _ in first }
        let now = RenderTime.now
        // Taken before the files are read: what changes in between is seen at the next look.
        let stamps = FileStamp.of(filesRead)
        let result = target.renderer.render(
            catalog.snapshot,
            using: cache,
            at: now,
            leavingOut: leftOut(),
            isCancelled: isStopping
        )
        return (now, stamps, result)
    }

    /// There is nothing to deliver, but an earlier delivery may have left a reload owing.
    private func settle() async -> TargetMachine.Result {
        isDelivering = true
        defer { isDelivering = false }
        guard let reload = target.settings.reload,
            let outcome = await deliverer.settle(
                target: target.settings.name,
                sensitive: target.settings.sensitive,
                reload: reload
            )
        else { return .waiting }
        if case .degraded(let reason) = outcome.result {
            logger.error("degraded", metadata: ["reload": "\(reason)", "duration": "\(outcome.duration.readable)"])
            condition.failures += 1
            return .failed(reloaded: true)
        }
        condition.reloads += 1
        logger.notice("settled", metadata: ["outcome": "\(outcome)"])
        return .waiting
    }

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

    private func deliver(
        _ plan: Plan,
        _ rendered: RenderedTarget,
        at time: RenderTime,
        retrying: Bool,
    ) async -> TargetMachine.Result {
        isDelivering = true
        defer { isDelivering = false }
        let snapshot = catalog.snapshot
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

    func failed(_ what: String, hint: String?) {
        logger.error("delivery failed", metadata: ["fault": "\(what)", "hint": "\(hint ?? "")"])
        condition.failures += 1
        condition.become(.failed, fault: what, at: clock.now)
    }
}
