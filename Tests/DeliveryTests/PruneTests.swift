import Delivery
import Planning
import Settings
import State
import SystemPackage
import TestSupport
import Testing

@Suite("A file that a target no longer writes")
struct PruneTests {
    @Test(
        "is taken away with the delivery that leaves it out, and is in the plan and its diff",
        arguments: [false, true]
    )
    func prune(reloads: Bool) async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let reload = reloads ? workshop.balancer : nil
            try await workshop.deliverAndPrune(
                workshop.desired(["a.cfg": "a\n", "b.cfg": "b\n"]),
                with: deliverer,
                reload: reload
            )
            let (outcome, plan) = try await workshop.deliverAndPrune(
                workshop.desired(["a.cfg": "a\n"]),
                with: deliverer,
                reload: reload
            )
            #expect(outcome.result == (reloads ? .reloaded : .written))
            #expect("\(plan)".contains("b.cfg removed"))
            #expect(String(decoding: plan.unifiedDiff(), as: UTF8.self).contains("+++ /dev/null"))
            #expect(try workshop.listing() == ["a.cfg"])
            if reloads { #expect(workshop.running == "a\n") }
            let (again, nothing) = try await workshop.deliverAndPrune(
                workshop.desired(["a.cfg": "a\n"]),
                with: deliverer,
                reload: reload
            )
            #expect(again.result == .unchanged)
            #expect(nothing.action == .nothing)
        }
    }

    @Test("stays if somebody else has changed it since, or if another target writes it now")
    func foreign() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            try await workshop.deliverAndPrune(
                workshop.desired(["a.cfg": "a\n", "b.cfg": "b\n", "c.cfg": "c\n"]),
                with: deliverer
            )
            try workshop.write("etc/b.cfg", "mine\n")
            let (outcome, _) = try await workshop.deliverAndPrune(
                workshop.desired(["a.cfg": "new\n"]),
                with: deliverer,
                others: ["\(workshop.etc)/c.cfg"]
            )
            #expect(outcome.result == .written)
            #expect(outcome.notes.contains { $0.contains("b.cfg") && $0.contains("it stays") })
            #expect(try workshop.listing() == ["a.cfg", "b.cfg", "c.cfg"])
        }
    }

    @Test("comes back when the reload without it fails")
    func wayBack() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            try await workshop.deliverAndPrune(
                workshop.desired(["a.cfg": "a\n", "b.cfg": "b\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            let (outcome, _) = try await workshop.deliverAndPrune(
                workshop.desired(["a.cfg": "bad\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            #expect(outcome.result.label == "rolled back")
            #expect(try workshop.listing() == ["a.cfg", "b.cfg"])
            #expect(workshop.text("etc/b.cfg") == "b\n")
            #expect(workshop.running == "a\nb\n")
        }
    }

    @Test("comes back when it cannot be taken away")
    func removalFails() async throws {
        try await Workshop.open { workshop in
            try await workshop.deliverAndPrune(
                workshop.desired(["a.cfg": "a\n", "b.cfg": "b\n", "c.cfg": "c\n"]),
                with: try workshop.deliverer(),
                reload: workshop.balancer
            )
            let failing = try workshop.deliverer(
                fileSystem: FaultyFileSystem { operation, path in
                    operation == .remove && path.hasSuffix("/c.cfg") ? FileFault(.remove, path, .ioError) : nil
                }
            )
            let (outcome, _) = try await workshop.deliverAndPrune(
                workshop.desired(["a.cfg": "new\n"]),
                with: failing,
                reload: workshop.balancer
            )
            #expect(outcome.result.label == "failed")
            #expect(try workshop.listing() == ["a.cfg", "b.cfg", "c.cfg"])
            #expect(workshop.text("etc/a.cfg") == "a\n")
            #expect(workshop.reloads == 1)
        }
    }

    @Test(
        "is not there for the check",
        arguments: [
            CheckSettings(CommandSettings(.shell("test -e {staged_dir}/a.cfg && ! test -e {staged_dir}/b.cfg"))),
            CheckSettings(
                CommandSettings(.shell("test -s {staged_dir}/a.cfg && ! test -s {staged_dir}/b.cfg")),
                isolation: .mount
            ),
        ]
    )
    func check(check: CheckSettings) async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            try await workshop.deliverAndPrune(workshop.desired(["a.cfg": "a\n", "b.cfg": "b\n"]), with: deliverer)
            let (outcome, _) = try await workshop.deliverAndPrune(
                workshop.desired(["a.cfg": "new\n"]),
                with: deliverer,
                check: check
            )
            if case .failed(.isolationUnavailable) = outcome.result { return }
            #expect(outcome.result == .written, "\(outcome) \(outcome.check?.output.text ?? "")")
            #expect(try workshop.listing() == ["a.cfg"])
        }
    }

    @Test(
        "stays if its path leads to a file that is still written, by this target or another",
        arguments: ["ln -s new.cfg a.cfg", "mkdir d && mv new.cfg d && ln -s d e"],
        [false, true]
    )
    func otherName(links: String, isOthers: Bool) async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            try workshop.write("etc/new.cfg", "a\n")
            _ = await SubprocessRunner().run(["/bin/sh", "-c", links], in: workshop.etc, timeout: .seconds(20))
            let (old, new) = links.contains("mkdir") ? ("e/new.cfg", "d/new.cfg") : ("a.cfg", "new.cfg")
            try await workshop.deliverAndPrune(workshop.desired(["\(old)": "a\n", "b.cfg": "b\n"]), with: deliverer)
            let files =
                isOthers ? workshop.desired(["b.cfg": "b\n"]) : workshop.desired(["\(new)": "a\n", "b.cfg": "b\n"])
            let record = deliverer.ledger.record(of: "edge")
            let others = isOthers ? ["\(workshop.etc)/\(new)"] : []
            #expect(observeObsolete(record.manifest, besides: files, others: others) == [])
            #expect(observeObsolete(record.manifest, besides: []).count == 2)
        }
    }

    @Test("may be the last one: the check has its directory, and a revision without files can be gone back to")
    func last() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let check = CheckSettings(CommandSettings(.shell("cd {staged_dir} && ! ls *.cfg")))
            try await workshop.deliverAndPrune(workshop.desired(["a.cfg": "a\n"]), with: deliverer)
            let (outcome, _) = try await workshop.deliverAndPrune([], with: deliverer, check: check)
            #expect(outcome.result == .written, "\(outcome)")
            #expect(try workshop.listing() == [])
            let reload = ReloadSettings(
                CommandSettings(.shell("! test -e '\(workshop.etc)/a.cfg'"), timeout: .seconds(20))
            )
            let (refused, _) = try await workshop.deliverAndPrune(
                workshop.desired(["a.cfg": "a\n"]),
                with: deliverer,
                reload: reload
            )
            #expect(refused.result.label == "rolled back")
            #expect(try workshop.listing() == [])
        }
    }
}
