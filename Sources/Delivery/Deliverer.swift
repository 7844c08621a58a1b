package import Balancers
package import Planning
package import Settings
package import State

/// Carries out plans as transactions: all files of a target or none, checked before, reloaded after, and put back when
/// the reload fails.
///
/// Targets may be delivered side by side. For one target there must be one delivery at a time.
package struct Deliverer: Sendable {
    /// What is in force, owed and failed; planning reads it here.
    package let ledger: Ledger

    private(set) var tools: Tools

    /// - Parameters:
    ///   - ledger: Where records are kept.
    ///   - workDirectory: A private directory for the checks' shadow directories, such as `StateDirectory.workPath`.
    ///   - fileSystem: What files are written with.
    ///   - runner: What commands are run with.
    ///   - socket: Opens a balancer's command socket by its path.
    ///   - processes: Where a balancer's workers are looked for.
    ///   - pace: The clock that waiting for the proof of a reload goes by.
    ///   - now: The time in seconds since 1970.
    ///   - hook: Called before each step.
    package init(
        ledger: Ledger,
        workDirectory: String,
        fileSystem: any FileSystem = LocalFileSystem(),
        runner: any ProcessRunner = SubprocessRunner(),
        socket: @escaping @Sendable (String) -> any CommandSocket = { RuntimeSocket(path: $0) },
        processes: ProcessTable = ProcessTable(),
        pace: Pace = .machine,
        now: @escaping @Sendable () -> Int64 = secondsSince1970,
        hook: @escaping StepHook = { _ in },
    ) {
        self.ledger = ledger
        tools = Tools(
            fileSystem: fileSystem,
            runner: runner,
            ledger: ledger,
            workDirectory: workDirectory,
            now: now,
            hook: hook,
            reloader: Reloader(runner: runner, socket: socket, processes: processes, pace: pace)
        )
    }

    /// The same in exec mode: until `child` runs there is nothing to reload, since it starts with the files that are there.
    package func reloading(_ child: BalancerChild) -> Deliverer {
        var deliverer = self
        deliverer.tools.reloader.child = child
        return deliverer
    }

    /// Whether a reload may be postponed while old processes of the balancer live.
    package enum Urgency: Sendable {
        case canWait
        /// A server that broke is to be taken out, or nothing has been delivered yet.
        case cannotWait
    }

    /// Does what `plan` says.
    ///
    /// A transaction that has begun is finished even if the calling task is cancelled; its commands' time limits bound
    /// how long that takes.
    ///
    /// - Parameters:
    ///   - check: Run on the staged files before they take their places.
    ///   - reload: Done after they did; nil means that written is in force.
    ///   - urgency: Whether a reload may be postponed.
    package func deliver(
        _ plan: Plan,
        check: CheckSettings?,
        reload: ReloadSettings?,
        urgency: Urgency = .cannotWait,
    ) async -> DeliveryOutcome {
        if urgency == .canWait, let reason = await postponement(of: plan, reload) {
            return DeliveryOutcome(target: plan.target, revision: plan.revision, result: .postponed(reason: reason))
        }
        return await uncancelled { await Transaction(plan, check: check, reload: reload, tools: tools).deliver() }
    }

    /// Why a reload had better wait; nil if it need not.
    private func postponement(of plan: Plan, _ reload: ReloadSettings?) async -> String? {
        // A reload that is owed is not one more.
        guard plan.action == .reload, let reload, let limit = reload.maxDraining,
            let count = await tools.reloader.draining(reload), count > limit
        else { return nil }
        return "\(count) old process\(count == 1 ? "" : "es") still live, and max_draining is \(limit)"
    }

    /// Does what an earlier delivery left owing, when there is no new rendering to deliver: brings the balancer onto the
    /// files that should be in force. Nil if nothing is owed.
    package func settle(target: String, sensitive: Bool, reload: ReloadSettings) async -> DeliveryOutcome? {
        let record = ledger.record(of: target)
        guard let intent = record.intent else { return nil }
        let isInterrupted = intent.stage != .undoing && intent.stage != .undone
        let failed =
            record.failed
            ?? FailedRevision(
                revision: intent.revision,
                reason: (isInterrupted ? "interrupted: " : "") + intent.reason,
                at: intent.started,
                attempts: 1
            )
        let plan = Plan(
            target: target,
            revision: intent.revision,
            changes: [],
            action: .heldBack(failed, reloadOwed: true),
            sensitive: sensitive
        )
        return await deliver(plan, check: nil, reload: reload)
    }

    /// Runs only the check of a plan: files are staged, checked, and removed again.
    package func verify(_ plan: Plan, check: CheckSettings) async -> DeliveryOutcome {
        await uncancelled { await Transaction(plan, check: check, reload: nil, tools: tools).verify() }
    }

    /// Finishes or undoes what an earlier run of headgate left of a target; to be called before the first plan.
    package func recover(target: String) -> RecoveryOutcome { Recovery(target: target, tools: tools).run() }

    /// A task of its own does not hear of the caller's cancellation, and is awaited all the same.
    private func uncancelled(_ body: @escaping @Sendable () async -> DeliveryOutcome) async -> DeliveryOutcome {
        await Task { await body() }.value
    }
}

/// What deliveries work with.
struct Tools: Sendable {
    var fileSystem: any FileSystem
    var runner: any ProcessRunner
    var ledger: Ledger
    var workDirectory: String
    var now: @Sendable () -> Int64
    var hook: StepHook
    var reloader: Reloader
    let memory = LiveMemory()

    var staging: Staging { Staging(fileSystem: fileSystem, hook: hook) }

    /// What lies at `path`; nil if nothing does, or it cannot be read and so is not what it should be.
    func present(at path: String) -> ContentHash? {
        guard let contents = try? fileSystem.contents(of: path) else { return nil }
        return ContentHash(of: contents)
    }
}
