import Balancers
import Diagnostics
import Settings

extension Reloader {
    /// Runs the command, and lets the master's workers tell what NGINX made of it.
    func reloadNGINX(_ settings: ReloadSettings, pidFile: String, errorLog: String?) async -> ReloadReport {
        let generation = { WorkerGeneration(pidFile: pidFile, in: processes) }
        let before = await pace.look(for: Self.startGrace) { generation() }
        if before == nil, settings.notRunning == .ok {
            // A path that is wrong would else look like success for ever.
            let other = WorkerGeneration.master(in: processes).map { ", though process \($0) is an NGINX" } ?? ""
            return ReloadReport(.notRunning(reason: "NGINX is not running: \(pidFile) names no master of it\(other)"))
        }
        guard let command = settings.command else { return ReloadReport(.notStarted(reason: "there is no command")) }
        let log = errorLog.map { ErrorLogTail(path: $0) }
        let report = await run(command)
        if case .notStarted = report.ending {
            return ReloadReport(.notStarted(reason: report.summary), command: report)
        }

        let failed = if case .exited(let status) = report.ending { status != 0 } else { false }
        let limit = failed ? min(Self.failureGrace, settings.settleTime) : settings.settleTime
        let new = await pace.look(for: limit) { generation().flatMap { $0.isNew(since: before) ? $0 : nil } }
        var output = report.output
        if let new {
            let workers = new.serving.sorted().prefix(3).map(String.init).joined(separator: ", ")
            let more = new.serving.count > 3 ? " and \(new.serving.count - 3) more" : ""
            let proof = new.serving.count == 1 ? "a new worker \(workers)" : "new workers \(workers)\(more)"
            return ReloadReport(.inForce(proof: proof), command: report)
        }
        let lines = log?.newLines ?? []
        if !lines.isEmpty { output.append(Array("\(lines.joined(separator: "\n"))\n".utf8)) }
        guard let now = generation() else {
            let words = report.succeeded ? "\(pidFile) names no master of NGINX" : report.summary
            return ReloadReport(.dead(reason: "NGINX is not running: \(words)"), command: report, output: output)
        }
        let verdict: ReloadVerdict =
            if let words = emergency(of: now.master, in: lines) {
                .refused(reason: printable(words))
            } else if failed {
                .refused(reason: report.summary)
            } else if !report.succeeded {
                .unknown(reason: report.summary)
            } else {
                .unknown(reason: "NGINX has no new workers within \(limit.readable)")
            }
        return ReloadReport(verdict, command: report, output: output)
    }
}
