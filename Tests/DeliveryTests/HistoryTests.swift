import Delivery
import Planning
import Settings
import State
import Testing

@Suite("The history")
struct HistoryTests {
    @Test("names every outcome with its reason, what the balancer said, and the contents")
    func outcomes() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            let check = CheckSettings(CommandSettings(.shell("! grep -n ugly {staged}")))
            for text in ["one\n", "bad\n", "ugly\n", "two\n"] {
                var plan = try workshop.plan(workshop.desired(["a.cfg": text]), with: deliverer)
                plan.reason = "service web: \(text)"
                _ = await deliverer.deliver(plan, check: check, reload: workshop.balancer)
            }
            let history = deliverer.ledger.history(of: "edge")
            #expect(history.map(\.outcome) == ["reloaded", "rolled back", "check failed", "reloaded"])
            #expect(history.map(\.isInForce) == [true, false, false, true])
            #expect(history[1].detail.contains("exit status 1"))
            #expect(history[2].detail.contains("ugly"))
            #expect(history[3].reason == "service web: two\n")
            #expect(
                history.map { deliverer.ledger.contents($0.files[0].contents, for: "edge") }
                    == ["one\n", "bad\n", "ugly\n", "two\n"].map { Array($0.utf8) }
            )
        }
    }

    @Test("of a sensitive target holds no contents, on disk or in memory")
    func sensitive() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            for text in ["secret one\n", "secret two\n"] {
                try await workshop.deliver(
                    workshop.desired(["a.cfg": text]),
                    with: deliverer,
                    reload: workshop.balancer,
                    sensitive: true
                )
            }
            let history = deliverer.ledger.history(of: "edge")
            #expect(history.map(\.outcome) == ["reloaded", "reloaded"])
            #expect(history.allSatisfy { $0.files.isEmpty })
            #expect(deliverer.ledger.contents(ContentHash(of: Array("secret one\n".utf8)), for: "edge") == nil)
            #expect(try !workshop.stateContains("secret"))
        }
    }

    @Test("keeps contents as long as an entry or a way back needs them")
    func contents() async throws {
        try await Workshop.open { workshop in
            let state = try StateDirectory.open(path: "\(workshop.root)/state", configuration: "test")
            let deliverer = Deliverer(ledger: Ledger(state, depth: 3), workDirectory: state.workPath, now: { 1 })
            for number in 1...10 {
                try await workshop.deliver(workshop.desired(["a.cfg": "\(number)\n"]), with: deliverer)
            }
            let kept = (1...10).filter {
                deliverer.ledger.contents(ContentHash(of: Array("\($0)\n".utf8)), for: "edge") != nil
            }
            #expect(kept == [8, 9, 10])
        }
    }

    @Test("is not crowded out by what fails, keeps no more contents than that, and is the same on disk")
    func failures() async throws {
        try await Workshop.open { workshop in
            let state = try StateDirectory.open(path: "\(workshop.root)/state", configuration: "test")
            let deliverer = Deliverer(ledger: Ledger(state, depth: 6), workDirectory: state.workPath, now: { 1 })
            let check = CheckSettings(CommandSettings(.shell("! grep -q ugly {staged}")))
            for text in ["one\n", "two\n", "three\n"] + (0..<10).map({ "ugly \($0)\n" }) {
                try await workshop.deliver(workshop.desired(["a.cfg": text]), with: deliverer, check: check)
            }
            let history = deliverer.ledger.history(of: "edge")
            #expect(history.map(\.number) == [1, 2, 3, 11, 12, 13])
            #expect(
                try StateDirectory.reading(at: state.path).journal(of: "edge")?.history.map(\.number)
                    == history.map(\.number)
            )
            let directories = try workshop.files.entries(of: "\(state.path)/targets")
            #expect(
                try workshop.files.entries(of: "\(state.path)/targets/\(directories[0])/contents").count
                    == history.count
            )
        }
    }
}
