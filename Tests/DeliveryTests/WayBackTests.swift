import Delivery
import Planning
import Settings
import State
import SystemPackage
import TestSupport
import Testing

@Suite("The way back")
struct WayBackTests {
    @Test("from a failed reload leads to the previous files, with one reload on them")
    func rollsBack() async throws {
        try await Workshop.open { workshop in
            let good = workshop.desired(["a.cfg": "good\n", "b.cfg": "1\n"])
            let bad = workshop.desired(["a.cfg": "bad\n", "b.cfg": "2\n"])
            let deliverer = try workshop.deliverer()
            try await workshop.deliver(good, with: deliverer, reload: workshop.balancer)
            let outcome = try await workshop.deliver(bad, with: deliverer, reload: workshop.balancer)
            guard case .rolledBack = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(outcome.secondReload?.succeeded == true)
            #expect(workshop.reloads == 3)
            #expect(workshop.running == "good\n1\n")
            #expect(workshop.text("etc/a.cfg") == "good\n")
            #expect(workshop.text("etc/b.cfg") == "1\n")
            #expect(try workshop.listing() == ["a.cfg", "b.cfg"])
        }
    }

    @Test("is remembered over a restart: the failed revision is tried again only when asked or changed")
    func remembers() async throws {
        try await Workshop.open { workshop in
            let bad = workshop.desired(["a.cfg": "bad\n"])
            do {
                let deliverer = try workshop.deliverer()
                try await workshop.deliver(
                    workshop.desired(["a.cfg": "good\n"]),
                    with: deliverer,
                    reload: workshop.balancer
                )
                try await workshop.deliver(bad, with: deliverer, reload: workshop.balancer)
            }
            let deliverer = try workshop.deliverer()
            let held = try await workshop.deliver(bad, with: deliverer, reload: workshop.balancer)
            guard case .heldBack(let failed) = held.result else { return #expect(Bool(false), "\(held)") }
            #expect(failed.reason.hasPrefix("exit status 1"))
            #expect(failed.attempts == 1)
            #expect(workshop.reloads == 3)
            try await workshop.deliver(bad, with: deliverer, reload: workshop.balancer, retryingFailed: true)
            #expect(deliverer.ledger.record(of: "edge").failed?.attempts == 2)
            let better = try await workshop.deliver(
                workshop.desired(["a.cfg": "better\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            #expect(better.result == .reloaded)
            #expect(deliverer.ledger.record(of: "edge").failed == nil)
        }
    }

    @Test(
        "leads nowhere from the first delivery: the files stay for a balancer that is yet to start, the reload is owed"
    )
    func firstEver() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let first = workshop.desired(["a.cfg": "good\n"])
            // The balancer does not run yet, so there is nothing that could be told to reload.
            let stopped = ReloadSettings(
                CommandSettings(.shell("cd '\(workshop.root)' && test -e started && cat etc/a.cfg > running"))
            )
            let outcome = try await workshop.deliver(first, with: deliverer, reload: stopped)
            guard case .degraded = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(workshop.text("etc/a.cfg") == "good\n")
            #expect(try workshop.plan(first, with: deliverer, reloads: true).action == .reloadOwed(.failed))
            let again = try await workshop.deliver(first, with: deliverer, reload: stopped)
            guard case .degraded = again.result else { return #expect(Bool(false), "\(again)") }

            #expect(
                await SubprocessRunner().run(["touch", "\(workshop.root)/started"], timeout: .seconds(20)).succeeded
            )
            let settled = await deliverer.settle(target: "edge", sensitive: false, reload: stopped)
            #expect(settled?.result == .reloaded)
            #expect(workshop.running == "good\n")
            #expect(await deliverer.settle(target: "edge", sensitive: false, reload: stopped) == nil)
        }
    }

    @Test("that fails too is a degraded target, and the reload stays owed over a restart")
    func degraded() async throws {
        try await Workshop.open { workshop in
            let good = workshop.desired(["a.cfg": "good\n"])
            do {
                let deliverer = try workshop.deliverer()
                try await workshop.deliver(good, with: deliverer, reload: workshop.balancer)
                let dead = ReloadSettings(CommandSettings(.shell("echo the balancer is gone; exit 3")))
                let outcome = try await workshop.deliver(
                    workshop.desired(["a.cfg": "new\n"]),
                    with: deliverer,
                    reload: dead
                )
                guard case .degraded(let reason) = outcome.result else { return #expect(Bool(false), "\(outcome)") }
                #expect(reason.contains("exit status 3: the balancer is gone"))
                #expect(workshop.text("etc/a.cfg") == "good\n")
            }
            let deliverer = try workshop.deliverer()
            #expect(deliverer.recover(target: "edge").reloadIsOwed)
            #expect(try workshop.plan(good, with: deliverer).action == .reloadOwed(.failed))
            let outcome = try await workshop.deliver(good, with: deliverer, reload: workshop.balancer)
            #expect(outcome.result == .reloaded)
            #expect(try workshop.listing() == ["a.cfg"])
        }
    }

    @Test("needs no second reload when the command could not even be started")
    func notStarted() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            try await workshop.deliver(
                workshop.desired(["a.cfg": "good\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "new\n"]),
                with: deliverer,
                reload: ReloadSettings(CommandSettings(.arguments(["/no/such/program"])))
            )
            guard case .rolledBack = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(outcome.secondReload == nil)
            #expect(workshop.text("etc/a.cfg") == "good\n")
            #expect(deliverer.ledger.record(of: "edge").intent == nil)
        }
    }

    @Test("leads to what was in force, not to what somebody else put there since")
    func overForeignChange() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            try await workshop.deliver(
                workshop.desired(["a.cfg": "good\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            try workshop.write("etc/a.cfg", "hand-made\n")
            try await workshop.deliver(
                workshop.desired(["a.cfg": "bad\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            #expect(workshop.text("etc/a.cfg") == "good\n")
            #expect(workshop.running == "good\n")
        }
    }

    @Test("from a rename that fails leads all files to what they were", arguments: ["a.cfg", "b.cfg", "c.cfg"])
    func failedRename(name: String) async throws {
        try await Workshop.open { workshop in
            let old = workshop.desired(["a.cfg": "a1\n", "b.cfg": "b1\n"])
            try await workshop.deliver(old, with: try workshop.deliverer(), reload: workshop.balancer)
            let victim = "\(workshop.etc)/\(name)"
            let deliverer = try workshop.deliverer(
                fileSystem: FaultyFileSystem { operation, path in
                    operation == .rename && path == victim ? FileFault(.rename, path, to: path, .ioError) : nil
                }
            )
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "a2\n", "b.cfg": "b2\n", "c.cfg": "c2\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            #expect(
                outcome.result == .failed(.commit(FileFault(.rename, victim, to: victim, .ioError), unrestored: []))
            )
            #expect(workshop.text("etc/a.cfg") == "a1\n")
            #expect(workshop.text("etc/b.cfg") == "b1\n")
            #expect(try workshop.listing() == ["a.cfg", "b.cfg"])
            #expect(deliverer.ledger.record(of: "edge").intent == nil)
            #expect(workshop.reloads == 1)
        }
    }

    @Test("works from kept contents where hard links are not allowed")
    func withoutLinks() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer(
                fileSystem: FaultyFileSystem { operation, path in
                    operation == .link ? FileFault(.link, path, .notPermitted) : nil
                }
            )
            try await workshop.deliver(
                workshop.desired(["a.cfg": "good\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            try await workshop.deliver(
                workshop.desired(["a.cfg": "bad\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            #expect(workshop.text("etc/a.cfg") == "good\n")
            #expect(workshop.running == "good\n")
            #expect(try workshop.listing() == ["a.cfg"])
        }
    }

    @Test("of a sensitive target needs no contents in the state directory, and shows none")
    func sensitive() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let loud = ReloadSettings(
                CommandSettings(.shell("cat '\(workshop.etc)/a.cfg'; ! grep -q bad '\(workshop.etc)/a.cfg'"))
            )
            try await workshop.deliver(
                workshop.desired(["a.cfg": "secret\n"]),
                with: deliverer,
                reload: loud,
                sensitive: true
            )
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "bad secret\n"]),
                with: deliverer,
                reload: loud,
                sensitive: true
            )
            guard case .rolledBack = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(workshop.text("etc/a.cfg") == "secret\n")
            #expect(try !workshop.stateContains("secret"))
            #expect(!"\(outcome)".contains("secret"))
            #expect(outcome.reload?.output.text.contains("secret") == false)
        }
    }

    @Test("is open even if the state directory cannot be written any more")
    func withoutState() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            try workshop.files.removeTree("\(workshop.root)/state")
            try workshop.write("state", "in the way")
            try await workshop.deliver(
                workshop.desired(["a.cfg": "good\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "bad\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            guard case .rolledBack = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(workshop.running == "good\n")
        }
    }

    @Test("outlives a crash of the machine also where files can have no second name")
    func durable() async throws {
        try await Workshop.open { workshop in
            let durable = Log<String>()
            let fileSystem = FaultyFileSystem { operation, path in
                if operation == .create, path.contains("/contents/") { durable.add(path) }
                return operation == .link ? FileFault(.link, path, .notPermitted) : nil
            }
            let state = try StateDirectory.open(
                path: "\(workshop.root)/state",
                configuration: "test",
                fileSystem: fileSystem
            )
            let deliverer = Deliverer(
                ledger: Ledger(state),
                workDirectory: state.workPath,
                fileSystem: fileSystem
            )
            try await workshop.deliver(workshop.desired(["a.cfg": "a\n"]), with: deliverer, reload: workshop.balancer)
            #expect(durable.all == [])
            try await workshop.deliver(workshop.desired(["a.cfg": "b\n"]), with: deliverer, reload: workshop.balancer)
            let hash = ContentHash(of: Array("a\n".utf8)).hexadecimal
            #expect(durable.all.contains { $0.contains(hash) }, "what lay there before is synced")
        }
    }
}
