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
        let fault = await send(change)
        var isTouched = true
        if let fault {
            isTouched = !fault.isUnheard
            let words = plan.sensitive ? fault.withheld : "\(fault)"
            notes.append("the live change was given up (\(words)): one reload in its place")
        }
        do throws(DeliveryFault) {
            if let refusal = try await checked(staged) { return await takeBack(refusal, isTouched) }
            try commit(staged)
        } catch {
            return await takeBack(.failed(error), isTouched)
        }
        if fault == nil {
            tools.hook(.readBack)
            guard let reason = await difference(from: change) else {
                return settle(.appliedLive("\(change.update.summary)"), reason: "applied live")
            }
            let words = plan.sensitive ? "what runs differs from the files" : "\(reason)"
            notes.append("after the live change \(words): one reload")
        }
        return await putInForce()
    }

    /// Sends the commands; what stopped them, if anything did.
    private func send(_ change: LiveChange) async -> RuntimeAPI.Fault? {
        let api = tools.api(change.socket)
        for batch in change.update.batches {
            do throws(RuntimeAPI.Fault) {
                try await api.carryOut(batch)
            } catch {
                // Of the first line nothing was heard, or it may have been.
                if batch == change.update.batches.first || !error.isUnheard { return error }
                return .socket(.broken(path: change.socket, "\(error)"))
            }
        }
        tools.memory.note(change.update, at: change.socket, now: tools.reloader.pace.now())
        return nil
    }

    /// How what runs differs from what the change should have made of it.
    private func difference(from change: LiveChange) async -> ReloadReason? {
        let api = tools.api(change.socket)
        do throws(SocketFault) {
            let backends = change.update.backends
            let servers = try await api.servers(of: backends)
            let statistics = try await api.statistics(of: backends)
            // After a reload that somebody else began, who was changed may answer a little longer.
            guard try await api.info() == change.running, await tools.reloader.isWorker(change.running, reload) != false
            else {
                return ReloadReason("the running HAProxy", "is another process than before")
            }
            let pending = tools.memory.leaving(at: change.socket).map(\.removal)
            return ReloadReason(
                ReadBack(change.configuration, pending: pending)
                    .mismatches(servers, statistics, of: backends)
            )
        } catch {
            return ReloadReason("the running HAProxy", "cannot be asked: \(error)")
        }
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
}
