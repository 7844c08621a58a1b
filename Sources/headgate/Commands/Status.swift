import ArgumentParser
import Controller
import Diagnostics
import Settings
import State
import Status

/// `headgate status`: what a running headgate says of itself.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a running headgate says of itself.",
        discussion: """
            Asks over the control socket in the state directory, so give the configuration that headgate runs with, or \
            the socket.

            Examples:
              headgate status --config /etc/headgate/headgate.yaml
              headgate status --socket /var/lib/headgate/1f3a…/control.sock --json
            """,
    )

    @OptionGroup var control: ControlOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let report = try await control.ask { client throws(ControlClient.Fault) in try await client.status() }
        if json { StandardStream.output.write(json: report) } else { print(report) }
    }

    private func print(_ live: StatusReport.Live) {
        let leaving = live.leaving.isEmpty ? "" : "; servers to be deleted: \(live.leaving.count)"
        StandardStream.output.write(line: "    changes made live: \(live.changes)\(leaving)")
        if let fault = live.fault { StandardStream.output.write(line: "    HAProxy cannot be asked: \(fault)") }
        for difference in live.differences.prefix(10) {
            StandardStream.output.write(line: "    runs differently: \(difference)")
        }
    }

    private func print(_ report: StatusReport) {
        if let refused = report.refusedConfiguration {
            let age = Duration.seconds(refused.seconds).readable
            StandardStream.output.write(
                line: "configuration: refused \(age) ago, the one of before goes on until SIGHUP reads a good one"
            )
            for fault in refused.faults { StandardStream.output.write(line: "    \(fault)") }
        }
        for registry in report.registries {
            let state = "\(registry.state.rawValue) for \(Duration.seconds(registry.seconds).readable)"
            StandardStream.output.write(
                line:
                    "registry \(registry.name): \(state), \(registry.answered) of \(registry.queries) queries answered"
            )
            if let fault = registry.fault { StandardStream.output.write(line: "    \(fault)") }
            if let hint = registry.hint, !hint.isEmpty { StandardStream.output.write(line: "    hint: \(hint)") }
        }
        for target in report.targets {
            let revision = target.revision.map { ", revision \($0.prefix(12))" } ?? ""
            StandardStream.output.write(
                line: "target \(target.name): \(target.state.rawValue) for "
                    + "\(Duration.seconds(target.seconds).readable)\(revision), "
                    + "\(counted(target.reloads, "reload")), \(counted(target.failures, "failure"))"
            )
            if let age = target.snapshotAgeSeconds {
                StandardStream.output.write(
                    line:
                        "    works from the snapshot on disk, \(Duration.seconds(age).readable) old: a registry has not "
                        + "answered yet"
                )
            }
            for waiting in target.waiting {
                StandardStream.output.write(
                    line: "    waiting since \(Duration.seconds(waiting.seconds).readable) for \(waiting.what)"
                )
            }
            if let fault = target.fault {
                for line in fault.split(separator: "\n", omittingEmptySubsequences: false) {
                    StandardStream.output.write(line: "    \(line)")
                }
            }
            if let number = target.pinnedRevision {
                StandardStream.output.write(line: "    revision \(number) stays in force until `headgate release`")
            }
            if let retry = target.retrySeconds {
                StandardStream.output.write(line: "    tried again in \(Duration.seconds(retry).readable)")
            }
            for hold in target.holds {
                let end = hold.endsInSeconds.map { "ends in \(Duration.seconds($0).readable); " } ?? ""
                let kept = hold.kept.prefix(5).joined(separator: ", ")
                let more = hold.kept.count > 5 ? " and \(hold.kept.count - 5) more" : ""
                StandardStream.output.write(
                    line: "    held \(hold.query) (\(hold.reason)) since \(Duration.seconds(hold.seconds).readable): "
                        + "\(kept)\(more) kept; \(end)\(hold.ending)"
                )
            }
            if let last = target.draining.map(\.endsInSeconds).max() {
                let instances = Set(target.draining.map(\.instance)).sorted()
                let more = instances.count > 5 ? " and \(instances.count - 5) more" : ""
                StandardStream.output.write(
                    line: "    \(instances.count) draining, the last for \(Duration.seconds(last).readable): "
                        + "\(instances.prefix(5).joined(separator: ", "))\(more)"
                )
            }
            if let live = target.live { print(live) }
            for damped in target.damped {
                StandardStream.output.write(
                    line: "    damped \(damped.instance) (\(damped.query)) since "
                        + "\(Duration.seconds(damped.seconds).readable): \(damped.changes) changes; let in after "
                        + "\(Duration.seconds(damped.endsInSeconds).readable) without another"
                )
            }
            for instance in target.setAside {
                StandardStream.output.write(
                    line: "    set aside: \(instance.registrant): \(instance.reason)"
                )
            }
        }
    }
}
