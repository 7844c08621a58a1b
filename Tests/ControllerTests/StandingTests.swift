import Controller
import FoundationEssentials
import Testing

@Suite struct StandingTests {
    /// A target as the status says it.
    private func target(
        _ name: String,
        _ state: StatusReport.Target.State,
        seconds: Double = 0,
        revision: String? = nil,
        waiting: [String] = [],
    ) throws -> StatusReport.Target {
        let waiting = waiting.map { #"{"what": "\#($0)", "seconds": \#(seconds)}"# }.joined(separator: ", ")
        let text = """
            {"name": "\(name)", "state": "\(state.rawValue)", "seconds": \(seconds), "files": [], "setAside": [],
             "holds": [], "draining": [], "damped": [], "reloads": 0, "failures": 0, "waiting": [\(waiting)],
             "revision": \(revision.map { "\"\($0)\"" } ?? "null")}
            """
        return try JSONDecoder().decode(StatusReport.Target.self, from: Data(text.utf8))
    }

    @Test func `all in force is ready`() throws {
        let standing = try Standing(targets: [target("a", .inForce), target("b", .inForce)])
        #expect(standing.isReady && standing.isStartable)
        #expect(standing.line == "2 targets in force")
    }

    @Test func `who waits is not ready until that is its state`() throws {
        let waiting = ["service web", "key limit"]
        let fresh = try Standing(targets: [target("edge", .waiting, seconds: 2.9, waiting: waiting)])
        #expect(!fresh.isReady && !fresh.isStartable)
        let standing = try Standing(
            targets: [target("a", .inForce), target("edge", .waiting, seconds: 3, waiting: waiting)]
        )
        #expect(standing.isReady && !standing.isStartable)
        #expect(standing.line == "1 target in force; edge: waiting for service web and 1 more")
    }

    @Test(arguments: [
        (StatusReport.Target.State.failed, nil, false), (.failed, "5f", true), (.templateFault, "5f", true),
        (.degraded, "5f", true), (.degraded, nil, false), (.inForce, "5f", true), (.waiting, "5f", false),
    ])
    func `a balancer starts with files that were in force`(
        state: StatusReport.Target.State,
        revision: String?,
        isStartable: Bool,
    ) throws {
        let standing = try Standing(targets: [target("a", state, revision: revision)])
        #expect(standing.isStartable == isStartable)
    }

    @Test func `many that are not in force are counted`() throws {
        let standing = try Standing(targets: (0..<7).map { try target("t\($0)", .failed) })
        #expect(standing.line.hasPrefix("0 targets in force; t0: failed; t1: failed;"))
        #expect(standing.line.hasSuffix("t4: failed; and 2 more"))
    }
}
