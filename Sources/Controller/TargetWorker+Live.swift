import Delivery
import Logging
import Planning
import Settings

extension TargetWorker {
    /// Between two attempts to delete servers that still have sessions.
    private static let deletionInterval = Duration.milliseconds(500)

    /// The plan, made live where the running HAProxy can make the change.
    func considered(_ plan: Plan) async -> Plan {
        await delivering {
            await deliverer.considered(plan, live: target.settings.live, reload: target.settings.reload)
        }
    }

    /// Deletes servers that left and have no sessions any more, and compares from time to time what runs with what is in
    /// force.
    func lookAtBalancer() async {
        guard let live = target.settings.live, let due = balancerLook, due <= clock.now else { return }
        var status = condition.balancer ?? StatusReport.Live()
        let deletions = await delivering { await deliverer.deleteLeaving(live) }
        tell(deletions)
        if let due = runningLook, due <= clock.now {
            runningLook = clock.now + live.driftInterval
            let look = await delivering {
                await deliverer.compareRunning(target.settings, repairs: live.drift == .repair)
            }
            if let look {
                // What an earlier headgate left behind has been found.
                if live.drift == .off { runningLook = nil } else { tell(look, before: status) }
                status.differences = live.drift == .off ? [] : shown(look.differences)
                status.fault = look.fault
            }
        }
        status.leaving = deliverer.leaving(live).map { target.settings.sensitive ? Self.withheld : $0 }
        condition.balancer = status
        let next = status.leaving.isEmpty ? nil : clock.now + Self.deletionInterval
        balancerLook = [next, runningLook].compactMap { $0 }.min()
    }

    /// In place of what a sensitive target holds.
    private static let withheld = "withheld"

    private func shown(_ texts: [String]) -> [String] {
        target.settings.sensitive ? texts.map { _ in Self.withheld } : texts
    }

    private func tell(_ deletions: LiveDeletions) {
        var details: Logger.Metadata = [:]
        if !deletions.deleted.isEmpty { details["servers"] = "\(shown(deletions.deleted).joined(separator: ", "))" }
        if !deletions.cut.isEmpty { details["cut"] = "\(shown(deletions.cut).joined(separator: ", "))" }
        if !details.isEmpty { logger.log(level: deletions.cut.isEmpty ? .debug : .info, "deleted", metadata: details) }
        for (server, answer) in deletions.refused.sorted(by: { $0.key < $1.key }) {
            logger.warning("not deleted", metadata: ["server": "\(shown([server])[0])", "answer": "\(answer)"])
        }
    }

    private func tell(_ look: RunningComparison, before: StatusReport.Live) {
        if let fault = look.fault, fault != before.fault {
            logger.notice("HAProxy cannot be asked", metadata: ["fault": "\(fault)", "then": "changes are reloads"])
        }
        if let caution = look.caution, condition.balancer == nil {
            logger.warning("caution", metadata: ["configuration": "\(caution)"])
        }
        let all = shown(look.repaired.isEmpty ? look.differences : look.repaired)
        guard !all.isEmpty, all != before.differences || look.repair != nil else { return }
        let more = all.count > 10 ? " and \(all.count - 10) more" : ""
        var details: Logger.Metadata = ["differences": "\(all.prefix(10).joined(separator: "; "))\(more)"]
        if let repair = look.repair { details["then"] = "\(repair)" }
        if look.repair == nil { details["hint"] = "`drift: repair` below `live` puts it right" }
        logger.warning("runs differently", metadata: details)
    }
}
