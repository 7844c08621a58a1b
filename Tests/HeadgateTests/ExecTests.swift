import TestSupport
import Testing

/// `headgate run -- COMMAND`: the balancer as headgate's child.
@Suite(.timeLimit(.minutes(2))) struct ExecTests {
    private func services(_ ids: String...) -> String {
        "version: 1\nservices:\n  web:\n    instances:\(ids.isEmpty ? " []" : "")\n"
            + ids.map { "      - {id: \($0), address: 10.0.0.1, port: 80}\n" }.joined()
    }

    /// A configuration with one target, and a script `child` that notes what happens to it in `log`.
    private func prepare(
        _ workspace: Workspace,
        target: String = "",
        top: String = "",
        child: String = "",
    ) throws {
        try workspace.write("services.yaml", services("a"))
        try workspace.write("t", "{{ range service \"web\" }}{{ .ID }} {{ end }}\n")
        try workspace.write(
            "headgate.yaml",
            """
            registries: {main: file:services.yaml}
            targets:
              edge:
                files: [{template: t, destination: out}]
                wait: {min: 20ms, max: 100ms}
                \(target)
            \(top)
            state_dir: state
            """
        )
        try workspace.write(
            "child",
            """
            #!/bin/bash
            cd \(workspace.path)
            trap 'echo reload $(cat out) >> log' HUP
            trap 'echo usr1 >> log' USR1
            trap 'echo winch >> log' WINCH
            trap 'echo term >> log; exit 7' TERM
            \(child)
            echo started $(cat out) >> log
            while true; do sleep 0.02; done
            """
        )
    }

    private func arguments(_ workspace: Workspace, _ more: [String] = []) -> [String] {
        ["run", "--config", workspace.file("headgate.yaml")] + more
    }

    private var bash: [String] { ["--", "bash"] }

    private func alive(_ pid: String) -> Bool {
        // A zombie is nobody's process.
        Workspace(path: "/proc/\(pid)").read("status").map { !$0.contains("State:\tZ") } ?? false
    }

    @Test func `the child starts with the first files, hears of changes by the signal, and its status is headgate's`()
        async throws
    {
        try await Workspace.with { workspace in
            try prepare(workspace)
            let run = try await withRunning(
                Installed.headgate,
                arguments(workspace, bash + [workspace.file("child")])
            ) { headgate in
                try #require(await eventually { workspace.read("log") == "started a\n" }, "\(headgate.log.text)")
                #expect(await headgate.log.wait(for: "balancer started"))
                #expect(headgate.log.count(containing: "info written") == 1, "\(headgate.log.text)")
                try workspace.replace("services.yaml", services("a", "b"))
                #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                #expect(await eventually { workspace.read("log")?.hasSuffix("reload a b\n") == true })
                headgate.signal(.hangUp)
                #expect(await headgate.log.wait(for: "configuration read anew"))
            }
            #expect(run.status == 7, "\(run.error)")
            #expect(workspace.read("log") == "started a\nreload a b\nterm\n")
            #expect(run.error.contains("balancer ended"))
        }
    }

    @Test func `a target's own reload and other signals`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, target: "reload: echo own >> log")
            try await withRunning(
                Installed.headgate,
                arguments(workspace, bash + [workspace.file("child")])
            ) { headgate in
                // Before the child runs nothing is reloaded.
                try #require(await eventually { workspace.read("log") == "started a\n" }, "\(headgate.log.text)")
                try workspace.replace("services.yaml", services("b"))
                #expect(await eventually { workspace.read("log") == "started a\nown\n" })
                headgate.signal(.user1)
                #expect(await eventually { workspace.read("log") == "started a\nown\nusr1\n" })
                headgate.signal(.windowChange)
                #expect(await eventually { workspace.read("log") == "started a\nown\nusr1\nwinch\n" })
            }
        }
    }

    @Test func `exec in the configuration, without a reload signal`() async throws {
        try await Workspace.with { workspace in
            let exec = "exec: {command: [bash, child], reload_signal: none, kill_signal: SIGUSR1}"
            try prepare(workspace, top: exec, child: "trap 'exit 9' USR1")
            let run = try await withRunning(Installed.headgate, arguments(workspace)) { headgate in
                try #require(await eventually { workspace.read("log") == "started a\n" }, "\(headgate.log.text)")
                try workspace.replace("services.yaml", services("b"))
                #expect(await headgate.log.wait(for: "info written", times: 2), "\(headgate.log.text)")
            }
            #expect(run.status == 9)
            #expect(workspace.read("log") == "started a\n")
        }
    }

    @Test func `a child that does not end is killed, and what it has started too`() async throws {
        try await Workspace.with { workspace in
            try prepare(
                workspace,
                child: "trap '' TERM; sleep 600 & echo $! >> pids; setsid sleep 600 & echo $! >> pids"
            )
            let run = try await withRunning(
                Installed.headgate,
                arguments(workspace, ["--exec-kill-timeout", "300ms"] + bash + [workspace.file("child")])
            ) { headgate in
                try #require(await eventually { workspace.read("log") == "started a\n" }, "\(headgate.log.text)")
            }
            #expect(run.status == 128 + 9, "\(run.error)")
            let pids = try #require(workspace.read("pids")).split(separator: "\n").map(String.init)
            #expect(pids.count == 2)
            #expect(pids.filter(alive) == [])
        }
    }

    @Test(arguments: [(["false"], 1), (["true"], 0), (["sh", "-c", "kill -KILL $$"], 137)] as [([String], Int32)])
    func `the end of the child is the end of headgate`(command: [String], status: Int32) async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            let run = try await execute(Installed.headgate, arguments(workspace, ["--"] + command))
            #expect(run.status == status, "\(run.error)")
            #expect(workspace.read("out") == "a \n")
        }
    }

    @Test(arguments: ["/does/not/exist", "does-not-exist", "/etc/passwd", "/tmp"])
    func `a command that does not exist is told before anything is written`(command: String) async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            let run = try await execute(Installed.headgate, arguments(workspace, ["--", command]))
            #expect(run.status == 127)
            #expect(run.error.contains("error: the balancer `\(command)` cannot be run"), "\(run.error)")
            #expect(run.error.contains("hint:"))
            #expect(workspace.read("out") == nil)
            #expect(workspace.read("state") == nil)
        }
    }

    @Test func `a child that a reload would kill is spared, and the files go back`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            try await withRunning(Installed.headgate, arguments(workspace, ["--", "sleep", "600"])) { headgate in
                #expect(await headgate.log.wait(for: "balancer started"), "\(headgate.log.text)")
                try workspace.replace("services.yaml", services("b"))
                #expect(await headgate.log.wait(for: "no handler for SIGHUP"), "\(headgate.log.text)")
                #expect(await eventually { workspace.read("out") == "a \n" })
                #expect(headgate.log.count(containing: "balancer ended") == 0)
            }
        }
    }

    @Test func `a child that dies of a reload ends headgate, and the next start has the files of before`() async throws
    {
        try await Workspace.with { workspace in
            try prepare(workspace, child: "trap 'exit 3' HUP")
            let command = arguments(workspace, bash + [workspace.file("child")])
            let run = try await withRunning(Installed.headgate, command) { headgate in
                try #require(await eventually { workspace.read("log") == "started a\n" }, "\(headgate.log.text)")
                try workspace.replace("services.yaml", services("b"))
                #expect(await headgate.log.wait(for: "stopped"), "\(headgate.log.text)")
            }
            #expect(run.status == 3, "\(run.error)")
            #expect(run.error.contains("the balancer ended (exit status 3)"), "\(run.error)")
            #expect(workspace.read("out") == "a \n")
            try await withRunning(Installed.headgate, command) { headgate in
                #expect(await eventually { workspace.read("log") == "started a\nstarted a\n" }, "\(headgate.log.text)")
            }
        }
    }

    @Test func `the child waits for the data of its first files, and not for those of later ones`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            try workspace.write("t", "{{ key \"limit\" }}\n")
            let command = arguments(workspace, bash + [workspace.file("child")])
            let waiting = try await withRunning(Installed.headgate, command) { headgate in
                #expect(await headgate.log.wait(for: "waiting"), "\(headgate.log.text)")
            }
            #expect(waiting.status == 0)
            #expect(workspace.read("log") == nil)
            try workspace.replace("services.yaml", services("a") + "kv: {limit: 7}\n")
            try await withRunning(Installed.headgate, command) { headgate in
                #expect(await eventually { workspace.read("log") == "started 7\n" }, "\(headgate.log.text)")
            }
            try workspace.replace("services.yaml", services("a"))
            try await withRunning(Installed.headgate, command) { headgate in
                #expect(await eventually { workspace.read("log") == "started 7\nterm\nstarted 7\n" })
            }
        }
    }

    @Test func `as the first process of a container it reaps, and ends with the child's status`() async throws {
        try await Workspace.with { workspace in
            // An orphan that ends at once, and one that stays.
            try prepare(workspace, child: "(sleep 0 &); (setsid sleep 600 &)")
            let options = ["--pid", "--fork", "--kill-child", "--mount-proc"]
            let probe = try await execute("unshare", options + ["true"])
            guard probe.status == 0 else { return print("no PID namespaces: process 1 is not tested") }
            let run = try await withRunning(
                "unshare",
                options + [Installed.headgate] + arguments(workspace, bash + [workspace.file("child")])
            ) { unshare in
                try #require(await eventually { workspace.read("log") == "started a\n" }, "\(unshare.log.text)")
                let first = Workspace(path: "/proc/\(unshare.pid)/task/\(unshare.pid)").read("children") ?? ""
                let pid = try #require(Int32(first.split(separator: " ").first ?? ""))
                let isReaped = await eventually {
                    let children = Workspace(path: "/proc/\(pid)/task/\(pid)").read("children") ?? ""
                    // Headgate proper and the orphan that stays.
                    return children.split(separator: " ").count == 2
                }
                #expect(isReaped)
                try ProcessSignal.send(.terminate, to: pid)
                #expect(await unshare.log.wait(for: "stopped"), "\(unshare.log.text)")
                #expect(await eventually { workspace.read("log")?.hasSuffix("term\n") == true })
                _ = await eventually(within: .seconds(3)) { Workspace(path: "/proc").read("\(pid)/stat") == nil }
            }
            #expect(run.status == 7, "\(run.error)")
        }
    }

    @Test func `plan says how the child would be told, and --once runs none`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, top: "exec: {command: [bash, child], reload_signal: USR2}")
            let plan = try await execute(Installed.headgate, ["plan", "--config", workspace.file("headgate.yaml")])
            #expect(plan.output.contains("    reload: SIGUSR2 to the balancer\n"), "\(plan.output)")
            let once = try await execute(Installed.headgate, arguments(workspace, ["--once", "--", "true"]))
            #expect(once.status == 64)
        }
    }
}
