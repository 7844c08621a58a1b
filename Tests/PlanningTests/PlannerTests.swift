import Planning
import State
import Testing

@Suite("The planner")
struct PlannerTests {
    private let planner = Planner(target: "edge", reloads: true)

    private func file(
        _ wanted: String,
        onDisk: String?,
        at destination: String = "/etc/edge/edge.cfg",
        mode: UInt16? = nil,
        modeOnDisk: UInt16 = 0o644,
    ) -> ObservedFile {
        ObservedFile(
            desired: DesiredFile(destination: destination, bytes: Array(wanted.utf8), mode: mode),
            onDisk: onDisk.map {
                FileOnDisk(
                    contents: Array($0.utf8),
                    attributes: FileAttributes(mode: modeOnDisk, user: 0, group: 0)
                )
            }
        )
    }

    private func hash(_ text: String) -> ContentHash { ContentHash(of: Array(text.utf8)) }

    private func revision(_ text: String, at destination: String = "/etc/edge/edge.cfg") -> Revision {
        Revision(of: [(destination, hash(text))])
    }

    private func inForce(_ text: String, at destination: String = "/etc/edge/edge.cfg") -> InForce {
        InForce(
            revision: revision(text),
            files: [FileRecord(destination: destination, contents: hash(text))],
            since: 1,
            reason: "reloaded"
        )
    }

    private func intent(_ stage: Intent.Stage, to new: String, from old: String) -> Intent {
        Intent(
            revision: revision(new),
            stage: stage,
            files: [
                IntendedFile(
                    destination: "/etc/edge/edge.cfg",
                    path: "/etc/edge/edge.cfg",
                    before: .init(contents: hash(old), attributes: FileAttributes(mode: 0o644)),
                    after: hash(new)
                )
            ],
            started: 1,
            reason: ""
        )
    }

    private func failed(_ text: String) -> FailedRevision {
        FailedRevision(revision: revision(text), reason: "exit status 1", at: 1, attempts: 1)
    }

    @Test("does nothing when what is rendered is on disk and in force")
    func nothing() {
        let plan = planner.plan(
            [file("a\n", onDisk: "a\n")],
            record: TargetRecord(target: "edge", inForce: inForce("a\n"))
        )
        #expect(plan.action == .nothing)
        #expect("\(plan)" == "nothing")
        #expect(!plan.changesAnything)
        #expect(plan.unifiedDiff().isEmpty)
    }

    @Test("reloads for a change and says which file and how many lines")
    func change() {
        let plan = planner.plan(
            [file("a\nx\ny\nz\n", onDisk: "a\nb\n")],
            record: TargetRecord(target: "edge", inForce: inForce("a\nb\n"))
        )
        #expect(plan.action == .reload)
        #expect("\(plan)" == "reload: edge.cfg changed (+3 -1)")
        #expect(plan.changesAnything)
        let diff = String(decoding: plan.unifiedDiff(), as: UTF8.self)
        #expect(diff == "--- /etc/edge/edge.cfg\n+++ /etc/edge/edge.cfg\n@@ -1,2 +1,4 @@\n a\n-b\n+x\n+y\n+z\n")
    }

    @Test("writes only, where there is nothing to reload")
    func writeOnly() {
        let plan = Planner(target: "edge", reloads: false).plan(
            [file("b\n", onDisk: nil)],
            record: TargetRecord(target: "edge")
        )
        #expect(plan.action == .write)
        #expect("\(plan)" == "write: edge.cfg created (+1 -0)")
        #expect(String(decoding: plan.unifiedDiff(), as: UTF8.self).hasPrefix("--- /dev/null\n"))
    }

    @Test(
        "owes the reload that has not succeeded",
        arguments: [
            (Intent.Stage.committing, Plan.Debt.interrupted), (.written, .interrupted), (.undoing, .failed),
            (.undone, .failed),
        ]
    )
    func owed(stage: Intent.Stage, debt: Plan.Debt) {
        let record = TargetRecord(
            target: "edge",
            inForce: inForce("a\n"),
            intent: intent(stage, to: "b\n", from: "a\n")
        )
        let onDisk = debt == .failed ? "a\n" : "b\n"
        let plan = planner.plan([file(onDisk, onDisk: onDisk)], record: record)
        #expect(plan.action == .reloadOwed(debt))
        #expect("\(plan)".hasPrefix("reload owed: "))
    }

    @Test("owes a reload of files that headgate did not write and nobody has proven")
    func unproven() {
        let plan = planner.plan(
            [file("b\n", onDisk: "b\n")],
            record: TargetRecord(target: "edge", inForce: inForce("a\n"))
        )
        #expect(plan.action == .reloadOwed(.unproven))
    }

    @Test("adopts what is on disk when nothing is known")
    func adopt() {
        let plan = planner.plan([file("a\n", onDisk: "a\n")], record: TargetRecord(target: "edge"))
        #expect(plan.action == .adopt)
        #expect(!plan.changesAnything)
    }

