import ArgumentParser
import Controller
import Delivery
import Settings
import State
import Status

/// `headgate rollback`: put an old revision in force.
struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put an old revision in force, and stay there until `headgate release`.",
        discussion: """
            The files of the revision are checked, written and reloaded as any other delivery. It asks a running headgate \
            over its control socket; if none runs, it does it itself, and the next one stays on that revision too.

            Examples:
              headgate history --config headgate.yaml
              headgate rollback 12 --config headgate.yaml
              headgate release --config headgate.yaml
            """,
    )

    @Argument(help: "The entry of `headgate history`.")
    var number: Int

    @OptionGroup var control: ControlOptions
    @OptionGroup var log: LogOptions

    @Option(help: ArgumentHelp("The target; may be left out if there is one only.", valueName: "name"))
    var target: String?

    func run() async throws {
        let name = try oneTarget()
        let report: RollbackReport
        if let client = try await control.runningHeadgate() {
            do throws(ControlClient.Fault) {
                report = try await client.rollBack(target: name, to: number)
            } catch {
                throw control.told(error)
            }
        } else {
            report = try await directly(name)
        }
        guard report.isInForce else {
            StandardStream.error.write(error: report.outcome, hint: report.hint)
            throw ExitStatus.failed.code
        }
        StandardStream.output.write(line: report.outcome)
        StandardStream.output.write(line: "revision \(number) stays in force until `headgate release`")
    }

    private func oneTarget() throws -> String {
        let known = try StateDirectory.reading(at: try control.stateDirectory()).targets()
        // What a target was called once has a history too, which is for looking at.
        let names = control.configuredTargets.map { now in known.filter(now.contains) } ?? known
        let fault: String
        if let target {
            if names.contains(target) { return target }
            fault = "nothing was delivered to a target `\(target)`"
        } else {
            if names.count == 1 { return names[0] }
            fault = names.isEmpty ? "nothing has been delivered yet" : "which target? give --target"
        }
        StandardStream.error.write(
            error: fault,
            hint: names.isEmpty ? nil : "known are \(names.joined(separator: ", "))"
        )
        throw ExitStatus.failed.code
    }

    /// No headgate runs: this process does it, and keeps others out while it does.
    private func directly(_ name: String) async throws -> RollbackReport {
        let preparation = try Preparation.reading(control.source)
        guard let compiled = preparation.targets.first(where: { $0.settings.name == name }) else {
            StandardStream.error.write(error: "the configuration has no target `\(name)`")
            throw ExitStatus.failed.code
        }
        let logger = log.logger(preparation.settings.log, quiet: .warning)
        let deliverer = Assembly.deliverer(try Assembly.openState(preparation, logger), preparation.settings, logger)
        _ = deliverer.recover(target: name)
        do {
            let plan = try compiled.plan(rollingBackTo: number, in: deliverer.ledger, at: secondsSince1970())
            let outcome = await deliverer.deliver(
                plan,
                check: compiled.settings.check,
                reload: compiled.settings.reload
            )
            return RollbackReport(number: number, outcome)
        } catch {
            return RollbackReport(target: name, number: number, error)
        }
    }
}
