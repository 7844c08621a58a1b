import Delivery
import State
import TestSupport
import Testing

/// A soak tries each step, and all of them several times; else every third does.
private let rounds = Installed.isSoak ? 3 : 1
private let distance = KillHarness.distance

@Suite("A delivery that is killed")
struct KillTests {
    private static let names = ["etc/a.cfg", "etc/link.cfg", "etc/map.lst"]

    private static func harness(_ workshop: Workshop) throws -> KillHarness {
        try workshop.files.makeDirectories("\(workshop.root)/real", mode: 0o755)
        try workshop.files.symbolicLink("\(workshop.etc)/link.cfg", to: "../real/b.cfg")
        return try KillHarness(workshop)
    }

    private static func expectNoLeftovers(_ workshop: Workshop, step: Int, kind: String) throws {
        let listing = try workshop.listing()
        #expect(listing == ["a.cfg", "link.cfg", "map.lst", "only-\(kind)"], "step \(step)")
        #expect(try workshop.files.entries(of: "\(workshop.root)/real") == ["b.cfg"], "step \(step)")
    }

    /// What follows a delivery that was killed.
    enum Next: String, CaseIterable, CustomTestStringConvertible {
        case same, previous, bad

        var testDescription: String { rawValue }
    }

    @Test(
        "at any step leaves each file old or new, and the next delivery settles it",
        arguments: Next.allCases,
        0..<rounds
    )
    func everyStep(next: Next, round: Int) async throws {
        try await Workshop.open { workshop in
            let harness = try Self.harness(workshop)
            var kills = 0
            for step in stride(from: 1 + (Next.allCases.firstIndex(of: next) ?? 0) % distance, to: .max, by: distance) {
                let (old, new) = ("old \(step)", next == .bad ? "bad \(step)" : "new \(step)")
                try await harness.settle(on: old)
                let killed = await harness.run(new, killAt: step)
                if killed.ending == .exited(next == .bad ? 1 : 0) { break }
                #expect(killed.ending == .signalled(9), "step \(step): \(killed.output.text)")
                kills += 1
                for name in Self.names {
                    let text = workshop.text(name)
                    #expect(
                        text == "\(old) in \(name)\n" || text == "\(new) in \(name)\n",
                        "step \(step): \(text ?? "-")"
                    )
                }
                let settled = next == .same ? new : old
                if next == .bad {
                    // The bad revision is refused or held back; either way the old one is in force.
                    let report = await harness.run(new, killAt: 0)
                    #expect(report.ending == .exited(1), "step \(step): \(report.output.text)")
                } else {
                    try await harness.settle(on: settled)
                }
                #expect(
                    workshop.text("running") == Self.names.map { "\(settled) in \($0)\n" }.joined(),
                    "step \(step)"
                )
                try Self.expectNoLeftovers(workshop, step: step, kind: next == .same ? "new" : "old")
            }
            print("killed at \(kills) points, then \(next.rawValue): each time wholly old or wholly new, and in force")
            #expect(kills > 60 / distance)
        }
    }

    @Test("before anything was there leaves each file absent or new", arguments: 0..<rounds)
    func firstEver(round: Int) async throws {
        var kills = 0
        for step in stride(from: 1, to: .max, by: distance) {
            let ended = try await Workshop.open { workshop in
                let harness = try Self.harness(workshop)
                let killed = await harness.run("new", killAt: step)
                if killed.ending == .exited(0) { return true }
                #expect(killed.ending == .signalled(9), "step \(step): \(killed.output.text)")
                for name in Self.names {
                    let text = workshop.text(name)
                    #expect(text == nil || text == "new in \(name)\n", "step \(step): \(text ?? "-")")
                }
                try await harness.settle(on: "new")
                #expect(workshop.text("running") == Self.names.map { "new in \($0)\n" }.joined(), "step \(step)")
                try Self.expectNoLeftovers(workshop, step: step, kind: "new")
                return false
            }
            if ended { break }
            kills += 1
        }
        #expect(kills > 30 / distance)
    }
}
