import Delivery
import Planning
import Settings
import State
import SystemPackage
import Testing

@Suite("The check")
struct CheckTests {
    private func shell(
        _ text: String,
        isolation: CheckSettings.Isolation = .none,
        timeout: Duration = .seconds(20),
    ) -> CheckSettings {
        CheckSettings(CommandSettings(.shell(text), timeout: timeout), isolation: isolation)
    }

    @Test("that refuses leaves everything as it was, and says why")
    func refuses() async throws {
        try await Workshop.open { workshop in
            try workshop.write("etc/a.cfg", "old\n")
            let deliverer = try workshop.deliverer()
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "new\n", "b.cfg": "b\n"]),
                with: deliverer,
                check: shell("echo line 7: unknown keyword >&2; exit 5"),
                reload: workshop.balancer
            )
            #expect(outcome.result == .checkFailed(reason: "exit status 5: line 7: unknown keyword"))
            #expect(outcome.check?.output.text == "line 7: unknown keyword\n")
            #expect(workshop.text("etc/a.cfg") == "old\n")
            #expect(try workshop.listing() == ["a.cfg"])
            #expect(workshop.reloads == 0)
            let record = deliverer.ledger.record(of: "edge")
            #expect(record.inForce == nil && record.intent == nil)
            // It is remembered, and not checked again until it changes or a retry is due.
            #expect(record.failed?.reason == "check failed: exit status 5: line 7: unknown keyword")
            #expect(
                try workshop.plan(
                    workshop.desired(["a.cfg": "new\n", "b.cfg": "b\n"]),
                    with: deliverer,
                    reloads: true
                ).action.isHeldBack
            )
        }
    }

    @Test("finds the staged file by {staged}, quoted for the shell whatever its name")
    func quoted() async throws {
        try await Workshop.open { workshop in
            let name = "a b'$(touch pwned);\".cfg"
            let deliverer = try workshop.deliverer()
            let file = DesiredFile(destination: "\(workshop.etc)/\(name)", bytes: Array("new\n".utf8))
            let outcome = try await workshop.deliver(
                [file],
                with: deliverer,
                check: shell("cd '\(workshop.root)' && cat {staged} && exit 9")
            )
            #expect(outcome.check?.output.text == "new\n")
            #expect(outcome.check?.ending == .exited(9))
            #expect(workshop.text("pwned") == nil)
        }
    }

    @Test("given as a list has its placeholders filled within arguments")
    func list() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "new\n"]),
                with: deliverer,
                check: CheckSettings(CommandSettings(.arguments(["grep", "--file={staged}", "--", "/dev/null"])))
            )
            #expect(outcome.result == .checkFailed(reason: "exit status 1"))
            #expect(outcome.check?.arguments[1].hasPrefix("--file=\(workshop.etc)/.a.cfg.headgate-") == true)
        }
    }

    @Test("sees in {staged_dir} the directory as it will be, and no staged names")
    func directory() async throws {
        try await Workshop.open { workshop in
            try workshop.write("etc/a.cfg", "old a\n")
            try workshop.write("etc/other.cfg", "other\n")
            try workshop.files.makeDirectories("\(workshop.etc)/maps", mode: 0o755)
            try workshop.write("etc/maps/m", "old map\n")
            try workshop.write("etc/maps/n", "other map\n")
            let deliverer = try workshop.deliverer()
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "new a\n", "b.cfg": "new b\n", "maps/m": "new map\n"]),
                with: deliverer,
                check: shell("cd {staged_dir} && ls -A . maps && cat *.cfg maps/* && exit 9")
            )
            let expected = """
                .:
                a.cfg
                b.cfg
                maps
                other.cfg

                maps:
                m
                n
                new a
                new b
                other
                new map
                other map

                """
            #expect(outcome.check?.output.text == expected)
            #expect(workshop.text("etc/a.cfg") == "old a\n")
            #expect(workshop.text("etc/maps/m") == "old map\n")
            let state = "\(workshop.root)/state"
            let own = try #require(try workshop.files.entries(of: state).first)
            #expect(try workshop.files.entries(of: "\(state)/\(own)/work").isEmpty)
        }
    }

    @Test("with {staged} for several files, or {staged_dir} for none in common, is refused with a hint")
    func placeholders() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let two = try await workshop.deliver(
                workshop.desired(["a.cfg": "a\n", "b.cfg": "b\n"]),
                with: deliverer,
                check: shell("cat {staged}")
            )
            #expect(two.result == .failed(.severalStagedFiles))
            #expect(DeliveryFault.severalStagedFiles.hint?.contains("{staged_dir}") == true)
            try workshop.files.makeDirectories("\(workshop.etc)/x", mode: 0o755)
            try workshop.files.makeDirectories("\(workshop.etc)/y", mode: 0o755)
            let apart = try await workshop.deliver(
                workshop.desired(["x/a": "a\n", "y/b": "b\n"]),
                with: deliverer,
                check: shell("ls {staged_dir}")
            )
            #expect(apart.result == .failed(.noCommonDirectory))
            #expect(try workshop.files.entries(of: "\(workshop.etc)/x").isEmpty)
        }
    }

    @Test("that hangs is ended with its whole process group")
    func hangs() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "a\n"]),
                with: deliverer,
                check: shell("sleep 1000 & sleep 1000", timeout: .milliseconds(100))
            )
            #expect(outcome.check?.ending == .timedOut(.milliseconds(100)))
            #expect(try workshop.listing().isEmpty)
        }
    }

    @Test("in a mount namespace sees staged files at their destinations, and nobody else does")
    func mount() async throws {
        try await Workshop.open { workshop in
            try workshop.write("etc/a.cfg", "old a\n")
            try workshop.write("etc/other.cfg", "other\n")
            try workshop.files.symbolicLink("\(workshop.etc)/relative.cfg", to: "../etc/other.cfg")
            let deliverer = try workshop.deliverer()
            let report = "\(workshop.root)/live"
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "new a\n", "b.cfg": "new b\n"]),
                with: deliverer,
                check: shell("cd '\(workshop.etc)' && ls && cat *.cfg && exit 9", isolation: .mount)
            )
            if case .failed(.isolationUnavailable(let why)) = outcome.result {
                print("skipped: no mount namespaces here (\(why))")
                return
            }
            #expect(
                outcome.check?.output.text
                    == "a.cfg\nb.cfg\nother.cfg\nrelative.cfg\nnew a\nnew b\nother\nother\n"
            )
            #expect(outcome.result == .checkFailed(reason: "exit status 9: other"))
            #expect(workshop.text("etc/a.cfg") == "old a\n")
            #expect(try workshop.listing() == ["a.cfg", "other.cfg", "relative.cfg"])
            #expect(workshop.text(report) == nil)
        }
    }

    @Test("in a mount namespace may have the state directory below a destination's")
    func mountOverState() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let outcome = try await workshop.deliver(
                [DesiredFile(destination: "\(workshop.root)/a.cfg", bytes: Array("a\n".utf8))],
                with: deliverer,
                check: shell("cat '\(workshop.root)/a.cfg' && ls '\(workshop.root)' && exit 9", isolation: .mount)
            )
            if case .failed(.isolationUnavailable(let why)) = outcome.result, !why.contains("links") {
                print("skipped: no mount namespaces here (\(why))")
                return
            }
            #expect(outcome.check?.output.text == "a\na.cfg\netc\nstate\n", "\(outcome)")
        }
    }

    @Test("with nothing to mount over but files needs no shadow of the directory")
    func mountFilesOnly() async throws {
        try await Workshop.open { workshop in
            try workshop.write("etc/a.cfg", "old a\n")
            let deliverer = try workshop.deliverer()
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "new a\n"]),
                with: deliverer,
                check: shell(
                    "cat {staged} {staged_dir}/a.cfg; test {staged} = '\(workshop.etc)/a.cfg'",
                    isolation: .mount
                )
            )
            if case .failed(.isolationUnavailable(let why)) = outcome.result {
                print("skipped: no mount namespaces here (\(why))")
                return
            }
            #expect(outcome.check?.output.text == "new a\nnew a\n")
            #expect(outcome.result == .written)
        }
    }

    @Test("that cannot have a mount namespace says so and changes nothing")
    func noNamespace() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer(runner: NoNamespaces())
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "a\n"]),
                with: deliverer,
                check: shell("true", isolation: .mount)
            )
            guard case .failed(let fault) = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(fault.label == "isolation_unavailable")
            #expect(fault.description.contains("Operation not permitted"))
            #expect(fault.hint?.contains("user namespaces") == true)
            #expect(try workshop.listing().isEmpty)
        }
    }

    @Test("can be asked for alone: nothing is written")
    func verify() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let plan = try workshop.plan(workshop.desired(["a.cfg": "a\n"]), with: deliverer)
            #expect(await deliverer.verify(plan, check: shell("grep a {staged}")).result == .checkPassed)
            #expect(await deliverer.verify(plan, check: shell("grep b {staged}")).result.label == "check failed")
            #expect(try workshop.listing().isEmpty)
        }
    }

    @Test("of another process, while a delivery is under way, takes nothing away from it", arguments: [true, false])
    func beside(isCommitting: Bool) async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            try await workshop.deliver(workshop.desired(["a.cfg": "one\n"]), with: deliverer)
            let waiting = ReloadSettings(
                CommandSettings(.shell("cd '\(workshop.root)' && mkfifo go && cat go"), timeout: .seconds(20))
            )
            let check = CheckSettings(CommandSettings(.shell("cd '\(workshop.root)'; mkfifo checked; cat checked")))
            async let delivery = workshop.deliver(
                workshop.desired(["a.cfg": "two\n"]),
                with: deliverer,
                check: isCommitting ? check : nil,
                reload: isCommitting ? nil : waiting
            )
            let gate = isCommitting ? "checked" : "go"
            while try workshop.files.status(of: "\(workshop.root)/\(gate)", followingLinks: true) == nil {
                await Task.yield()
            }
            let other = Deliverer(ledger: Ledger(VolatileState()), workDirectory: "\(workshop.root)/work")
            let before = try workshop.listing()
            let plan = try workshop.plan(workshop.desired(["a.cfg": "three\n"]), with: other)
            let verdict = await other.verify(plan, check: CheckSettings(CommandSettings(.shell("true"))))
            let after = try workshop.listing()
            _ = await SubprocessRunner().run(
                ["/bin/sh", "-c", "echo > \(gate)"],
                in: workshop.root,
                timeout: .seconds(20)
            )
            let outcome = try await delivery
            #expect(verdict.result == .checkPassed)
            #expect(before.count == 2, "a staged file or a second name lies beside")
            #expect(after == before)
            #expect(outcome.isInForce, "\(outcome)")
            #expect(try workshop.listing() == ["a.cfg"])
        }
    }
}
