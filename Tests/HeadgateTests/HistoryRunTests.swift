import Subprocess
import TestSupport
import Testing

/// `headgate history`, `rollback` and `release`, and files that somebody else changes, with the built headgate.
@Suite(.timeLimit(.minutes(2))) struct HistoryRunTests {
    private func prepare(_ workspace: Workspace, extra: String = "") throws {
        try workspace.prepareLetters("    reload: cp out running\n\(extra)")
    }

    @Test func `an old revision comes back, stays over changes and a restart, and is let go of`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            try await workspace.withHeadgate { process in
                #expect(await eventually { workspace.read("running") == "a\n" })
                try workspace.register("ab")
                #expect(await eventually { workspace.read("running") == "a\nb\n" })
                let history = try await workspace.headgate("history")
                #expect(history.output.contains("  2  "), "\(history.output)")
                #expect(history.output.contains("service web"), "\(history.output)")
                let diff = try await workspace.headgate("history", "2")
                #expect(diff.output.contains("\n+b\n"), "\(diff.output)")

                let back = try await workspace.headgate("rollback", "1")
                #expect(back.status == 0, "\(back.error)")
                #expect(workspace.read("running") == "a\n")
                try workspace.register("abc")
                let status = try await workspace.headgate("status")
                #expect(status.output.contains("edge: pinned"), "\(status.output)")
                #expect(status.output.contains("revision 1 stays in force"), "\(status.output)")
            }
            // No headgate runs now.
            let direct = try await workspace.headgate("rollback", "2")
            #expect(direct.status == 0, "\(direct.error)")
            #expect(workspace.read("running") == "a\nb\n")
            try await workspace.withHeadgate { process in
                #expect(await process.log.wait(for: "pinned"), "\(process.log.text)")
                #expect(workspace.read("running") == "a\nb\n")
                let release = try await workspace.headgate("release")
                #expect(release.output.contains("released revision 2"), "\(release.output) \(release.error)")
                #expect(await eventually { workspace.read("running") == "a\nb\nc\n" }, "\(process.log.text)")
                #expect(await process.log.wait(for: "reason=\"release of revision 2\""), "\(process.log.text)")
            }
            _ = try await workspace.headgate("rollback", "1")
            let release = try await workspace.headgate("release")
            #expect(release.output.contains("released revision 1"), "\(release.output) \(release.error)")
            try await workspace.withHeadgate { _ in
                #expect(await eventually { workspace.read("running") == "a\nb\nc\n" })
            }
        }
    }

    @Test func `a rollback to what the balancer refuses changes nothing and pins nothing`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            try workspace.edit(
                "headgate.yaml",
                replacing: "cp out running",
                with: "\"! grep -q b out && cp out running\""
            )
            try await workspace.withHeadgate { process in
                #expect(await eventually { workspace.read("running") == "a\n" })
                try workspace.register("ab")
                #expect(await process.log.wait(for: "rolled back"), "\(process.log.text)")
                let refused = try await workspace.headgate("rollback", "2")
                #expect(refused.status == 1)
                #expect(refused.error.contains("rolled back"), "\(refused.error)")
                #expect(workspace.read("running") == "a\n")
                let unknown = try await workspace.headgate("rollback", "77")
                #expect(unknown.status == 1)
                #expect(unknown.error.contains("no revision 77"), "\(unknown.error)")
                #expect(unknown.error.contains("headgate history"), "\(unknown.error)")
                let status = try await workspace.headgate("status")
                #expect(!status.output.contains("pinned"), "\(status.output)")
            }
        }
    }

    @Test func `a file that somebody else changes or removes is told with a diff and put right`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            try await workspace.withHeadgate { process in
                #expect(await process.log.wait(for: "reloaded"))
                try workspace.write("out", "a\nmine\n")
                #expect(await process.log.wait(for: "changed by somebody else"), "\(process.log.text)")
                #expect(await eventually { workspace.read("out") == "a\n" })
                #expect(process.log.text.contains("+mine"), "\(process.log.text)")
                _ = try await execute("rm", [workspace.file("out")])
                #expect(await eventually { workspace.read("out") == "a\n" }, "\(process.log.text)")
            }
        }
    }

    @Test func `with drift hold it is told and stays, until it is released`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, extra: "    drift: hold")
            try await workspace.withHeadgate { process in
                #expect(await process.log.wait(for: "reloaded"))
                try workspace.write("out", "a\nmine\n")
                #expect(await process.log.wait(for: "changed by somebody else"), "\(process.log.text)")
                try workspace.register("ab")
                let status = try await workspace.headgate("status")
                #expect(status.output.contains("edge: drifted"), "\(status.output)")
                let plan = try await workspace.headgate("plan")
                #expect(plan.output.contains("somebody else"), "\(plan.output)")
                #expect(workspace.read("out") == "a\nmine\n")
                let release = try await workspace.headgate("release")
                #expect(release.status == 0, "\(release.error)")
                #expect(await eventually { workspace.read("running") == "a\nb\n" }, "\(process.log.text)")
            }
        }
    }

    @Test func `a file that a target no longer writes is gone after the next start`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            let two = "files: [{template: t, destination: out}, {template: t, destination: more}]"
            let one = "files: [{template: t, destination: out}]"
            let text = workspace.read("headgate.yaml") ?? ""
            try workspace.write("headgate.yaml", text.replacing(one, with: two))
            try await workspace.withHeadgate { process in
                #expect(await process.log.wait(for: "reloaded"))
                #expect(workspace.read("more") == "a\n")
                try workspace.write("headgate.yaml", text)
                process.signal(.hangUp)
                #expect(await process.log.wait(for: "more removed"), "\(process.log.text)")
                #expect(workspace.read("more") == nil)
                #expect(workspace.read("out") == "a\n")
            }
        }
    }

    @Test func `a pinned revision is not left by run --once, and plan says that it stays`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            _ = try await workspace.headgate("run", "--once")
            try workspace.register("ab")
            _ = try await workspace.headgate("run", "--once")
            _ = try await workspace.headgate("rollback", "1")
            let plan = try await workspace.headgate("plan")
            #expect(plan.status == 0)
            #expect(plan.output.contains("revision 1 stays in force until"), "\(plan.output)")
            let once = try await workspace.headgate("run", "--once")
            #expect(once.status == 0)
            #expect(once.error.contains("revision 1 stays in force until"), "\(once.error)")
            let history = try await workspace.headgate("history")
            #expect(history.output.contains(": run --once; "), "\(history.output)")
            #expect(workspace.read("running") == "a\n")
            _ = try await workspace.headgate("release")
            _ = try await workspace.headgate("run", "--once")
            #expect(workspace.read("running") == "a\nb\n")
        }
    }

    @Test func `the files of a pinned revision are put right too, also what was done while headgate was away`()
        async throws
    {
        try await Workspace.with { workspace in
            try prepare(workspace)
            try await workspace.withHeadgate { process in
                #expect(await eventually { workspace.read("running") == "a\n" })
                try workspace.register("ab")
                #expect(await eventually { workspace.read("running") == "a\nb\n" })
                _ = try await workspace.headgate("rollback", "1")
                try workspace.write("out", "a\nmine\n")
                #expect(await process.log.wait(for: "changed by somebody else"), "\(process.log.text)")
                #expect(await eventually { workspace.read("out") == "a\n" })
            }
            try workspace.write("out", "a\nmine\n")
            try await workspace.withHeadgate { process in
                #expect(await eventually { workspace.read("out") == "a\n" }, "\(process.log.text)")
                let status = try await workspace.headgate("status")
                #expect(status.output.contains("edge: pinned"), "\(status.output)")
            }
        }
    }

    @Test(arguments: [false, true])
    func `a rollback that leaves the balancer in doubt is brought to an end without further news`(isPinned: Bool)
        async throws
    {
        try await Workspace.with { workspace in
            try prepare(workspace)
            try workspace.edit(
                "headgate.yaml",
                replacing: "cp out running",
                with: "test ! -e broken && cp out running"
            )
            try await workspace.withHeadgate { process in
                #expect(await eventually { workspace.read("running") == "a\n" })
                try workspace.register("ab")
                #expect(await eventually { workspace.read("running") == "a\nb\n" })
                if isPinned { _ = try await workspace.headgate("rollback", "1") }
                try workspace.write("broken", "")
                let doubtful = try await workspace.headgate("rollback", isPinned ? "2" : "1")
                #expect(doubtful.status == 1)
                #expect(doubtful.error.contains("degraded"), "\(doubtful.error)")
                _ = try await execute("rm", [workspace.file("broken")])
                let isSettled = await eventually(within: .seconds(20)) {
                    (try? await workspace.headgate("status"))?.output
                        .contains(isPinned ? "edge: pinned" : "edge: in-force") == true
                }
                #expect(isSettled, "\(process.log.text)")
                #expect(process.log.text.contains("reload owed: the last reload of these files failed"))
                #expect(workspace.read("running") == (isPinned ? "a\n" : "a\nb\n"))
            }
        }
    }

    @Test func `what somebody changes while the balancer reloads is noticed, and overwritten ever more rarely`()
        async throws
    {
        try await Workspace.with { workspace in
            try prepare(workspace)
            try workspace.edit(
                "headgate.yaml",
                replacing: "cp out running",
                with: "cp out running; echo mine >> out"
            )
            try await workspace.withHeadgate { process in
                #expect(await process.log.wait(for: "changed by somebody else"), "\(process.log.text)")
                // Each time it is overwritten somebody does it again.
                _ = await eventually(within: .seconds(9)) {
                    process.log.count(containing: "changed by somebody else") > 20
                }
                #expect(
                    process.log.count(containing: "reason=\"changed by somebody else\"") <= 4,
                    "\(process.log.text)"
                )
            }
        }
    }

    @Test func `release says what it releases where somebody else has changed files, over a failed delivery too`()
        async throws
    {
        try await Workspace.with { workspace in
            try prepare(workspace, extra: "    check: test ! -e broken -a -e {staged}\n    drift: hold")
            try await workspace.withHeadgate { process in
                #expect(await process.log.wait(for: "reloaded"))
                try workspace.write("out", "a\nmine\n")
                #expect(await process.log.wait(for: "changed by somebody else"), "\(process.log.text)")
                try workspace.write("broken", "")
                let release = try await workspace.headgate("release")
                #expect(release.output.contains("edge: released: what somebody else has changed"), "\(release.output)")
                #expect(await process.log.wait(for: "check failed"), "\(process.log.text)")
                _ = try await execute("rm", [workspace.file("broken")])
                #expect(
                    await eventually(within: .seconds(20)) { workspace.read("out") == "a\n" },
                    "\(process.log.text)"
                )
            }
        }
    }

    @Test func `a file that another target writes by now is not rolled back`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            _ = try await workspace.headgate("run", "--once")
            try workspace.write("constant", "other\n")
            try workspace.edit("headgate.yaml", replacing: "destination: out", with: "destination: new")
            try workspace.edit("headgate.yaml", replacing: "cp out", with: "cp new")
            try workspace.edit(
                "headgate.yaml",
                replacing: "state_dir",
                with: "  other:\n    files: [{template: constant, destination: out}]\nstate_dir"
            )
            _ = try await workspace.headgate("run", "--once")
            let refused = try await workspace.headgate("rollback", "1", "--target", "edge")
            #expect(refused.status == 1)
            #expect(refused.error.contains("is written by another target now"), "\(refused.error)")
            #expect(workspace.read("out") == "other\n")
        }
    }

    @Test func `a file beside those of another target's for_each is rolled back`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            try workspace.edit(
                "headgate.yaml",
                replacing: "state_dir",
                with: "  each:\n    files: [{template: t, destination: \"{each}\", for_each: services}]\nstate_dir"
            )
            _ = try await workspace.headgate("run", "--once")
            let back = try await workspace.headgate("rollback", "1", "--target", "edge")
            #expect(back.status == 0, "\(back.error)")
        }
    }

    @Test func `a check beforehand leaves nothing behind`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, extra: "    check: ls {staged_dir}")
            try workspace.makeDirectory("tmp")
            let plan = try await execute(
                "env",
                ["TMPDIR=\(workspace.file("tmp"))", Installed.headgate, "plan", "--check"]
                    + ["--config", workspace.file("headgate.yaml")]
            )
            #expect(plan.error.contains("check passed"), "\(plan.error)")
            #expect(workspace.names(in: "tmp").isEmpty)
        }
    }

    @Test func `a target that was renamed does not make a rollback ask which one`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace)
            _ = try await workspace.headgate("run", "--once")
            try workspace.edit("headgate.yaml", replacing: "  edge:", with: "  border:")
            _ = try await workspace.headgate("run", "--once")
            let back = try await workspace.headgate("rollback", "1")
            #expect(back.status == 0, "\(back.error)")
            #expect(back.output.contains("border: "), "\(back.output)")
        }
    }
}
