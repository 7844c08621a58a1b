import Diagnostics
import Planning
import Settings
import State

/// One delivery of one target, from the plan to its outcome.
struct Transaction {
    typealias Result = DeliveryOutcome.Result

    let plan: Plan
    let check: CheckSettings?
    let reload: ReloadSettings?
    let tools: Tools

    /// As it will be saved next.
    var record: TargetRecord
    private let started = ContinuousClock.now
    var checkReport: CommandReport?
    private var copyReason: String?
    var reloadReport: ReloadReport?
    var secondReloadReport: ReloadReport?
    var notes: [String] = []

    init(_ plan: Plan, check: CheckSettings?, reload: ReloadSettings?, tools: Tools) {
        self.plan = plan
        self.check = check
        self.reload = reload
        self.tools = tools
        record = tools.ledger.record(of: plan.target)
    }

    consuming func deliver() async -> DeliveryOutcome {
        let result = await carryOut()
        for destination in plan.abandoned {
            notes.append("\(destination) is not written any more; somebody else has changed it, so it stays")
        }
        return outcome(result)
    }

    consuming func verify() async -> DeliveryOutcome {
        let result: Result
        do throws(DeliveryFault) {
            let staged = try stage(isRecorded: false)
            defer { tools.staging.discard(staged) }
            result = try await refusal(of: staged) ?? .checkPassed
        } catch {
            result = .failed(error)
        }
        return outcome(result)
    }

    private mutating func carryOut() async -> Result {
        do throws(DeliveryFault) {
            switch plan.action {
            case .nothing:
                keepPin()
                return .unchanged
            case .drifted:
                return .drifted
            case .heldBack(let failed, let reloadOwed):
                guard reloadOwed, let reload, record.intent != nil else { return .heldBack(failed) }
                return await bringBack(reason: failed.reason, reload, .mayRunOther)
            case .adopt:
                try applyAttributes()
                return settle(.adopted, reason: "found on disk")
            case .attributes:
                try applyAttributes()
                keepPin()
                return .attributesChanged
            case .reloadOwed:
                try applyAttributes()
                begin(try intent(.written, for: []))
                return await putInForce()
            case .live(let change):
                return try await applyLive(change)
            case .write, .reload:
                let staged = try stage()
                if let refusal = try await checked(staged) {
                    if case .checkFailed(let reason) = refusal {
                        remember(failure: "check failed: \(reason)")
                        save(noting: refusal, reason)
                    }
                    return refusal
                }
                try commit(staged)
                if plan.action == .write { return settle(.written, reason: "written") }
                return await putInForce()
            }
        } catch {
            save(noting: .failed(error), "\(error)")
            return .failed(error)
        }
    }

    /// - Parameter isRecorded: Whether what may be left beside files that come or go is to be known after a kill.
    mutating func stage(isRecorded: Bool = true) throws(DeliveryFault) -> [StagedFile] {
        let written = Set(plan.changes.map(\.file.destination))
        let all = written.union(plan.pruned.map(\.destination)).union(record.touched)
        var paths: [String] = []
        for destination in all.sorted() { paths.append(try tools.staging.resolve(destination)) }
        // A mere check may run beside another headgate that is delivering: what lies there may be in use.
        if isRecorded { tools.staging.removeLeftovers(beside: paths, except: Set(record.backups)) }
        let traces = written.symmetricDifference((record.inForce?.files ?? []).map(\.destination))
        if isRecorded, !traces.isSubset(of: record.traces) {
            tools.hook(.recordTraces)
            record.traces = traces
            tools.ledger.save(record)
        }
        return try tools.staging.stage(plan.written)
    }

    /// Nil if the staged files are good; if not, or on a fault, they are gone.
    mutating func checked(_ staged: [StagedFile]) async throws(DeliveryFault) -> Result? {
        do throws(DeliveryFault) {
            guard let refusal = try await refusal(of: staged) else { return nil }
            tools.staging.discard(staged)
            return refusal
        } catch {
            tools.staging.discard(staged)
            throw error
        }
    }

    /// What the check has against the staged files; nil if nothing.
    private mutating func refusal(of staged: [StagedFile]) async throws(DeliveryFault) -> Result? {
        guard let check else { return nil }
        tools.hook(.check)
        let directory = "\(tools.workDirectory)/check-\(UInt64.random(in: .min ... .max))"
        let verdict = try await StagedCheck(fileSystem: tools.fileSystem, runner: tools.runner, directory: directory)
            .run(check, changes: plan.changes, staged: staged, pruned: plan.pruned.map(\.destination))
        let report = verdict.report
        copyReason = verdict.copyReason
        checkReport = plan.sensitive ? report.withheld() : report
        if report.succeeded { return nil }
        // Where a fault is said to be in a staged file, a person looks for it in the file itself.
        let reason = staged.reduce(reason(of: report).replacing("\(directory)/staged/", with: "")) {
            $0.replacing($1.staged, with: $1.change.file.destination)
        }
        return .checkFailed(reason: reason)
    }

