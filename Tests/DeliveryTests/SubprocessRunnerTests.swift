import Delivery
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("A command")
struct SubprocessRunnerTests {
    private let runner = SubprocessRunner(grace: .milliseconds(200))

    private func shell(_ text: String, timeout: Duration = .seconds(60)) async -> CommandReport {
        await runner.run(["/bin/sh", "-c", text], timeout: timeout)
    }

    @Test("is reported with its exit status and all its output")
    func exits() async {
        let report = await shell("echo out; echo err >&2; exit 7")
        #expect(report.ending == .exited(7))
        #expect(report.output.text == "out\nerr\n")
        #expect(report.summary == "exit status 7: err")
        #expect(!report.succeeded)
    }

    @Test("is reported with the signal that ended it")
    func signalled() async {
        #expect(await shell("kill -9 $$").ending == .signalled(9))
    }

    @Test("is found in PATH, and one that is not there is no crash")
    func lookup() async {
        #expect(await runner.run(["true"], timeout: .seconds(20)).succeeded)
        for arguments in [["/no/such/program"], ["no-such-program"], [""], []] {
            guard case .notStarted = await runner.run(arguments, timeout: .seconds(20)).ending else {
                Issue.record("\(arguments) was started")
                continue
            }
        }
    }

    @Test("that prints without end keeps head and tail")
    func bounded() async {
        let report = await shell("echo first; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last")
        #expect(report.ending == .exited(0))
        #expect(report.output.count == 3_000_012)
        #expect(report.output.head.count == BoundedOutput.limit)
        #expect(report.output.tail.count == BoundedOutput.limit)
        #expect(report.output.text.hasPrefix("first\nxxx"))
        #expect(report.output.text.hasSuffix("xxx\nlast\n"))
        #expect(report.output.text.contains("[2991820 bytes left out]"))
    }

    @Test("that forks a child which keeps its output open does not hang")
    func background() async {
        let report = await shell("sleep 1000 & echo $!; exit 0")
        #expect(report.ending == .exited(0))
        // Far from the thousand seconds it would take, and far from what a busy machine adds.
        #expect(report.duration < .seconds(120))
        // The child may be a balancer that was started on purpose: it lives.
        let child = Int32(tellingLine(of: report.output.text) ?? "") ?? 0
        #expect(child > 0 && kill(child, 0) == 0)
        if child > 0 { kill(child, SIGKILL) }
    }

    @Test(
        "that takes too long is ended with a child that ignores SIGTERM",
        arguments: [
            // The leader dies of the signal and leaves the child behind.
            "(trap '' TERM; echo $(exec sh -c 'echo $PPID'); while :; do sleep 0.05; done) & wait",
            // Both ignore it.
            "trap '' TERM; (echo $(exec sh -c 'echo $PPID'); while :; do sleep 0.05; done) & wait; while :; do sleep 0.05; done",
            // The output is closed and the command lives on.
            "(trap '' TERM; echo $(exec sh -c 'echo $PPID'); exec >/dev/null 2>&1; while :; do sleep 0.05; done) & sleep 0.05; exec sleep 1000 >/dev/null 2>&1",
        ]
    )
    func stubborn(script: String) async {
        let report = await shell(script, timeout: .milliseconds(300))
        #expect(report.ending == .timedOut(.milliseconds(300)))
        // Far from the thousand seconds it would take, and far from what a busy machine adds.
        #expect(report.duration < .seconds(120))
        guard let child = Int32(tellingLine(of: report.output.text) ?? ""), child > 0 else {
            Issue.record("the child did not say its process id: \(report.output.text)")
            return
        }
        // SIGKILL was sent before; on a busy machine it is a moment until the child is gone.
        #expect(await eventually { !isRunning(child) })
    }

    /// A killed process whose new parent has not reaped it is not running.
    private func isRunning(_ process: Int32) -> Bool {
        guard let bytes = try? processStatus(process) else { return false }
        let state = bytes.split(separator: ")").last?.split(separator: " ").first
        return state != "Z" && state != "X"
    }
}
