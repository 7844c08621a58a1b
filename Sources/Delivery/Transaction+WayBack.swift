import Planning
import Settings
import State

extension Transaction {
    /// What the balancer is known to run while the files go back.
    enum Balancer {
        /// The previous files: it has not taken the new ones, or has not heard of them.
        case runsPrevious
        /// Nobody knows: one reload brings it onto the previous files.
        case mayRunOther
        /// Nothing: it is gone.
        case isDead
    }

    /// The reload failed: the files go back, and the balancer is brought onto them if it may not run them.
    mutating func goBack(after verdict: ReloadVerdict, _ reload: ReloadSettings) async -> Result {
        let reason = verdict.reason ?? verdict.label
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
        // What it ran before need not be the previous files if a reload was owed already.
        let wasSettled = !(record.intent?.reloadWasOwed ?? false)
        switch verdict {
        case .refused where wasSettled:
            notes.append("the balancer refused the new files and runs the previous ones, so there was no second reload")
            return await bringBack(reason: reason, reload, .runsPrevious)
        case .notStarted where wasSettled:
            notes.append("the balancer was never told of the new files, so there was no second reload")
            return await bringBack(reason: reason, reload, .runsPrevious)
        case .dead:
            return await bringBack(reason: reason, reload, .isDead)
        case .inForce, .refused, .unknown, .notStarted, .notRunning:
            return await bringBack(reason: reason, reload, .mayRunOther)
        }
    }

    /// Puts the files of the unsettled delivery back and the balancer onto them; again, where that was begun before.
    ///
    /// - Parameters:
    ///   - reason: Why the delivery is not to be in force.
    ///   - balancer: What the balancer runs.
    mutating func bringBack(reason: String, _ reload: ReloadSettings, _ balancer: Balancer) async -> Result {
        let wayBack = WayBack(record: record, tools: tools, preferInForce: true)
        guard wayBack.leadsSomewhere else { return await reloadAsItIs(reload) }
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

        switch balancer {
        case .runsPrevious: return rolledBack(reason)
        case .isDead:
            return degraded("the balancer is gone (\(reason)); the previous files are back, and it is tried again")
        case .mayRunOther:
            tools.hook(.secondReload)
            let second = await run(reload)
            secondReloadReport = second
            guard success(second) != nil else {
                return degraded(
                    "the reload failed (\(reason)), the previous files are back, and the reload on them failed as well "
                        + "(\(second.verdict.reason ?? second.verdict.label))"
                )
            }
            return rolledBack(reason)
        }
    }

    /// There is no way back: what is owed is a reload with the files that are there.
    private mutating func reloadAsItIs(_ reload: ReloadSettings) async -> Result {
        tools.hook(.reload)
        let report = await run(reload)
        reloadReport = report
        guard let success = success(report) else {
            return degraded("the reload failed again (\(report.verdict.reason ?? report.verdict.label))")
        }
        record.intent = nil
        record.failed = nil
        save(noting: success)
        return success
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
    mutating func degraded(_ reason: String) -> Result {
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