    /// Changes modes and owners of files whose contents stay.
    func applyAttributes() throws(DeliveryFault) {
        for change in plan.changes where change.kind == .attributes {
            let path = try tools.staging.resolve(change.file.destination)
            do throws(FileFault) {
                try tools.fileSystem.apply(change.attributes, to: path)
            } catch {
                throw .commit(error, unrestored: [])
            }
        }
    }

    /// Reloads, if there is something to reload, and draws the conclusion.
    mutating func putInForce() async -> Result {
        guard let reload else { return settle(.written, reason: "written") }
        tools.hook(.reload)
        let report = await run(reload)
        reloadReport = report
        guard let success = success(report) else { return await goBack(after: report.verdict, reload) }
        return settle(success, reason: success.label)
    }

    /// What a reload that succeeded has led to; nil if it did not.
    mutating func success(_ report: ReloadReport) -> Result? {
        switch report.verdict {
        case .inForce: return .reloaded
        case .notRunning(let reason):
            notes.append("\(reason); it reads the files when it starts")
            return .written
        case .refused, .unknown, .notStarted, .dead: return nil
        }
    }

    /// Reloads; what is said of a sensitive target's reload holds nothing that may be secret.
    func run(_ reload: ReloadSettings) async -> ReloadReport {
        tools.memory.doubt(reload.balancer)
        let report = await tools.reloader.reload(reload)
        return plan.sensitive ? report.withheld() : report
    }

    /// The plan's revision is in force.
    mutating func settle(_ result: Result, reason: String) -> Result {
        tools.hook(.recordInForce)
        let backups = record.backups
        keepContents()
        record.inForce = InForce(
            revision: plan.revision,
            files: plan.changes.map { FileRecord(destination: $0.file.destination, contents: $0.contents) },
            since: tools.now(),
            reason: reason,
            clock: plan.clock
        )
        record.intent = nil
        record.failed = nil
        record.pin = plan.pin
        save(noting: result)
        cleanUp(backups)
        return result
    }

    /// Keeps what was rendered, for the way back from the next delivery and for the history.
    private func keepContents() {
        for change in plan.changes {
            tools.ledger.keep(change.file.bytes, change.contents, for: plan.target, sensitive: plan.sensitive)
        }
    }

    /// What is to be pinned is in force already.
    private mutating func keepPin() {
        guard record.pin != plan.pin else { return }
        record.pin = plan.pin
        tools.ledger.save(record)
    }

    /// Saves the record, and with it what became of this delivery.
    ///
    /// - Parameter detail: What the check or the reload said.
    func save(noting result: Result, _ detail: String = "") {
        let elapsed = (ContinuousClock.now - started).components
        let isInForce = result.isInForce
        if !isInForce { keepContents() }
        let entry = HistoryEntry(
            at: tools.now(),
            milliseconds: elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000,
            revision: plan.revision,
            outcome: result.label,
            isInForce: isInForce,
            reason: plan.reason,
            plan: "\(plan)",
            detail: detail,
            // What a sensitive target holds is kept nowhere.
            files: plan.sensitive
                ? [] : plan.changes.map { FileRecord(destination: $0.file.destination, contents: $0.contents) }
        )
        tools.ledger.save(record, noting: entry)
        // While nothing succeeds, nothing else would.
        if !isInForce { tools.ledger.discardContents(of: plan.target) }
    }

    /// Removes what a way back would have needed. The record must not speak of it any more.
    func cleanUp(_ backups: [String]) {
        tools.hook(.cleanUp)
        for backup in backups { try? tools.fileSystem.remove(backup) }
        tools.ledger.discardContents(of: plan.target)
    }

    /// Why a command did not succeed, without what it printed if that may be secret.
    private func reason(of report: CommandReport) -> String { plan.sensitive ? "\(report.ending)" : report.summary }

    private func outcome(_ result: Result) -> DeliveryOutcome {
        DeliveryOutcome(
            target: plan.target,
            revision: plan.revision,
            result: result,
            check: checkReport,
            copyReason: copyReason,
            reload: reloadReport,
            secondReload: secondReloadReport,
            notes: notes,
            duration: .now - started
        )
    }
}

extension TargetRecord {
    /// The second names of files that a way back may need.
    var backups: [String] { (intent?.files ?? []).compactMap { $0.before?.backup } }
}
