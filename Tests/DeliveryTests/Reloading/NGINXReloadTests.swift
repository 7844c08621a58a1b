import Balancers
import Delivery
import Settings
import State
import Testing

@Suite("A reload of NGINX, told by its workers")
struct NGINXReloadTests {
    /// What the reload command does to the NGINX of a test, beside what it says of itself.
    enum Effect: Sendable {
        case newWorkers
        case nothing
        /// The master logs this and goes on as it was.
        case emergency(String)
        case end
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var effect: Effect
        var ending: CommandReport.Ending
        var verdict: ReloadVerdict

        init(_ effect: Effect, _ ending: CommandReport.Ending, _ verdict: ReloadVerdict) {
            (self.effect, self.ending, self.verdict) = (effect, ending, verdict)
        }

        var testDescription: String { "\(effect), \(ending): \(verdict)" }
    }

    static let cases: [Case] = [
        Case(.newWorkers, .exited(0), .inForce(proof: "new workers 20, 21")),
        Case(.newWorkers, .exited(1), .inForce(proof: "new workers 20, 21")),
        Case(.nothing, .exited(0), .unknown(reason: "NGINX has no new workers within 3 s")),
        Case(.nothing, .exited(1), .refused(reason: "exit status 1: the command's words")),
        Case(
            .nothing,
            .timedOut(.seconds(1)),
            .unknown(reason: "no end within 1 s, its process group was killed: the command's words")
        ),
        Case(.nothing, .notStarted("gone"), .notStarted(reason: "not started: gone: the command's words")),
        Case(.emergency("bind() failed"), .exited(0), .refused(reason: "bind() failed")),
        Case(.end, .exited(0), .dead(reason: "NGINX is not running: PID names no master of NGINX")),
        Case(.end, .exited(1), .dead(reason: "NGINX is not running: exit status 1: the command's words")),
    ]

    private func withNGINX(
        _ effect: Effect,
        _ ending: CommandReport.Ending,
        _ body: (Workshop, Reloader, ReloadSettings) async throws -> Void,
    ) async throws {
        try await Workshop.open { workshop in
            try process(1, parent: 0, "nginx: master process nginx", workshop)
            for worker in [10, 11] { try process(worker, parent: 1, "nginx: worker process", workshop) }
            try workshop.write("nginx.pid", "1\n")
            try workshop.write("error.log", "2026/11/26 09:06:02 [emerg] 1#1: an old story\n")
            let reloader = Reloader(
                runner: ScriptedRunner {
                    try? carryOut(effect, workshop)
                    return ending
                },
                processes: ProcessTable(root: "\(workshop.root)/proc"),
                pace: .still
            )
            let settings = ReloadSettings(
                command: CommandSettings(.shell("nginx -s reload")),
                proof: .workers(pidFile: "\(workshop.root)/nginx.pid", errorLog: "\(workshop.root)/error.log")
            )
            try await body(workshop, reloader, settings)
        }
    }

    private func process(_ pid: Int, parent: Int, _ title: String, _ workshop: Workshop) throws {
        try workshop.files.makeDirectories("\(workshop.root)/proc/\(pid)", mode: 0o755)
        try workshop.write("proc/\(pid)/cmdline", title)
        try workshop.write("proc/\(pid)/stat", "\(pid) (nginx) S \(parent) 1 1")
    }

    private func carryOut(_ effect: Effect, _ workshop: Workshop) throws {
        switch effect {
        case .newWorkers:
            for worker in [20, 21] { try process(worker, parent: 1, "nginx: worker process", workshop) }
            for worker in [10, 11] {
                try process(worker, parent: 1, "nginx: worker process is shutting down", workshop)
            }
        case .nothing: return
        case .emergency(let words):
            try workshop.append("error.log", "2026/11/26 09:06:03 [emerg] 1#1: \(words)\n")
        case .end: try workshop.files.removeTree("\(workshop.root)/proc/1")
        }
    }

    @Test("has the verdict that the workers prove", arguments: cases)
    func verdict(planted: Case) async throws {
        try await withNGINX(planted.effect, planted.ending) { workshop, reloader, settings in
            let verdict = await reloader.reload(settings).verdict
            #expect(verdict.label == planted.verdict.label)
            let reason = verdict.reason?.replacing("\(workshop.root)/nginx.pid", with: "PID")
            #expect(reason == planted.verdict.reason)
            if case .inForce = planted.verdict { #expect(verdict == planted.verdict) }
        }
    }

    @Test("of which old workers live is counted")
    func draining() async throws {
        try await withNGINX(.newWorkers, .exited(0)) { _, reloader, settings in
            #expect(await reloader.draining(settings) == 0)
            _ = await reloader.reload(settings)
            #expect(await reloader.draining(settings) == 2)
        }
    }

    @Test("that is not running is no error where the settings say so")
    func notRunning() async throws {
        try await withNGINX(.nothing, .exited(1)) { workshop, reloader, settings in
            try workshop.write("nginx.pid", "")
            var settings = settings
            settings.notRunning = .ok
            let report = await reloader.reload(settings)
            #expect(report.verdict.label == "not running" && report.succeeded && report.command == nil)
            settings.notRunning = .error
            #expect(await reloader.reload(settings).verdict.label == "dead")
        }
    }
}
