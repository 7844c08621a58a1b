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
        let report = try await control.ask { client throws(ControlClient.Fault) in
            let status = try await client.status()
            let holds = status.targets.filter { target == nil || $0.name == target }.flatMap { one in
                one.holds.filter { query == nil || $0.query == query }.map { (one.name, $0) }
            }
            _ = try await client.release(target: target, query: query)
            let held = status.targets.flatMap(\.holds).map(\.query)
            let pins = status.targets.filter { query == nil && (target == nil || $0.name == target) }.compactMap {
                one in
                one.pinnedRevision.map { (one.name, $0) }
            }
            let drifted = status.targets.filter {
                query == nil && (target == nil || $0.name == target) && $0.state == .drifted
            }
            return (
                names: status.targets.map(\.name), holds: holds, held: held, pins: pins, drifted: drifted.map(\.name)
            )
        }
        if let target, !report.names.contains(target) {
            StandardStream.error.write(
                error: "there is no target `\(target)`",
                hint: "the targets are \(report.names.joined(separator: ", "))"
            )
            throw ExitStatus.failed.code
        }
        if let query, report.holds.isEmpty, !report.held.isEmpty {
            StandardStream.error.write(
                error: "nothing is held of `\(query)`",
                hint: "held is \(report.held.joined(separator: ", "))"
            )
            throw ExitStatus.failed.code
        }
        if report.holds.isEmpty, report.pins.isEmpty, report.drifted.isEmpty {
            StandardStream.output.write(line: "nothing is held")
        }
        for target in report.drifted {
            StandardStream.output.write(line: "\(target): released: what somebody else has changed is overwritten")
        }
        for (target, number) in report.pins {
            StandardStream.output.write(line: "\(target): released revision \(number)")
        }
        for (target, hold) in report.holds {
            StandardStream.output.write(line: "\(target): released \(hold.query): \(hold.kept.joined(separator: ", "))")
        }
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
        if pins == 0 { StandardStream.output.write(line: "no headgate runs, and no revision is pinned") }
    }
}