    @Test("rewrites what somebody else changed, and says so")
    func foreign() {
        let plan = planner.plan(
            [file("a\n", onDisk: "a\nhand-made\n")],
            record: TargetRecord(target: "edge", inForce: inForce("a\n"))
        )
        #expect(plan.action == .reload)
        #expect("\(plan)" == "reload: edge.cfg changed by somebody else (+0 -1)")
    }

    @Test("rewrites what somebody else removed, and says so")
    func removed() {
        let plan = planner.plan(
            [file("a\n", onDisk: nil)],
            record: TargetRecord(target: "edge", inForce: inForce("a\n"))
        )
        #expect(plan.action == .reload)
        #expect("\(plan)" == "reload: edge.cfg removed by somebody else (+1 -0)")
    }

    @Test("does not blame somebody else for what its own interrupted delivery wrote")
    func notForeign() {
        let record = TargetRecord(
            target: "edge",
            inForce: inForce("a\n"),
            intent: intent(.written, to: "b\n", from: "a\n")
        )
        let plan = planner.plan([file("c\n", onDisk: "b\n")], record: record)
        #expect("\(plan)" == "reload: edge.cfg changed (+1 -1)")
    }

    @Test("changes a mode without a reload")
    func attributes() {
        let plan = planner.plan(
            [file("a\n", onDisk: "a\n", mode: 0o640)],
            record: TargetRecord(target: "edge", inForce: inForce("a\n"))
        )
        #expect(plan.action == .attributes)
        #expect("\(plan)" == "attributes: edge.cfg mode 0644 → 0640")
    }

    @Test("keeps mode and owner that nobody asked to change")
    func keepsAttributes() {
        let plan = planner.plan(
            [file("b\n", onDisk: "a\n", modeOnDisk: 0o600)],
            record: TargetRecord(target: "edge")
        )
        #expect(plan.changes[0].attributes == FileAttributes(mode: 0o600, user: 0, group: 0))
    }

    @Test("does not try a failed revision again, unless asked or something changed")
    func failedBefore() {
        let record = TargetRecord(target: "edge", inForce: inForce("a\n"), failed: failed("bad\n"))
        let files = [file("bad\n", onDisk: "a\n")]
        #expect(planner.plan(files, record: record).action == .heldBack(failed("bad\n"), reloadOwed: false))
        #expect(planner.plan(files, record: record, retryingFailed: true).action == .reload)
        #expect(planner.plan([file("good\n", onDisk: "a\n")], record: record).action == .reload)
    }

    @Test("holds a failed revision back and still owes the reload on the previous files")
    func heldBackAndOwed() {
        let record = TargetRecord(
            target: "edge",
            inForce: inForce("a\n"),
            intent: intent(.undone, to: "bad\n", from: "a\n"),
            failed: failed("bad\n")
        )
        let plan = planner.plan([file("bad\n", onDisk: "a\n")], record: record)
        #expect(plan.action == .heldBack(failed("bad\n"), reloadOwed: true))
        #expect(plan.changesAnything)
    }

    @Test("finishes an interrupted retry of a failed revision")
    func interruptedRetry() {
        let record = TargetRecord(
            target: "edge",
            inForce: inForce("a\n"),
            intent: intent(.written, to: "b\n", from: "a\n"),
            failed: failed("b\n")
        )
        #expect(planner.plan([file("b\n", onDisk: "b\n")], record: record).action == .reloadOwed(.interrupted))
    }

    @Test("shows no contents of a sensitive target, only how many lines change")
    func sensitive() {
        let plan = Planner(target: "edge", sensitive: true, reloads: true).plan(
            [file("secret-new\n", onDisk: "secret-old\n")],
            record: TargetRecord(target: "edge")
        )
        let shown = String(decoding: plan.unifiedDiff(), as: UTF8.self) + "\(plan)"
        #expect(!shown.contains("secret"))
        #expect(shown.contains("+1 -1"))
        #expect(PlanReport(plan).files[0].diff == nil)
    }

    @Test("names a file by its whole path where the name alone is not unique")
    func ambiguousNames() {
        let plan = planner.plan(
            [file("b\n", onDisk: "a\n", at: "/etc/one/x.cfg"), file("b\n", onDisk: "a\n", at: "/etc/two/x.cfg")],
            record: TargetRecord(target: "edge")
        )
        #expect("\(plan)" == "reload: /etc/one/x.cfg changed (+1 -1), /etc/two/x.cfg changed (+1 -1)")
    }

    @Test("gives one revision whatever the order of the files, and another for another byte or place")
    func revisions() {
        let first = ("/a", hash("1"))
        let second = ("/b", hash("2"))
        #expect(Revision(of: [first, second]) == Revision(of: [second, first]))
        #expect(Revision(of: [first, second]) != Revision(of: [("/a", hash("2")), ("/b", hash("1"))]))
        #expect(Revision(of: [first]) != Revision(of: [first, second]))
    }
}
