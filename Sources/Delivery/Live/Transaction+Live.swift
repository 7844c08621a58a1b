import Balancers
import Planning
import State

extension Transaction {
    /// Changes the running HAProxy by commands, then puts the files in place, and looks whether it runs what they say.
    ///
    /// The commands go first, so that a new server has traffic before the check has run; HAProxy judges each of them. From
    /// the first on a reload is owed, until the files are in place and what runs is what they say.
    mutating func applyLive(_ change: LiveChange) async throws(DeliveryFault) -> Result {
        let staged = try stage()
        do throws(DeliveryFault) {
            begin(try intent(.live, for: staged))
        } catch {
            tools.staging.discard(staged)
            throw error
        }
        tools.hook(.live)
        let failure = await send(change)
        let isTouched = failure?.isTouched ?? true
        if let fault = failure?.fault {
            let words = plan.sensitive ? fault.withheld : "\(fault)"
            notes.append("the live change was given up (\(words)): it takes a reload")
        }
        // HAProxy runs what it ran, as before any other reload.
        if !isTouched { forgetIntent() }
        do throws(DeliveryFault) {
            if let refusal = try await checked(staged) { return await takeBack(refusal, isTouched) }
            try commit(staged)
        } catch {
            return await takeBack(.failed(error), isTouched)
        }
        if failure == nil {
            tools.hook(.readBack)
            guard let reason = await difference(from: change) else {
                return settle(.appliedLive("\(change.update.summary)"), reason: "applied live")
            }
            let words = plan.sensitive ? "what runs differs from the files" : "\(reason)"
            notes.append("after the live change \(words): one reload")
        }
        return await putInForce()
    }

    /// Sends the commands; what stopped them, if anything did, and whether HAProxy may have carried some out.
    private func send(_ change: LiveChange) async -> (fault: RuntimeAPI.Fault, isTouched: Bool)? {
        let api = tools.api(change.socket)
        for (number, step) in change.update.steps.enumerated() {
            do throws(RuntimeAPI.Fault) {
                try await api.carryOut(step)
            } catch {
                return (error, number > 0 || !error.leavesAsItWas(step))
            }
        }
        tools.memory.note(change.update, at: change.socket, now: tools.reloader.pace.now())
        return nil
    }

    /// How what runs differs from what the change should have made of it.
    private func difference(from change: LiveChange) async -> ReloadReason? {
        let api = tools.api(change.socket)
        do throws(SocketFault) {
            let servers = try await serversDiffering(from: change)
            var file: String?
            for step in change.update.steps where file == nil { file = try await api.mismatch(after: step) }
            // After a reload that somebody else began, who was changed may answer a little longer.
            guard try await api.info() == change.running, await tools.reloader.isWorker(change.running, reload) != false
            else {
                return ReloadReason("the running HAProxy", "is another process than before")
            }
            return ReloadReason(servers) ?? file.map { ReloadReason("the running HAProxy", $0) }
        } catch {
            return ReloadReason("the running HAProxy", "cannot be asked: \(error)")
        }
    }

    private func serversDiffering(from change: LiveChange) async throws(SocketFault) -> [ReadBack.Mismatch] {
        let backends = change.update.backends
        guard !backends.isEmpty else { return [] }
        let api = tools.api(change.socket)
        let servers = try await api.servers(of: backends)
        let statistics = try await api.statistics(of: backends)
        let pending = tools.memory.leaving(at: change.socket).map(\.removal)
        return ReadBack(change.configuration, pending: pending).mismatches(servers, statistics, of: backends)
    }

    /// The new files are not to be in force: brings the balancer back onto those that lie there.
    private mutating func takeBack(_ result: Result, _ isTouched: Bool) async -> Result {
        var reason = result.label
        switch result {
        case .checkFailed(let words):
            reason = words
            remember(failure: "check failed: \(reason)")
        case .failed(let fault):
            reason = "\(fault)"
            // A mixture of files: the next delivery writes them anew.
            if record.intent?.stage == .undoing { return degraded(reason) }
        default: break
        }
        if isTouched, let reload {
            if record.intent?.stage == .live { record.intent?.stage = .undone }
            tools.hook(.secondReload)
            let report = await run(reload)
            secondReloadReport = report
            guard success(report) != nil else {
                let failure = report.verdict.reason ?? report.verdict.label
                return degraded(
                    "the new files are not in force (\(reason)), and the reload that takes the live change back failed "
                        + "(\(failure))"
                )
            }
            notes.append("one reload took the live change back")
        }
        let backups = record.backups
        record.intent = nil
        save(noting: result, reason)
        cleanUp(backups)
        return result
    }

    /// Nothing that was intended has begun.
    private mutating func forgetIntent() {
        let backups = record.backups
        record.intent = nil
        tools.ledger.save(record)
        cleanUp(backups)
    }
}
