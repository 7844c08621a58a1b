import ArgumentParser
import Controller
import Status

/// `headgate release`: let go of what guards hold.
struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let go of what guards hold: what the registry says counts from now on.",
        discussion: """
            A guard holds a change that looks like a fault of the registry: what was lost stays in force until the registry \
            has proved it. `headgate status` shows what is held and what ends it.

            Examples:
              headgate release --config /etc/headgate/headgate.yaml
              headgate release --config headgate.yaml --target edge --query "service web"
            """,
    )

    @OptionGroup var control: ControlOptions

    @Option(help: ArgumentHelp("One target; all unless said.", valueName: "name"))
    var target: String?

    @Option(help: ArgumentHelp("One question, as `headgate status` writes it; all unless said.", valueName: "query"))
    var query: String?

    func run() async throws {
        let (target, query) = (target, query)
        let report = try await control.ask { client throws(ControlClient.Fault) in
            let status = try await client.status()
            let holds = status.targets.filter { target == nil || $0.name == target }.flatMap { one in
                one.holds.filter { query == nil || $0.query == query }.map { (one.name, $0) }
            }
            _ = try await client.release(target: target, query: query)
            let held = status.targets.flatMap(\.holds).map(\.query)
            return (names: status.targets.map(\.name), holds: holds, held: held)
        }
        if let target, !report.names.contains(target) {
            StandardStream.error.write(line: "error: there is no target `\(target)`")
            StandardStream.error.write(line: "hint: the targets are \(report.names.joined(separator: ", "))")
            throw ExitStatus.failed.code
        }
        if let query, report.holds.isEmpty, !report.held.isEmpty {
            StandardStream.error.write(line: "error: nothing is held of `\(query)`")
            StandardStream.error.write(line: "hint: held is \(report.held.joined(separator: ", "))")
            throw ExitStatus.failed.code
        }
        if report.holds.isEmpty { StandardStream.output.write(line: "nothing is held") }
        for (target, hold) in report.holds {
            StandardStream.output.write(line: "\(target): released \(hold.query): \(hold.kept.joined(separator: ", "))")
        }
    }
}
