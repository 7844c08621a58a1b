import Balancers
import Diagnostics
import Settings
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Reloader {
    /// How long the master may be deaf before a reload: 2.6 is while it tries to bind a port that is taken, if somebody
    /// else has told it to reload.
    private static let deafTime = Duration.milliseconds(2500)
    /// How long the master may take to answer a look.
    private static let lookTime = Duration.seconds(2)

    /// Tells HAProxy by its master CLI, or by a command, and lets `show proc` tell what it made of it.
    func reloadHAProxy(_ settings: ReloadSettings, _ cli: MasterCLI) async -> ReloadReport {
        let before: ShowProc?
        do throws(SocketFault) {
            before = try await firstLook(cli)
        } catch {
            if settings.notRunning == .ok, error.nobodyListens {
                return ReloadReport(.notRunning(reason: "HAProxy is not running: \(error)"))
            }
            // A command may well start it.
            guard settings.command != nil else {
                return ReloadReport(.dead(reason: "\(error); HAProxy has to run with -W and -S"))
            }
            before = nil
        }
        if let missing = before.flatMap({ missingConfiguration(of: $0.master) }) {
            return ReloadReport(
                .notStarted(reason: "\(missing) does not exist, and HAProxy 3.2 ends when it is told to read it")
            )
        }
        guard let command = settings.command else {
            return await reloadByMaster(settings, cli, before)
        }
        let report = await run(command)
        if case .notStarted = report.ending {
            return ReloadReport(.notStarted(reason: report.summary), command: report)
        }
        return await waitForProof(settings, cli, since: before, command: report)
    }

    private func reloadByMaster(_ settings: ReloadSettings, _ cli: MasterCLI, _ before: ShowProc?) async -> ReloadReport
    {
        do throws(SocketFault) {
            switch try await cli.reload(within: settings.timeout) {
            case .succeeded(let log):
                let now = try? await cli.processes(within: Self.lookTime)
                let worker = now?.workers.first.map { " and a new worker \($0.pid)" } ?? ""
                return ReloadReport(.inForce(proof: "the master's word\(worker)"), output: BoundedOutput(log))
            case .failed(let log):
                return ReloadReport(
                    .refused(reason: firstAlert(in: log).map(printable) ?? "HAProxy refused the configuration"),
                    output: BoundedOutput(log)
                )
            case .silent:
                break
            }
        } catch {
            guard !error.nobodyListens else { return ReloadReport(.dead(reason: "\(error)")) }
            // 2.6 may break the connection in place of an answer.
        }
        return await waitForProof(settings, cli, since: before, command: nil)
    }

    private func firstLook(_ cli: MasterCLI) async throws(SocketFault) -> ShowProc {
        let started = pace.now()
        while true {
            do throws(SocketFault) {
                return try await cli.processes(within: Self.lookTime)
            } catch {
                // Only one that has never run has no socket at all.
                let patience = if case .absent = error { Self.startGrace } else { Self.deafTime }
                if pace.now() - started >= patience { throw error }
                await pace.sleep(Pace.interval)
            }
        }
    }

    private func waitForProof(
        _ settings: ReloadSettings,
        _ cli: MasterCLI,
        since before: ShowProc?,
        command: CommandReport?,
    ) async -> ReloadReport {
        let failed = command.map { if case .exited(let status) = $0.ending { status != 0 } else { false } } ?? false
        let isMasterSeen = before.map { processes.isAlive($0.master) } ?? false
        var last = Look.unheard
        let verdict = await pace.look(for: settings.settleTime) { [started = pace.now()] () async -> ReloadVerdict? in
            last = await look(cli, since: before)
            switch last {
            case .serving(let workers):
                return .inForce(proof: "a new worker \(workers.map(String.init).joined(separator: ", "))")
            case .failed(serving: let workers) where !workers.isEmpty:
                let log = await cli.startupLog(within: Self.lookTime)
                let words = firstAlert(in: log).map(printable) ?? "HAProxy refused the configuration; its log says why"
                return .refused(reason: "\(words) (worker \(workers[0]) goes on)")
            case .failed: return .dead(reason: "HAProxy refused the configuration, and has no worker")
            case .unheard:
                if failed, let command, pace.now() - started >= Self.failureGrace {
                    return .refused(reason: command.summary)
                }
                return nil
            case .deaf(let fault):
                // A command that went well may be a restart.
                guard failed || command == nil else { return nil }
                if let before, isMasterSeen, !processes.isAlive(before.master) {
                    return .dead(reason: "HAProxy's master \(before.master) has ended")
                }
                guard before == nil, fault.nobodyListens, pace.now() - started >= Self.failureGrace else { return nil }
                return .dead(reason: command?.summary ?? "\(fault)")
            case .begun: return nil
            }
        }
        return ReloadReport(verdict ?? overdue(last, settings, command), command: command)
    }

    /// The verdict when the time for a proof is over.
    private func overdue(_ last: Look, _ settings: ReloadSettings, _ command: CommandReport?) -> ReloadVerdict {
        let limit = settings.settleTime.readable
        if case .deaf(let fault) = last, fault.nobodyListens { return .dead(reason: "\(fault)") }
        if let command, !command.succeeded { return .unknown(reason: command.summary) }
        if case .deaf(let fault) = last { return .unknown(reason: "no proof within \(limit): \(fault)") }
        return .unknown(reason: "HAProxy has no new worker within \(limit)")
    }

    private enum Look {
        case unheard
        case begun
        case serving([Int32])
        case failed(serving: [Int32])
        case deaf(SocketFault)
    }

    private func look(_ cli: MasterCLI, since before: ShowProc?) async -> Look {
        do throws(SocketFault) {
            switch try await cli.processes(within: Self.lookTime).progress(since: before) {
            case .unheard: return .unheard
            case .begun: return .begun
            case .failed(serving: let workers): return .failed(serving: workers)
            case .workers(let workers):
                for worker in workers where await !cli.serves(worker, within: Self.lookTime) { return .begun }
                return .serving(workers)
            }
        } catch {
            return .deaf(error)
        }
    }

    /// A path that the master would read at a reload and that is not there.
    private func missingConfiguration(of master: Int32) -> String? {
        let words = processes.commandLine(of: master)
        // In a container of its own, its files are not ours.
        guard words.first?.contains("haproxy") == true, processes.sharesFiles(master) else { return nil }
        let directory = FilePath(processes.workingDirectory(of: master) ?? "")
        return configurationPaths(inCommandLine: words).first { path in
            let path = directory.pushing(FilePath(path))
            let isThere = unsafe access(path.string, F_OK) == 0
            return path.isAbsolute && !isThere && errno == ENOENT
        }
    }
}
