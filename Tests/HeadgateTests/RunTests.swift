import Subprocess
import Synchronization
import TestSupport
import Testing

/// `headgate run`: what a process that is left running does and survives.
@Suite(.timeLimit(.minutes(2))) struct RunTests {
    private func services(_ ids: String...) -> String {
        "version: 1\nservices:\n  web:\n    instances:\(ids.isEmpty ? " []" : "")\n"
            + ids.map { "      - {id: \($0), address: 10.0.0.1, port: 80}\n" }.joined()
    }

    private func configuration(_ extra: String = "") -> String {
        """
        registries: {main: file:services.yaml}
        targets:
          edge:
            files: [{template: t, destination: out}]
            reload: echo reload >> reloads
            wait: {min: 20ms, max: 100ms}
        \(extra)
        state_dir: state
        """
    }

    /// Runs headgate on a small configuration, and `body` beside it once it is in step.
    @discardableResult
    private func withHeadgate(
        _ workspace: Workspace,
        extra: String = "",
        reload: String = "echo reload >> reloads",
        _ body: @escaping @Sendable (RunningProcess) async throws -> Void,
    ) async throws -> FinishedProcess {
        if workspace.read("services.yaml") == nil { try workspace.write("services.yaml", services("a")) }
        if workspace.read("t") == nil {
            try workspace.write("t", "{{ range service \"web\" }}{{ .ID }}\n{{ end }}")
        }
        try workspace.write(
            "headgate.yaml",
            configuration(extra).replacing("echo reload >> reloads", with: reload)
        )
        return try await withRunning(
            Installed.headgate,
            ["run", "--config", workspace.file("headgate.yaml")],
            body: body
        )
    }

    @Test func `it ends with status 0 when it is told to, after the delivery that is under way`() async throws {
        try await Workspace.with { workspace in
            let slow = "    reload_interval: 0s"
            let run = try await withHeadgate(workspace, extra: slow) { headgate in
                #expect(await headgate.log.wait(for: "reloaded"))
                try workspace.write(
                    "headgate.yaml",
                    configuration().replacing("echo reload", with: "echo begin >> reloads; read x < gate; echo end")
                )
                headgate.signal(.hangUp)
                #expect(await headgate.log.wait(for: "configuration read anew"))
                _ = try await execute("mkfifo", [workspace.file("gate")])
                try workspace.replace("services.yaml", services("a", "b"))
                #expect(await eventually { workspace.read("reloads")?.hasSuffix("begin\n") == true })
                headgate.signal(.terminate)
                try workspace.write("gate", "go\n")
            }
            #expect(run.status == 0, "\(run.error)")
            #expect(run.error.contains("stopped"))
            #expect(workspace.read("reloads")?.hasSuffix("begin\nend\n") == true)
            #expect(workspace.read("out") == "a\nb\n")
        }
    }

    @Test func `SIGHUP takes over a good configuration and refuses a bad one`() async throws {
        try await Workspace.with { workspace in
            try await withHeadgate(workspace) { headgate in
                #expect(await headgate.log.wait(for: "reloaded"))
                try workspace.write("headgate.yaml", configuration("    wiat: 1s"))
                headgate.signal(.hangUp)
                #expect(await headgate.log.wait(for: "the old one goes on"), "\(headgate.log.text)")
                #expect(headgate.log.text.contains("headgate.yaml:7:5"), "\(headgate.log.text)")
                try workspace.replace("services.yaml", services("a", "b"))
                #expect(await headgate.log.wait(for: "reloaded", times: 2))

                try workspace.write("t", "{{ range service \"web\" }}<{{ .ID }}>{{ end }}\n")
                try workspace.write("headgate.yaml", configuration())
                headgate.signal(.hangUp)
                #expect(await headgate.log.wait(for: "reloaded", times: 3), "\(headgate.log.text)")
                #expect(headgate.log.text.contains("reason=\"configuration read anew\""), "\(headgate.log.text)")
                #expect(workspace.read("out") == "<a><b>\n")
                let status = try await workspace.headgate("status")
                #expect(!status.output.contains("refused"), "\(status.output)")
            }
        }
    }

    @Test func `SIGHUP takes a changed template and what it includes, which nothing else does`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("t", "{{ include \"partial\" }}{{ file \"\(workspace.file("read"))\" }}")
            try workspace.write("partial", "{{ range service \"web\" }}[{{ .ID }}]{{ end }}")
            try workspace.write("read", "1\n")
            try await withHeadgate(workspace) { headgate in
                #expect(await headgate.log.wait(for: "reloaded"))
                #expect(workspace.read("out") == "[a]1\n")
                try workspace.write("partial", "{{ range service \"web\" }}<{{ .ID }}>{{ end }}")
                // A file that is read for its content is looked at every two seconds.
                try workspace.write("read", "22\n")
                #expect(await headgate.log.wait(for: "reloaded", times: 2), "\(headgate.log.text)")
                #expect(workspace.read("out") == "[a]22\n")
                headgate.signal(.hangUp)
                #expect(await headgate.log.wait(for: "reloaded", times: 3), "\(headgate.log.text)")
                #expect(workspace.read("out") == "<a>22\n")
            }
        }
    }

    @Test func `a registry file that breaks is reported with its place, and its recovery too`() async throws {
        try await Workspace.with { workspace in
            try await withHeadgate(workspace) { headgate in
                #expect(await headgate.log.wait(for: "reloaded"))
                try workspace.replace("services.yaml", services("a").replacing("80", with: "70000"))
                #expect(await headgate.log.wait(for: "registry fault"), "\(headgate.log.text)")
                #expect(await headgate.log.wait(for: "services.yaml:5:"), "\(headgate.log.text)")
                let status = try await execute(
                    Installed.headgate,
                    ["status", "--config", workspace.file("headgate.yaml")]
                )
                #expect(status.output.contains("registry main: fault"), "\(status.output)")
                #expect(workspace.read("out") == "a\n")
                try workspace.replace("services.yaml", services("a", "b"))
                #expect(await headgate.log.wait(for: "registry recovered"), "\(headgate.log.text)")
                #expect(await headgate.log.wait(for: "reloaded", times: 2))
            }
        }
    }

    @Test func `status says what is in force, waited for and set aside`() async throws {
        try await Workspace.with { workspace in
            try workspace.write(
                "services.yaml",
                services("a") + "      - {id: \"b\\nc\", address: 10.0.0.2, port: 81}\n"
            )
            try workspace.write("waiting", "{{ key \"app/limit\" }}")
            let extra = "  other:\n    files: [{template: waiting, destination: other}]"
            try await withHeadgate(workspace, extra: extra) { headgate in
                #expect(await headgate.log.wait(for: "waiting"), "\(headgate.log.text)")
                #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                let arguments = ["status", "--config", workspace.file("headgate.yaml")]
                let status = try await execute(Installed.headgate, arguments)
                #expect(status.status == 0, "\(status.error)")
                #expect(status.output.contains("target edge: in-force"), "\(status.output)")
                #expect(status.output.contains("set aside:"), "\(status.output)")
                #expect(status.output.contains(" for key app/limit, which does not exist\n"), "\(status.output)")
                let json = try await execute(Installed.headgate, arguments + ["--json"])
                #expect(json.output.contains("\"state\" : \"in-force\""), "\(json.output)")
                // The key comes, and so does the file.
                try workspace.replace("services.yaml", services("a") + "kv: {app/limit: 7}\n")
                #expect(await headgate.log.wait(for: "info written"), "\(headgate.log.text)")
                #expect(workspace.read("other") == "7")
            }
        }
    }

    @Test func `questions that come and go are always answered`() async throws {
        try await Workspace.with { workspace in
            @Sendable func registry(_ active: Int) -> String {
                "version: 1\nkv: {active: \(active)}\nservices:\n"
                    + (0..<4).map { "  s\($0): {instances: [\"10.0.0.\($0 + 1):80\"]}\n" }.joined()
            }
            try workspace.write("services.yaml", registry(0))
            var extra = ""
            for target in 0..<4 {
                try workspace.write(
                    "t\(target)",
                    "{{ $n := modulo 4 (add \(target) (key \"active\" | parseInt)) }}"
                        + "{{ range service (printf \"s%d\" $n) }}{{ .Address }}{{ end }} {{ key \"active\" }}\n"
                )
                extra += "  t\(target): {files: [{template: t\(target), destination: out\(target)}], wait: 1ms}\n"
            }
            try await withHeadgate(workspace, extra: extra) { headgate in
                // Each flip, every target drops its question for one that another target drops.
                for flip in 1...12 {
                    try workspace.replace("services.yaml", registry(flip))
                    #expect(
                        await eventually {
                            (0..<4).allSatisfy {
                                workspace.read("out\($0)") == "10.0.0.\((flip + $0) % 4 + 1) \(flip)\n"
                            }
                        },
                        "flip \(flip): \(headgate.log.text)"
                    )
                }
            }
        }
    }

    @Test func `what is owed is done though the template fails meanwhile`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("t", "{{ range service \"web\" }}{{ .ID }} {{ parseInt .ServiceMeta.n }}\n{{ end }}")
            @Sendable func registry(_ number: String) -> String {
                services("a").replacing("port: 80", with: "port: 80, meta: {n: \"\(number)\"}")
            }
            try workspace.write("services.yaml", registry("1"))
            try await withHeadgate(workspace, reload: "test ! -e refuse && cat out > running") { headgate in
                #expect(await headgate.log.wait(for: "reloaded"))
                try workspace.write("refuse", "")
                try workspace.replace("services.yaml", registry("2"))
                #expect(await headgate.log.wait(for: "degraded"), "\(headgate.log.text)")
                try workspace.replace("services.yaml", registry("many"))
                #expect(await headgate.log.wait(for: "template fault target="), "\(headgate.log.text)")
                _ = try await execute("rm", [workspace.file("refuse"), workspace.file("running")])
                #expect(await headgate.log.wait(for: "settled"), "\(headgate.log.text)")
                #expect(workspace.read("running") == "a 1\n")
            }
        }
    }

    @Test func `a pipe in the place of a file hangs nothing`() async throws {
        try await Workspace.with { workspace in
            _ = try await execute("mkfifo", [workspace.file("pipe")])
            try workspace.write("t", "{{ file \"\(workspace.file("pipe"))\" }}\n")
            let run = try await withHeadgate(workspace) { headgate in
                #expect(await headgate.log.wait(for: "template fault"), "\(headgate.log.text)")
            }
            #expect(run.status == 0)
            let check = try await execute(Installed.headgate, ["check", "--template", workspace.file("pipe")])
            #expect(check.status == 65)
        }
    }

    @Test func `a template without end holds neither the other targets, nor the status, nor the end`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("loop", "{{ range $i := 2000000000 }}{{ range $j := 2000000000 }}{{ end }}{{ end }}")
            let extra = "  loop: {files: [{template: loop, destination: loop-out}]}"
            let clock = ContinuousClock()
            let stopped = Mutex(clock.now)
            let run = try await withHeadgate(workspace, extra: extra) { headgate in
                #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                let status = try await execute(
                    Installed.headgate,
                    ["status", "--config", workspace.file("headgate.yaml")]
                )
                #expect(status.output.contains("target edge: in-force"), "\(status.output) \(status.error)")
                stopped.withLock { $0 = clock.now }
            }
            #expect(run.status == 0, "\(run.error)")
            // The loop is broken off, unless the machine was so slow that it came to its bound before.
            let isQuick = clock.now - stopped.withLock { $0 } < .seconds(9)
            #expect(isQuick || run.error.contains("takes longer"), "the loop was not broken off")
        }
    }

    @Test func `as process 1 it leaves no zombies and passes signals on`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", services("a"))
            try workspace.write("t", "{{ len (service \"web\") }}\n")
            let reload = "sh -c 'sleep 0.1 & sleep 0.2 &'; echo reload >> reloads"
            try workspace.write(
                "headgate.yaml",
                configuration().replacing("reload: echo reload >> reloads", with: "reload: \"\(reload)\"")
            )
            let arguments = [
                "--pid", "--fork", "--mount-proc", "--kill-child", Installed.headgate, "run", "--config",
                workspace.file("headgate.yaml"),
            ]
            let probe = try await execute("unshare", ["--pid", "--fork", "--mount-proc", "true"])
            guard probe.status == 0 else { return print("no PID namespaces: process 1 is not tested") }
            try await withRunning("unshare", arguments) { unshare in
                #expect(await unshare.log.wait(for: "reloaded"), "\(unshare.log.text)")
                // The orphans end within a fifth of a second; after that none may be left in any state.
                #expect(
                    await eventually {
                        Workspace(path: "/proc").names().filter { Int($0) != nil }.allSatisfy { pid in
                            guard let stat = Workspace(path: "/proc/\(pid)").read("stat") else { return true }
                            return !(stat.contains("(sleep)") && stat.contains(") Z "))
                        }
                    }
                )
                let child = Workspace(path: "/proc/\(unshare.pid)/task/\(unshare.pid)").read("children")
                let first = try #require(child?.split(separator: " ").first.flatMap { Int32($0) })
                try ProcessSignal.send(.terminate, to: first)
                #expect(await unshare.log.wait(for: "stopped"), "\(unshare.log.text)")
            }
        }
    }

    @Test func `what of the program only the start needs does not stay in memory`() async throws {
        try await Workspace.with { workspace in
            try await withHeadgate(workspace) { headgate in
                #expect(await headgate.log.wait(for: "reloaded"))
                // Of some 28 MB, with the release build too, 2 to 8 are in use.
                let isSmall = await eventually { (residentCode(of: headgate.pid) ?? .max) < 12 << 10 }
                #expect(isSmall, "\(residentCode(of: headgate.pid) ?? 0) kB")
            }
        }
    }

    /// How much of a process's own code is in memory, in kilobytes (proc_pid_smaps(5)).
    private func residentCode(of process: Int32) -> Int? {
        let smaps = Workspace(path: "/proc/\(process)").read("smaps") ?? ""
        let own = smaps.split(separator: "\n").drop { !($0.contains(" r-xp ") && $0.hasSuffix("/headgate")) }
        let line = own.first { $0.hasPrefix("Rss:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }

    @Test func `a file that a template reads is waited for and followed`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("t", "{{ file \"\(workspace.file("motd"))\" }}{{ len (service \"web\") }}\n")
            try await withHeadgate(workspace) { headgate in
                #expect(await headgate.log.wait(for: "waiting"), "\(headgate.log.text)")
                try workspace.replace("motd", "one ")
                #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                #expect(workspace.read("out") == "one 1\n")
                try workspace.replace("motd", "two ")
                #expect(await headgate.log.wait(for: "reloaded", times: 2), "\(headgate.log.text)")
                #expect(workspace.read("out") == "two 1\n")
            }
        }
    }

    @Test func `a reload that fails is undone, remembered over a restart, and tried again when something changes`()
        async throws
    {
        try await Workspace.with { workspace in
            let failing = "test ! -e refuse && echo reload >> reloads"
            @Sendable func spoil() throws {
                try workspace.write("headgate.yaml", configuration().replacing("echo reload >> reloads", with: failing))
            }
            try await withHeadgate(workspace) { headgate in
                #expect(await headgate.log.wait(for: "reloaded"))
                try spoil()
                headgate.signal(.hangUp)
                #expect(await headgate.log.wait(for: "unchanged"))
                try workspace.write("refuse", "")
                try workspace.replace("services.yaml", services("a", "b"))
                #expect(await headgate.log.wait(for: "degraded"), "\(headgate.log.text)")
                #expect(workspace.read("out") == "a\n")
            }
            // While it was down somebody mended the balancer: the reload is owed, then the new revision is tried.
            _ = try await execute("rm", [workspace.file("refuse")])
            try await withRunning(
                Installed.headgate,
                ["run", "--config", workspace.file("headgate.yaml")]
            ) { headgate in
                #expect(await eventually { workspace.read("out") == "a\nb\n" }, "\(headgate.log.text)")
                #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
            }
        }
    }

    @Test func `a second headgate on the same configuration is refused and names the first`() async throws {
        try await Workspace.with { workspace in
            try await withHeadgate(workspace) { headgate in
                #expect(await headgate.log.wait(for: "reloaded"))
                let second = try await execute(
                    Installed.headgate,
                    ["run", "--config", workspace.file("headgate.yaml")]
                )
                #expect(second.status == 1)
                #expect(second.error.contains("process \(headgate.pid)"), "\(second.error)")
                // Looking is allowed.
                let plan = try await execute(
                    Installed.headgate,
                    ["plan", "--config", workspace.file("headgate.yaml")]
                )
                #expect(plan.status == 0, "\(plan.error)")
            }
        }
    }

    @Test func `without a writable state directory it goes on and says what is lost`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", services("a"))
            try workspace.write("t", "{{ len (service \"web\") }}\n")
            try workspace.write(
                "headgate.yaml",
                configuration().replacing("state_dir: state", with: "state_dir: /proc/nowhere")
            )
            let run = try await execute(
                Installed.headgate,
                ["run", "--once", "--config", workspace.file("headgate.yaml")]
            )
            #expect(run.status == 0, "\(run.error)")
            #expect(run.error.contains("no state directory"), "\(run.error)")
            #expect(workspace.read("out") == "1\n")
        }
    }
}
