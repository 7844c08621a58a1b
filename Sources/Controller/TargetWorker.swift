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
    enum Event: Sendable {
        /// Something has come from the registries.
        case news
        /// The timer that was armed for this time has gone off.
        case timer(ContinuousClock.Instant)
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
    /// Why there is something to deliver at the beginning.
    let beginning: String
    private let onProgress: @Sendable () -> Void
    let clock = ContinuousClock()
    let cache: RecordCache
    let events = AsyncStream<Event>.makeStream()
    private var machine: TargetMachine
    /// Seen from outside while a render or a delivery is under way.
    let shared: Shared
    var catalog: GuardedCatalog
    /// What has changed since the last complete render, to say why there is something to deliver.
    var unrendered: [CatalogQuery: QueryResult?] = [:]
    /// What else gives something to deliver, in a few words.
    var occasion: String?
    var hasRendered = false
    /// Whether the log says that NGINX checks a copy.
    var hasToldOfCopy = false
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
    /// The files that templates read by `file`.
    var filesRead = FilesRead()
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
        beginning: String,
        onProgress: @escaping @Sendable () -> Void,
    ) {
        self.beginning = beginning
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
                // An earlier one may have been armed on top of it: that is still to come, or has come.
                if case .timer(let time) = event, time == armed { armed = nil }
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
                        if (try? await clock.sleep(until: time)) != nil { sink.yield(.timer(time)) }
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

    /// Does what takes as long as commands, or a balancer's answers, may.
    func delivering<Result>(_ body: () async -> Result) async -> Result {
        shared.deliveries.add(1, ordering: .relaxed)
        defer { shared.deliveries.subtract(1, ordering: .relaxed) }
        return await body()
    }

    var stopping: Bool { isStopping() }

    /// Whether the worker was told to stop, for who works for it.
    var isStopping: @Sendable () -> Bool { { [shared] in shared.isStopping.load(ordering: .relaxed) } }

    var condition: TargetCondition {
        get { shared.condition.withLock { $0 } }
        set { shared.condition.withLock { $0 = newValue } }
    }

    /// What others than the worker look at and set.
    final class Shared: Sendable {
        let condition: Mutex<TargetCondition>
        let isStopping = Atomic(false)
        /// How many things are under way that take as long as commands may; one may be a part of another.
        let deliveries = Atomic(0)
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
            if filesRead.haveChanged {
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
}
