import ArgumentParser
import Controller
import Delivery
import Logging
import Planning
import Settings
import State

/// `headgate plan`: what would change.
struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a unified diff against what is in force, and how it would be applied.",
        discussion: """
            Writes nothing and runs no command, but the check with --check. The exit status is 0 if nothing would \
            change and 2 if something would.

            Examples:
              headgate plan --config headgate.yaml
              headgate plan --config headgate.yaml --check && echo in step
            """,
    )

    @OptionGroup var source: SourceOptions
    @OptionGroup var timeout: TimeoutOption
    @OptionGroup var log: LogOptions

    @Flag(help: "Run the check on what was rendered.")
    var check = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let preparation = try Preparation.reading(source)
        let logger = log.logger(preparation.settings.log, quiet: .error)
        let ledger = Assembly.ledgerForReading(preparation)
        let gathered = await preparation.gather(timeout: timeout.timeout, ledger: ledger, logger: logger)
        let outcomes = try gathered.whole()
        var plans: [(target: CompiledTarget, plan: Planning.Plan)] = []
        for outcome in outcomes {
            do {
                let record = ledger.record(of: outcome.target.settings.name)
                if let plan = try outcome.plan(record: record) { plans.append((outcome.target, plan)) }
            } catch {
                StandardStream.error.write(line: "error: \(error)")
                if let hint = error.hint { StandardStream.error.write(line: "hint: \(hint)") }
                throw ExitStatus.failed.code
            }
        }
        if json {
            StandardStream.output.write(json: plans.map { PlanReport($0.plan) })
        } else {
            for (target, plan) in plans {
                StandardStream.output.write(plan.unifiedDiff())
                StandardStream.output.write(line: "\(target.settings.name): \(plan)")
            }
        }
        if check { try await runChecks(plans) }
        if gathered.isHeld { throw ExitStatus.dataMissing.code }
        if plans.contains(where: \.plan.changesAnything) { throw ExitStatus.changed.code }
    }

    private func runChecks(_ plans: [(target: CompiledTarget, plan: Planning.Plan)]) async throws {
        let deliverer = Deliverer(
            ledger: Ledger(VolatileState()),
            workDirectory: Assembly.workDirectory(VolatileState())
        )
        var failed = false
        for (target, plan) in plans {
            guard let check = target.settings.check else { continue }
            let outcome = await deliverer.verify(plan, check: check)
            if case .checkPassed = outcome.result {
                StandardStream.error.write(line: "\(target.settings.name): check passed")
            } else {
                failed = true
                StandardStream.error.write(line: "error: \(outcome)")
                if let output = outcome.check?.output { StandardStream.error.write(line: output.text) }
            }
        }
        if failed { throw ExitStatus.failed.code }
    }
}
