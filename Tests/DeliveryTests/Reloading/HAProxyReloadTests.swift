import Balancers
import Delivery
import Settings
import State
import Testing

@Suite("A reload of HAProxy, told by its master")
struct HAProxyReloadTests {
    /// How the reload is given, and what the command says of itself.
    enum Way: Sendable {
        case cli
        /// By the CLI of HAProxy 2.6, which does not answer.
        case silentCLI
        case command(CommandReport.Ending)
    }

    private func reload(
        _ haproxy: FakeHAProxy,
        _ way: Way,
        notRunning: ReloadSettings.NotRunning = .error,
    ) async -> ReloadReport {
        var settings = ReloadSettings(command: nil, proof: .master(socket: FakeHAProxy.socketPath))
        var ending = CommandReport.Ending.exited(0)
        if case .command(let said) = way {
            settings.command = CommandSettings(.shell("kill -USR2 it"))
            ending = said
        }
        settings.notRunning = notRunning
        let reloader = Reloader(
            runner: ScriptedRunner { [ending] in
                haproxy.signal()
                return ending
            },
            socket: { _ in haproxy },
            processes: ProcessTable(root: "/nowhere"),
            pace: .still
        )
        return await reloader.reload(settings)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var manner: FakeHAProxy.Manner
        var way: Way
        var verdict: ReloadVerdict

        init(_ manner: FakeHAProxy.Manner, _ way: Way, _ verdict: ReloadVerdict) {
            (self.manner, self.way, self.verdict) = (manner, way, verdict)
        }

        var testDescription: String { "\(manner) by \(way): \(verdict)" }
    }

    private static let alert = "parsing [x.cfg:1]: unknown keyword 'foo'"

    static let cases: [Case] = [
        Case(.takes, .cli, .inForce(proof: "the master's word and a new worker 101")),
        Case(.takes, .silentCLI, .inForce(proof: "a new worker 101")),
        Case(.takes, .command(.exited(0)), .inForce(proof: "a new worker 101")),
        // A new worker is a new worker, whatever the command says of itself.
        Case(.takes, .command(.exited(1)), .inForce(proof: "a new worker 101")),
        Case(.takes, .command(.timedOut(.seconds(1))), .inForce(proof: "a new worker 101")),
        Case(.takesLater(looks: 5), .command(.exited(0)), .inForce(proof: "a new worker 101")),
        Case(.isDeaf(looks: 80), .silentCLI, .inForce(proof: "a new worker 101")),
        Case(.isDeaf(looks: 80), .command(.exited(0)), .inForce(proof: "a new worker 101")),
        Case(.refuses, .cli, .refused(reason: alert)),
        Case(
            .refuses,
            .silentCLI,
            .refused(reason: "HAProxy refused the configuration; its log says why (worker 100 goes on)")
        ),
        Case(.refuses, .command(.exited(0)), .refused(reason: "\(alert) (worker 100 goes on)")),
        Case(.ignores, .silentCLI, .unknown(reason: "HAProxy has no new worker within 10 s")),
        Case(.ignores, .command(.exited(0)), .unknown(reason: "HAProxy has no new worker within 10 s")),
        Case(.ignores, .command(.exited(3)), .refused(reason: "exit status 3: the command's words")),
        Case(
            .ignores,
            .command(.timedOut(.seconds(1))),
            .unknown(reason: "no end within 1 s, its process group was killed: the command's words")
        ),
        Case(
            .ignores,
            .command(.notStarted("no such file")),
            .notStarted(reason: "not started: no such file: the command's words")
        ),
        Case(.loadsForEver, .command(.exited(0)), .unknown(reason: "HAProxy has no new worker within 10 s")),
        Case(
            .isDeaf(looks: 9_000),
            .silentCLI,
            .unknown(reason: "no proof within 10 s: the connection to /run/master.sock broke: connection reset")
        ),
        Case(.dies, .cli, .dead(reason: "nobody listens at /run/master.sock")),
        Case(.dies, .command(.exited(0)), .dead(reason: "nobody listens at /run/master.sock")),
        Case(
            .losesWorkers,
            .command(.exited(0)),
            .dead(reason: "HAProxy refused the configuration, and has no worker")
        ),
    ]

