import Balancers
package import Planning
package import Settings
import State

extension Deliverer {
    /// The plan with a live change in place of a reload, where the running HAProxy can make it; or with the reasons why
    /// it cannot. Only looks.
    ///
    /// - Parameters:
    ///   - live: Nil leaves the plan as it is.
    ///   - reload: How the balancer is reloaded: a master CLI tells whether the socket is that of its worker.
    package func considered(_ plan: Plan, live: LiveSettings?, reload: ReloadSettings?) async -> Plan {
        guard plan.action == .reload, let live, let reload else { return plan }
        var plan = plan
        do throws(ReloadReason) {
            let own = plan.changes.map {
                LiveConfiguration.Own(destination: $0.file.destination, old: $0.before?.contents, new: $0.file.bytes)
            }
            let files = try LiveConfiguration(live, own, in: tools.fileSystem)
            let record = ledger.record(of: plan.target)
            if let obstacle = plan.liveObstacle(record, configuration: files.destinations) { throw obstacle }
            let (old, new) = (HAProxyConfiguration(files.old), HAProxyConfiguration(files.new))
            let running = try await meet(live, reload, old)
            let pending = tools.memory.leaving(at: live.socket).map(\.removal)
            let decision = LivePlan.make(
                old: old,
                new: new,
                running: running.version,
                pending: pending,
                files: files.others,
                loaded: files.others.isEmpty ? RunningFiles() : try await loadedFiles(live)
            )
            if case .live(let update) = decision, !update.backends.isEmpty {
                try await expect(old, pending, of: update.backends, live)
            }
            plan.take(decision, socket: live.socket, running: running, configuration: new)
        } catch {
            plan.reloadReasons = [error]
        }
        return plan
    }

    private func loadedFiles(_ live: LiveSettings) async throws(ReloadReason) -> RunningFiles {
        do throws(SocketFault) {
            return try await tools.api(live.socket).files()
        } catch {
            throw ReloadReason("live.socket", "\(error)")
        }
    }

    /// Asks who runs; of one that was not met before, what an earlier headgate has left there.
    func meet(
        _ live: LiveSettings,
        _ reload: ReloadSettings?,
        _ configuration: HAProxyConfiguration,
    ) async throws(ReloadReason) -> HAProxyInfo {
        let api = tools.api(live.socket)
        do throws(SocketFault) {
            var running = try await api.info()
            guard !tools.memory.knows(running, at: live.socket) else { return running }
            let patience = tools.reloader.pace.now().advanced(by: Self.successorTime)
            while await isDoubtful(running, live, reload) {
                guard tools.reloader.pace.now() < patience else {
                    // A reload that was refused leaves who ran before; only a master tells that it is another's.
                    guard await tools.reloader.isWorker(running, reload) == false else { break }
                    throw SocketFault.stranger(
                        path: live.socket,
                        wanted: "a worker of the master that is told to reload"
                    )
                }
                await tools.reloader.pace.sleep(Pace.interval)
                running = try await api.info()
            }
            let servers = try await api.servers()
            guard !tools.memory.meet(running, at: live.socket, reload: reload?.balancer ?? "") else { return running }
            let leftovers = ReadBack(configuration).leftovers(servers)
            tools.memory.add(leftovers, at: live.socket, now: tools.reloader.pace.now())
            return running
        } catch {
            throw ReloadReason("live.socket", "\(error)")
        }
    }

    /// How long a worker may answer after its successor serves.
    private static let successorTime = Duration.seconds(1)

    /// Whether who answers may be somebody else's worker, or one that is about to go.
    private func isDoubtful(_ running: HAProxyInfo, _ live: LiveSettings, _ reload: ReloadSettings?) async -> Bool {
        await tools.reloader.isWorker(running, reload).map { !$0 } ?? tools.memory.doubts(running, at: live.socket)
    }

    /// Throws if the servers of `backends` do not run as they are configured.
    private func expect(
        _ configuration: HAProxyConfiguration,
        _ pending: [PendingRemoval],
        of backends: Set<String>,
        _ live: LiveSettings,
    ) async throws(ReloadReason) {
        let running: RunningServers
        do throws(SocketFault) {
            running = try await tools.api(live.socket).servers(of: backends)
        } catch {
            throw ReloadReason("live.socket", "\(error)")
        }
        let mismatches = ReadBack(configuration, pending: pending).mismatches(running, of: backends)
        if let reason = ReloadReason(mismatches) { throw reason }
    }
}

extension ReloadReason {
    /// What differs from the configuration in force; nil if nothing does.
    init?(_ mismatches: [ReadBack.Mismatch]) {
        guard let first = mismatches.first else { return nil }
        let more = mismatches.count > 1 ? " (and \(mismatches.count - 1) more)" : ""
        self.init("the running HAProxy", "is not what is in force: \(first)\(more)")
    }
}

extension Tools {
    /// The Runtime API behind a socket.
    func api(_ socket: String) -> RuntimeAPI { RuntimeAPI(reloader.socket(socket)) }
}

extension Reloader {
    /// Whether it is a worker of the master that is told to reload; nil if no master tells.
    func isWorker(_ running: HAProxyInfo, _ reload: ReloadSettings?) async -> Bool? {
        guard let reload, let pid = running.pid, let workers = await workers(reload) else { return nil }
        return workers.contains(Int32(clamping: pid))
    }

    /// The workers that a master CLI knows; nil if there is none, or it does not answer.
    private func workers(_ settings: ReloadSettings) async -> [Int32]? {
        guard case .master(let path) = settings.proof,
            let processes = try? await MasterCLI(socket(path)).processes(within: .seconds(2))
        else { return nil }
        // After a reload that failed, the worker that goes on counts as old.
        return (processes.workers.isEmpty ? processes.oldWorkers : processes.workers).map(\.pid)
    }
}
