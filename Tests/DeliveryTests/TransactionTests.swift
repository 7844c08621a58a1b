import Delivery
import Planning
import Settings
import State
import SystemPackage
import Testing

@Suite("A delivery")
struct TransactionTests {
    @Test("writes, reloads, and has nothing to do the second time or after a restart")
    func happyPath() async throws {
        try await Workshop.open { workshop in
            let files = workshop.desired(["a.cfg": "one\n", "b.cfg": "two\n"])
            do {
                let deliverer = try workshop.deliverer()
                let outcome = try await workshop.deliver(files, with: deliverer, reload: workshop.balancer)
                #expect(outcome.result == .reloaded)
                #expect(outcome.isInForce)
                #expect(workshop.running == "one\ntwo\n")
                let again = try await workshop.deliver(files, with: deliverer, reload: workshop.balancer)
                #expect(again.result == .unchanged)
            }
            let restarted = try workshop.deliverer()
            #expect(restarted.recover(target: "edge").result == .nothingLeft)
            #expect(try workshop.plan(files, with: restarted).action == .nothing)
            #expect(workshop.reloads == 1)
            #expect(try workshop.listing() == ["a.cfg", "b.cfg"])
        }
    }

    @Test("without a reload command is in force when it is written")
    func noReload() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let files = workshop.desired(["a.cfg": "one\n"])
            #expect(try await workshop.deliver(files, with: deliverer).result == .written)
            #expect(try workshop.plan(files, with: deliverer, reloads: false).action == .nothing)
        }
    }

    @Test("adopts files that are right already, and writes and reloads nothing")
    func adopts() async throws {
        try await Workshop.open { workshop in
            try workshop.write("etc/a.cfg", "one\n")
            let deliverer = try workshop.deliverer()
            let files = workshop.desired(["a.cfg": "one\n"])
            let outcome = try await workshop.deliver(files, with: deliverer, reload: workshop.balancer)
            #expect(outcome.result == .adopted)
            #expect(workshop.reloads == 0)
            #expect(try workshop.plan(files, with: deliverer).action == .nothing)
        }
    }

    @Test("takes its steps in order")
    func steps() async throws {
        try await Workshop.open { workshop in
            try workshop.write("etc/a.cfg", "old\n")
            let log = Log<DeliveryStep>()
            let deliverer = try workshop.deliverer(hook: { log.add($0) })
            let path = "\(workshop.etc)/a.cfg"
            try await workshop.deliver(
                workshop.desired(["a.cfg": "new\n"]),
                with: deliverer,
                check: CheckSettings(CommandSettings(.arguments(["true"]))),
                reload: workshop.balancer
            )
            #expect(
                log.all == [
                    .removeLeftovers, .recordTraces, .stage(path), .check, .keepPrevious(path), .recordIntent,
                    .rename(path),
                    .synchronize, .reload, .recordInForce, .cleanUp,
                ]
            )
        }
    }

    @Test("keeps mode and owner of the file there is, and gives a new one what was asked")
    func attributes() async throws {
        try await Workshop.open { workshop in
            try workshop.write("etc/a.cfg", "old\n", mode: 0o640)
            let root = try #require(try workshop.files.status(of: workshop.root, followingLinks: true)).attributes.user
            let owner: (user: UInt32, group: UInt32)? = root == 0 ? (12345, 23456) : nil
            if let owner {
                try workshop.files.apply(
                    FileAttributes(mode: 0o640, user: owner.user, group: owner.group),
                    to: "\(workshop.etc)/a.cfg"
                )
            }
            var files = workshop.desired(["a.cfg": "new\n", "b.cfg": "b\n", "c.cfg": "c\n"])
            files[2].mode = 0o4600
            let deliverer = try workshop.deliverer()
            #expect(try await workshop.deliver(files, with: deliverer).result == .written)
            func attributes(_ name: String) throws -> FileAttributes {
                try #require(try workshop.files.status(of: "\(workshop.etc)/\(name)", followingLinks: false)).attributes
            }
            #expect(try attributes("a.cfg").mode == 0o640)
            if let owner { #expect(try attributes("a.cfg").user == owner.user) }
            if let owner { #expect(try attributes("a.cfg").group == owner.group) }
            #expect(try attributes("b.cfg").mode == 0o644)
            #expect(try attributes("c.cfg").mode == 0o4600)
        }
    }

    @Test("changes only mode and owner where only they differ, without a reload")
    func attributesOnly() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            var files = workshop.desired(["a.cfg": "one\n"])
            try await workshop.deliver(files, with: deliverer, reload: workshop.balancer)
            files[0].mode = 0o600
            let outcome = try await workshop.deliver(files, with: deliverer, reload: workshop.balancer)
            #expect(outcome.result == .attributesChanged)
            #expect(workshop.reloads == 1)
            let status = try workshop.files.status(of: "\(workshop.etc)/a.cfg", followingLinks: false)
            #expect(status?.attributes.mode == 0o600)
            #expect(try workshop.plan(files, with: deliverer).action == .nothing)
        }
    }

    @Test("follows symbolic links, keeps them, and makes the file that a dangling one leads to")
    func links() async throws {
        try await Workshop.open { workshop in
            try workshop.files.makeDirectories("\(workshop.root)/real", mode: 0o755)
            try workshop.write("real/a.cfg", "old\n")
            try workshop.files.symbolicLink("\(workshop.root)/real/middle", to: "a.cfg")
            try workshop.files.symbolicLink("\(workshop.etc)/a.cfg", to: "../real/middle")
            try workshop.files.symbolicLink("\(workshop.etc)/b.cfg", to: "\(workshop.root)/real/b.cfg")
            let deliverer = try workshop.deliverer()
            let files = workshop.desired(["a.cfg": "new\n", "b.cfg": "b\n"])
            let outcome = try await workshop.deliver(files, with: deliverer, reload: workshop.balancer)
            #expect(outcome.result == .reloaded)
            for link in ["a.cfg", "b.cfg"] {
                let status = try workshop.files.status(of: "\(workshop.etc)/\(link)", followingLinks: false)
                #expect(status?.kind == .symbolicLink)
            }
            #expect(workshop.text("real/a.cfg") == "new\n")
            #expect(workshop.text("real/b.cfg") == "b\n")
            #expect(try workshop.files.entries(of: "\(workshop.root)/real") == ["a.cfg", "b.cfg", "middle"])
        }
    }

    @Test("refuses links that go round, and two destinations that are one file")
    func badLinks() async throws {
        try await Workshop.open { workshop in
            try workshop.files.symbolicLink("\(workshop.etc)/b.cfg", to: "a.cfg")
            let deliverer = try workshop.deliverer()
            let same = try await workshop.deliver(
                workshop.desired(["a.cfg": "x\n", "b.cfg": "y\n"]),
                with: deliverer
            )
            #expect(same.result == .failed(.sameFile("\(workshop.etc)/a.cfg", "\(workshop.etc)/b.cfg")))
            #expect(try workshop.listing() == ["b.cfg"])
            try workshop.files.symbolicLink("\(workshop.etc)/a.cfg", to: "b.cfg")
            #expect(throws: (any Error).self) { try workshop.plan(workshop.desired(["a.cfg": "x\n"]), with: deliverer) }
        }
    }

    @Test("finishes what it began when its task is cancelled")
    func cancelled() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let plan = try workshop.plan(workshop.desired(["a.cfg": "one\n"]), with: deliverer)
            let task = Task { await deliverer.deliver(plan, check: nil, reload: workshop.balancer) }
            task.cancel()
            #expect(await task.value.result == .reloaded)
            #expect(workshop.running == "one\n")
        }
    }

    @Test("takes away what killed runs left, and nothing that is not its own")
    func leftovers() async throws {
        try await Workshop.open { workshop in
            try workshop.write("etc/.a.cfg.headgate-0123456789abcdef", "half")
            try workshop.write("etc/.a.cfg.headgate-keep", "not ours")
            try workshop.write("etc/.z.cfg.headgate-0123456789abcdef", "another's")
            let deliverer = try workshop.deliverer()
            try await workshop.deliver(workshop.desired(["a.cfg": "one\n"]), with: deliverer)
            #expect(
                try workshop.listing() == [
                    ".a.cfg.headgate-keep", ".z.cfg.headgate-0123456789abcdef", "a.cfg",
                ]
            )
        }
    }

    @Test("never runs two reloads of one balancer at once")
    func turns() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let reload = ReloadSettings(
                CommandSettings(
                    .shell("cd '\(workshop.root)' && mkdir busy && sleep 0.05 && rmdir busy"),
                    timeout: .seconds(20)
                )
            )
            let results = await withTaskGroup(of: DeliveryOutcome.Result?.self) { group in
                for index in 0..<4 {
                    group.addTask {
                        let file = DesiredFile(destination: "\(workshop.etc)/\(index).cfg", bytes: [10])
                        guard let observed = try? observe([file]) else { return nil }
                        let planner = Planner(target: "target \(index)", reloads: true)
                        let plan = planner.plan(observed, record: deliverer.ledger.record(of: "target \(index)"))
                        return await deliverer.deliver(plan, check: nil, reload: reload).result
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results == [.reloaded, .reloaded, .reloaded, .reloaded])
        }
    }
}
