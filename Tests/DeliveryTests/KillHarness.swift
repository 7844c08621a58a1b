import Delivery
import State
import TestSupport
import Testing

/// Runs deliveries of a workshop in a process of their own, which kills itself at a step.
struct KillHarness: Sendable {
    let workshop: Workshop
    /// What goes behind the step.
    private let manner: [String]
    private let program: String

    /// From one step that is tried to the next: a soak tries them all.
    static let distance = Installed.isSoak ? 1 : 3

    init(_ workshop: Workshop, _ manner: String...) throws {
        self.workshop = workshop
        self.manner = manner
        // The harness is built beside the tests.
        program = "\(directoryName(of: try LocalFileSystem().linkTarget(of: "/proc/self/exe")))/delivery-kill-harness"
    }

    func run(_ contents: String, killAt step: Int) async -> CommandReport {
        await SubprocessRunner().run([program, workshop.root, contents, "\(step)"] + manner, timeout: .seconds(60))
    }

    /// Runs to the end, and expects that `contents` is in force.
    @discardableResult func settle(on contents: String) async throws -> CommandReport {
        let report = await run(contents, killAt: 0)
        #expect(report.ending == .exited(0), "\(report.output.text)")
        return report
    }
}
