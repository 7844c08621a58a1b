import ArgumentParser
import Controller
import Delivery
import Settings
import State
import Status

/// `headgate release`: let go of what guards hold.
struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let go of what is held: by a guard, by a rollback, or since somebody else changed the files.",
        discussion: """
            A guard holds a change that looks like a fault of the registry: what was lost stays in force until the registry \
            has proved it. `headgate status` shows what is held and what ends it. Without --query a revision that \
            `headgate rollback` has put in force is let go of, too, and with `drift: hold` what somebody else has changed \
            is overwritten.

            Examples:
              headgate release --config /etc/headgate/headgate.yaml
              headgate release --config headgate.yaml --target edge --query "service web"
            """,
    )

    @OptionGroup var control: ControlOptions
    @OptionGroup var log: LogOptions

    @Option(help: ArgumentHelp("One target; all unless said.", valueName: "name"))
    var target: String?

    @Option(help: ArgumentHelp("One question, as `headgate status` writes it; all unless said.", valueName: "query"))
    var query: String?

    func run() async throws {
        guard try await control.runningHeadgate() != nil else { return try unpin() }
        let (target, query) = (target, query)
        let status = try await control.ask { client throws(ControlClient.Fault) in
            let before = try await client.status()
            _ = try await client.release(target: target, query: query)
            return before
        }
        let meant = status.targets.filter { target == nil || $0.name == target }
        if let target, meant.isEmpty {
            StandardStream.error.write(
                error: "there is no target `\(target)`",
                hint: "the targets are \(status.targets.map(\.name).joined(separator: ", "))"
            )
            throw ExitStatus.failed.code
        }
        let holds = meant.flatMap { one in
            one.holds.filter { query == nil || $0.query == query }.map { (target: one.name, hold: $0) }
        }
        let held = status.targets.flatMap(\.holds).map(\.query)
        if let query, holds.isEmpty, !held.isEmpty {
            StandardStream.error.write(
                error: "nothing is held of `\(query)`",
                hint: "held is \(held.joined(separator: ", "))"
            )
            throw ExitStatus.failed.code
        }
        // A query is a guard's affair; without one all that is held is meant.
        let whole = query == nil ? meant : []
        let lines =
            whole.filter { $0.state == .drifted }
            .map { "\($0.name): released: what somebody else has changed is overwritten" }
            + whole.compactMap { one in one.pinnedRevision.map { "\(one.name): released revision \($0)" } }
            + holds.map { "\($0.target): released \($0.hold.query): \($0.hold.kept.joined(separator: ", "))" }
        for line in lines.isEmpty ? ["nothing is held"] : lines { StandardStream.output.write(line: line) }
    }

    /// No headgate runs: there is nothing but a revision that the next one would stay on.
    private func unpin() throws {
        let preparation = try Preparation.reading(control.source)
        let logger = log.logger(preparation.settings.log, quiet: .warning)
        let ledger = Assembly.deliverer(try Assembly.openState(preparation, logger), preparation.settings, logger)
            .ledger
        var pins = 0
        for name in preparation.targets.map(\.settings.name) where target == nil || name == target {
            var record = ledger.record(of: name)
            guard let pin = record.pin else { continue }
            record.pin = nil
            ledger.save(record)
            pins += 1
            StandardStream.output.write(line: "\(name): released revision \(pin.number)")
        }
        if pins == 0 {
            StandardStream.output.write(
                line: "no headgate runs, and no revision is pinned; what a guard holds in `run --once` ends by itself"
            )
        }
    }
}
