import Balancers
package import Settings
import State

/// What became of servers that left and were to be deleted.
package struct LiveDeletions: Sendable {
    /// Their paths, `backend/server`.
    package var deleted: [String] = []
    /// Those whose sessions were cut.
    package var cut: [String] = []
    /// What HAProxy answered of others than that they have sessions.
    package var refused: [String: String] = [:]
}

/// How a running HAProxy differs from what is in force.
package struct RunningComparison: Sendable {
    /// What differs still.
    package var differences: [String] = []
    /// What differed and was put right.
    package var repaired: [String] = []
    /// How it was put right, or why that failed; nil if nothing was tried.
    package var repair: String?
    /// Why HAProxy cannot be asked.
    package var fault: String?
    /// What of the configuration makes a reload restore other servers than it says.
    package var caution: String?
}

extension Deliverer {
    /// The servers that wait to be deleted, `backend/server`.
    package func leaving(_ live: LiveSettings) -> [String] {
        tools.memory.leaving(at: live.socket).map(\.removal.path).sorted()
    }

    /// Tries to delete servers that left, as many as fit a line; those that are there longer than `cut_after` lose their
    /// sessions.
    package func deleteLeaving(_ live: LiveSettings) async -> LiveDeletions {
        var deletions = LiveDeletions()
        let waiting = tools.memory.leaving(at: live.socket)
        guard !waiting.isEmpty else { return deletions }
        let api = tools.api(live.socket)
        do throws(SocketFault) {
            let running = try await api.info()
            guard
                tools.memory.knows(running, at: live.socket) || tools.memory.doubts(running, at: live.socket)
            else {
                // They went with the process that had them; who runs now is looked at before the next change.
                tools.memory.forget(Set(waiting.map(\.removal.path)), at: live.socket)
                return deletions
            }
            let outcomes = try await api.delete(waiting.map(\.removal))
            let now = tools.reloader.pace.now()
            var busy: [PendingRemoval] = []
            for (leaving, outcome) in zip(waiting, outcomes) {
                let path = leaving.removal.path
                switch outcome {
                case .deleted, .gone: deletions.deleted.append(path)
                case .refused(let answer): deletions.refused[path] = answer
                case .busy:
                    busy.append(leaving.removal)
                    guard let limit = live.cutAfter, now - leaving.since >= limit else { continue }
                    if (try? await api.carryOut(LiveBatch([leaving.removal.cut]))) != nil { deletions.cut.append(path) }
                }
            }
            // What is refused is not tried again: at the next start it is found anew.
            tools.memory.forget(Set(deletions.deleted).union(deletions.refused.keys), at: live.socket)
            tools.memory.rotate(outcomes.count - deletions.deleted.count - deletions.refused.count, at: live.socket)
            try await closeIdle(busy, api)
        } catch {
            // The look for drift tells of it.
        }
        return deletions
    }

    /// Closes the connections of servers that have none but idle ones, so that they can be deleted the next time.
    private func closeIdle(_ busy: [PendingRemoval], _ api: RuntimeAPI) async throws(SocketFault) {
        guard !busy.isEmpty else { return }
        let idle = try await api.idleServers(of: Set(busy.map(\.backend)))
        for batch in PendingRemoval.idleClosings(busy.filter { idle.contains($0.path) }) {
            // What comes of it shows at the next attempt.
            _ = try? await api.carryOut(batch)
        }
    }

    /// Compares what runs with what is in force; nil if that is not known at present.
    ///
    /// - Parameter repairs: Whether differences are put right, by commands or by one reload.
    package func compareRunning(_ target: TargetSettings, repairs: Bool) async -> RunningComparison? {
        guard let live = target.live, let configuration = inForce(target.name, live) else { return nil }
        var comparison = RunningComparison()
        comparison.caution = configuration.restoresState.map {
            "`load-server-state-from-file` (\($0)): a reload takes addresses and maintenance from that file"
        }
        do throws(ReloadReason) {
            let running = try await meet(live, target.reload, configuration)
            let (servers, statistics) = try await state(live)
            let now = tools.reloader.pace.now()
            tools.memory.add(ReadBack(configuration).leftovers(servers), at: live.socket, now: now)
            let differences = differences(configuration, servers, statistics, live)
            guard repairs, !differences.isEmpty else {
                comparison.differences = differences
                return comparison
            }
            comparison.repaired = differences
            let pending = tools.memory.leaving(at: live.socket).map(\.removal)
            let decision = ReadBack(configuration, pending: pending)
                .repair(servers, statistics, version: running.version, pending: pending)
            if case .live(let update) = decision, await carryOut(update, live) {
                let (servers, statistics) = try await state(live)
                if self.differences(configuration, servers, statistics, live).isEmpty {
                    comparison.repair = "put right: \(update.summary)"
                    return comparison
                }
            }
            guard let reload = target.reload else { return comparison }
            tools.memory.doubt(reload.balancer)
            let report = await tools.reloader.reload(reload)
            comparison.repair =
                report.succeeded ? "put right by a reload" : "the reload failed: \(report.verdict.label)"
            if !report.succeeded { comparison.differences = differences }
        } catch {
            comparison.fault = error.what
        }
        return comparison
    }

    private func differences(
        _ configuration: HAProxyConfiguration,
        _ servers: RunningServers,
        _ statistics: RunningStatistics,
        _ live: LiveSettings,
    ) -> [String] {
        ReadBack(configuration, pending: tools.memory.leaving(at: live.socket).map(\.removal))
            .mismatches(servers, statistics).map(\.description)
    }

    private func state(_ live: LiveSettings) async throws(ReloadReason) -> (RunningServers, RunningStatistics) {
        let api = tools.api(live.socket)
        do throws(SocketFault) {
            return (try await api.servers(), try await api.statistics())
        } catch {
            throw ReloadReason("live.socket", "\(error)")
        }
    }

    private func carryOut(_ update: LiveUpdate, _ live: LiveSettings) async -> Bool {
        let api = tools.api(live.socket)
        for step in update.steps where (try? await api.carryOut(step)) == nil { return false }
        tools.memory.note(update, at: live.socket, now: tools.reloader.pace.now())
        return true
    }

    /// The configuration in force; nil if something is owed, or the files are not those in force.
    private func inForce(_ target: String, _ live: LiveSettings) -> HAProxyConfiguration? {
        let record = ledger.record(of: target)
        guard record.intent == nil, let inForce = record.inForce else { return nil }
        var own: [LiveConfiguration.Own] = []
        for file in inForce.files {
            guard let bytes = try? tools.fileSystem.contents(of: file.destination),
                ContentHash(of: bytes) == file.contents
            else { return nil }
            own.append(LiveConfiguration.Own(destination: file.destination, old: bytes, new: bytes))
        }
        return (try? LiveConfiguration(live, own, in: tools.fileSystem)).map { HAProxyConfiguration($0.new) }
    }
}
