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
    var checkReport: CommandReport?
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
        let started = ContinuousClock.now
        let result = await carryOut()
        return outcome(result, since: started)
    }

    consuming func verify() async -> DeliveryOutcome {
        let started = ContinuousClock.now
        let result: Result
        do throws(DeliveryFault) {
            let staged = try stage()
            defer { tools.staging.discard(staged) }
            result = try await refusal(of: staged) ?? .checkPassed
        } catch {
            result = .failed(error)
        }
        return outcome(result, since: started)
    }

    private mutating func carryOut() async -> Result {
        do throws(DeliveryFault) {
            switch plan.action {
            case .nothing:
                return .unchanged
            case .heldBack(let failed, let reloadOwed):
                guard reloadOwed, let reload, record.intent != nil else { return .heldBack(failed) }
                return await bringBack(reason: failed.reason, reload, .mayRunOther)
            case .adopt:
                try applyAttributes()
                settle(reason: "found on disk")
                return .adopted
            case .attributes:
                try applyAttributes()
                return .attributesChanged
            case .reloadOwed:
                try applyAttributes()
                begin(try intent(.written, for: []))
                return await putInForce()
            case .write, .reload:
                let staged = try stage()
                if let refusal = try await checked(staged) {
                    if case .checkFailed(let reason) = refusal {
                        remember(failure: "check failed: \(reason)")
                        tools.ledger.save(record)
                    }
                    return refusal
                }
                try commit(staged)
                return await putInForce()
            }
        } catch {
            return .failed(error)
        }
    }

    private func stage() throws(DeliveryFault) -> [StagedFile] {
        var paths: [String] = []
        for change in plan.changes { paths.append(try tools.staging.resolve(change.file.destination)) }
        tools.staging.removeLeftovers(beside: paths, except: Set(record.backups))
        return try tools.staging.stage(plan.written)
    }

    /// Nil if the staged files are good; if not, or on a fault, they are gone.
    private mutating func checked(_ staged: [StagedFile]) async throws(DeliveryFault) -> Result? {
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
        let report = try await StagedCheck(fileSystem: tools.fileSystem, runner: tools.runner, directory: directory)
            .run(check, changes: plan.changes, staged: staged)
        checkReport = plan.sensitive ? report.withheld() : report
        return report.succeeded ? nil : .checkFailed(reason: reason(of: report))
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
    private mutating func putInForce() async -> Result {
        guard let reload else {
            settle(reason: "written")
            return .written
        }
        tools.hook(.reload)
        let report = await run(reload)
        reloadReport = report
        guard let success = success(report) else { return await goBack(after: report.verdict, reload) }
        settle(reason: success.label)
        return success
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
        let report = await tools.reloader.reload(reload)
        return plan.sensitive ? report.withheld() : report
    }

    /// The plan's revision is in force.
    private mutating func settle(reason: String) {
        tools.hook(.recordInForce)
        let backups = record.backups
        for change in plan.changes {
            tools.ledger.keep(change.file.bytes, for: plan.target, sensitive: plan.sensitive)
        }
        record.inForce = InForce(
            revision: plan.revision,
            files: plan.changes.map { FileRecord(destination: $0.file.destination, contents: $0.contents) },
            since: tools.now(),
            reason: reason,
            clock: plan.clock
        )
        record.intent = nil
        record.failed = nil
        tools.ledger.save(record)
        cleanUp(backups)
    }

    /// Removes what a way back would have needed. The record must not speak of it any more.
    func cleanUp(_ backups: [String]) {
        tools.hook(.cleanUp)
        for backup in backups { try? tools.fileSystem.remove(backup) }
        tools.ledger.discardContents(of: plan.target)
    }

    /// Why a command did not succeed, without what it printed if that may be secret.
    private func reason(of report: CommandReport) -> String { plan.sensitive ? "\(report.ending)" : report.summary }

    private func outcome(_ result: Result, since started: ContinuousClock.Instant) -> DeliveryOutcome {
        DeliveryOutcome(
            target: plan.target,
            revision: plan.revision,
            result: result,
            check: checkReport,
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
