import Planning
import Settings
import State

extension Transaction {
    /// The reload failed. Nobody knows what the balancer made of it, so the files go back and one reload brings the
    /// balancer onto them.
    mutating func goBack(after report: CommandReport, _ reload: CommandSettings) async -> Result {
        let reason = reason(of: report)
        remember(failure: reason)
        let wayBack = WayBack(record: record, tools: tools, preferInForce: true)
        guard wayBack.leadsSomewhere, !wayBack.displaced.isEmpty else {
            // A balancer that waits for its first configuration could never start if the files went away again.
            record.intent?.stage = .undone
            return degraded(
                "the reload failed (\(reason)), and there is nothing to go back to: the files stay, and the reload is "
                    + "tried again"
            )
        }
        var balancerHeard = true
        if case .notStarted = report.ending { balancerHeard = record.intent?.reloadWasOwed ?? false }
        return await bringBack(reason: reason, reload, balancerHeard: balancerHeard)
    }

    /// Puts the files of the unsettled delivery back and the balancer onto them; again, where that was begun before.
    ///
    /// - Parameters:
    ///   - reason: Why the delivery is not to be in force.
    ///   - balancerHeard: Whether a reload with the new files was tried.
    mutating func bringBack(reason: String, _ reload: CommandSettings, balancerHeard: Bool) async -> Result {
        let wayBack = WayBack(record: record, tools: tools, preferInForce: true)
        guard wayBack.leadsSomewhere else { return await reloadAsItIs(reason: reason, reload) }
        tools.hook(.recordUndoing)
        record.intent?.stage = .undoing
        tools.ledger.save(record)
        let unrestored = wayBack.putBack()
        guard unrestored.isEmpty else {
            return degraded(
                "the reload failed (\(reason)), and these files could not be put back: "
                    + unrestored.joined(separator: ", ")
            )
        }
        tools.hook(.recordUndone)
        record.intent?.stage = .undone
        tools.ledger.save(record)

        guard balancerHeard else {
            notes.append("the reload command could not be started, so the balancer never heard of the new files")
            return rolledBack(reason)
        }
        tools.hook(.secondReload)
        let second = await run(reload)
        secondReloadReport = withheldIfSensitive(second)
        guard second.succeeded else {
            return degraded(
                "the reload failed (\(reason)), the previous files are back, and the reload on them failed as well "
                    + "(\(self.reason(of: second)))"
            )
        }
        return rolledBack(reason)
    }

    /// There is no way back: what is owed is a reload with the files that are there.
    private mutating func reloadAsItIs(reason: String, _ reload: CommandSettings) async -> Result {
        tools.hook(.reload)
        let report = await run(reload)
        reloadReport = withheldIfSensitive(report)
        guard report.succeeded else { return degraded("the reload failed again (\(self.reason(of: report)))") }
        record.intent = nil
        record.failed = nil
        save(noting: .reloaded)
        return .reloaded
    }

    /// The previous files are back and in force.
    private mutating func rolledBack(_ reason: String) -> Result {
        tools.hook(.recordFailed)
        let backups = record.backups
        if record.inForce == nil { record.inForce = restoredRevision() }
        record.intent = nil
        save(noting: .rolledBack(reason: reason), reason)
        cleanUp(backups)
        return .rolledBack(reason: reason)
    }

    /// The intent stays: a reload is owed.
    private mutating func degraded(_ reason: String) -> Result {
        tools.hook(.recordFailed)
        save(noting: .degraded(reason: reason), reason)
        return .degraded(reason: reason)
    }

    mutating func remember(failure reason: String) {
        // The revision in force may fail too when it is reloaded again; it stays the one to go back to.
        guard plan.revision != record.inForce?.revision else { return }
        let attempts = record.failed?.revision == plan.revision ? record.failed?.attempts ?? 0 : 0
        record.failed = FailedRevision(
            revision: plan.revision,
            reason: reason,
            at: tools.now(),
            attempts: attempts + 1
        )
    }

    /// What lies there again, if that is a whole revision: files that headgate found and had no record of.
    private func restoredRevision() -> InForce? {
        var files: [FileRecord] = []
        for file in record.intent?.files ?? [] where file.after != nil {
            guard let before = file.before else { return nil }
            files.append(FileRecord(destination: file.destination, contents: before.contents))
        }
        return InForce(
            revision: Revision(of: files.map { ($0.destination, $0.contents) }),
            files: files,
            since: tools.now(),
            reason: "put back"
        )
    }
}