    @Test("has the verdict that the workers prove", arguments: cases)
    func verdict(planted: Case) async {
        let haproxy: FakeHAProxy =
            if case .silentCLI = planted.way {
                FakeHAProxy(planted.manner, answersReload: false)
            } else {
                FakeHAProxy(planted.manner)
            }
        let report = await reload(haproxy, planted.way)
        #expect(report.verdict == planted.verdict)
        #expect(report.succeeded == (planted.verdict.label == "in force"))
    }

    @Test("that is not running is no error where the settings say so, and nothing is run")
    func notRunning() async {
        let haproxy = FakeHAProxy(isRunning: false)
        let report = await reload(haproxy, .command(.exited(0)), notRunning: .ok)
        #expect(report.verdict == .notRunning(reason: "HAProxy is not running: nobody listens at /run/master.sock"))
        #expect(report.command == nil && report.succeeded)
        let error = await reload(haproxy, .cli)
        #expect(
            error.verdict
                == .dead(reason: "nobody listens at /run/master.sock; HAProxy has to run with -W and -S")
        )
        let command = await reload(haproxy, .command(.exited(5)))
        #expect(command.verdict == .dead(reason: "exit status 5: the command's words"))
    }

    @Test("that has replaced its master by itself is not dead, though the master has no command line for a moment")
    func exec() async throws {
        try await Workshop.open { workshop in
            let haproxy = FakeHAProxy(.isDeaf(looks: 5), answersReload: false)
            try workshop.files.makeDirectories("\(workshop.root)/proc/\(FakeHAProxy.master)", mode: 0o755)
            try workshop.write("proc/\(FakeHAProxy.master)/stat", "\(FakeHAProxy.master) (haproxy) R 1 1 1")
            try workshop.write("proc/\(FakeHAProxy.master)/cmdline", "")
            let reloader = Reloader(
                runner: ScriptedRunner { .exited(0) },
                socket: { _ in haproxy },
                processes: ProcessTable(root: "\(workshop.root)/proc"),
                pace: .still
            )
            let report = await reloader.reload(
                ReloadSettings(command: nil, proof: .master(socket: FakeHAProxy.socketPath))
            )
            #expect(report.verdict == .inForce(proof: "a new worker 101"))
        }
    }

    @Test("is not given while a file that the master would read is missing: HAProxy 3.2 would end")
    func missingConfiguration() async throws {
        try await Workshop.open { workshop in
            let haproxy = FakeHAProxy()
            let missing = "\(workshop.etc)/haproxy.cfg"
            try workshop.files.makeDirectories("\(workshop.root)/proc/\(FakeHAProxy.master)", mode: 0o755)
            try workshop.files.symbolicLink("\(workshop.root)/proc/\(FakeHAProxy.master)/root", to: "/")
            try workshop.write("proc/\(FakeHAProxy.master)/cmdline", "/usr/sbin/haproxy\0-W\0-f\0\(missing)\0")
            let reloader = Reloader(
                runner: ScriptedRunner { .exited(0) },
                socket: { _ in haproxy },
                processes: ProcessTable(root: "\(workshop.root)/proc"),
                pace: .still
            )
            let settings = ReloadSettings(command: nil, proof: .master(socket: FakeHAProxy.socketPath))
            let report = await reloader.reload(settings)
            #expect(report.verdict.label == "not started" && report.verdict.reason?.hasPrefix(missing) == true)
            #expect(haproxy.reloads == 0)
            try workshop.write("etc/haproxy.cfg", "there\n")
            #expect(await reloader.reload(settings).succeeded)
        }
    }
}
