import Delivery
import State
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A soak tries each step, and all of them several times; else every third does.
private let rounds = isSoaking ? 3 : 1
private let distance = isSoaking ? 1 : 3

private var isSoaking: Bool {
    // C's environment is a pointer; only whether it is there counts.
    unsafe getenv("HEADGATE_SOAK") != nil
}

@Suite("A delivery that is killed")
struct KillTests {
    private static let names = ["etc/a.cfg", "etc/link.cfg", "etc/map.lst"]

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
            let harness = try Harness(workshop)
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
                try harness.expectNoLeftovers(step: step, kind: next == .same ? "new" : "old")
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
                let harness = try Harness(workshop)
                let killed = await harness.run("new", killAt: step)
                if killed.ending == .exited(0) { return true }
                #expect(killed.ending == .signalled(9), "step \(step): \(killed.output.text)")
                for name in Self.names {
                    let text = workshop.text(name)
                    #expect(text == nil || text == "new in \(name)\n", "step \(step): \(text ?? "-")")
                }
                try await harness.settle(on: "new")
                #expect(workshop.text("running") == Self.names.map { "new in \($0)\n" }.joined(), "step \(step)")
                try harness.expectNoLeftovers(step: step, kind: "new")
                return false
            }
            if ended { break }
            kills += 1
        }
        #expect(kills > 30 / distance)
    }
}

/// Runs deliveries in a process of their own.
private struct Harness {
    let workshop: Workshop
    private let program: String

    init(_ workshop: Workshop) throws {
        self.workshop = workshop
        // The harness is built beside the tests.
        program = "\(directoryName(of: try LocalFileSystem().linkTarget(of: "/proc/self/exe")))/delivery-kill-harness"
        try workshop.files.makeDirectories("\(workshop.root)/real", mode: 0o755)
        try workshop.files.symbolicLink("\(workshop.etc)/link.cfg", to: "../real/b.cfg")
    }

    func run(_ contents: String, killAt step: Int) async -> CommandReport {
        await SubprocessRunner().run([program, workshop.root, contents, "\(step)"], timeout: .seconds(60))
    }

    func settle(on contents: String) async throws {
        let report = await run(contents, killAt: 0)
        #expect(report.ending == .exited(0), "\(report.output.text)")
    }

    func expectNoLeftovers(step: Int, kind: String) throws {
        let listing = try workshop.listing()
        #expect(listing == ["a.cfg", "link.cfg", "map.lst", "only-\(kind)"], "step \(step)")
        #expect(try workshop.files.entries(of: "\(workshop.root)/real") == ["b.cfg"], "step \(step)")
    }
}
