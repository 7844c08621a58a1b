import ArgumentParser
import Catalog
import Controller
import Delivery
import Diagnostics
import Logging
import Planning
import Settings
import State

/// `headgate plan`: what would change.
struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a unified diff against what is in force, and how it would be applied.",
        discussion: """
            Writes nothing and runs no command: it says which check and reload would run, and what guards hold. With \
            --check the check is run, and the instances are named that `run` would set aside for it. Of a target with \
            `live` the running HAProxy is asked what it runs. Targets that cannot be rendered do not hide the others. \
            The exit status is 0 if nothing would change and 2 if something would.

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
        let deliverer = Deliverer(ledger: ledger, workDirectory: Assembly.workDirectory(VolatileState()))
        let gathered = await preparation.gather(timeout: timeout.timeout, ledger: ledger, logger: logger)
        var plans: [(outcome: OneShot.Outcome, plan: Planning.Plan)] = []
        var reports: [PlanReport] = []
        var failed = false
        for outcome in gathered.rendered {
            let settings = outcome.target.settings
            do {
                guard var plan = try outcome.plan(in: ledger) else { continue }
                plan = await deliverer.considered(plan, live: settings.live, reload: settings.reload)
                plans.append((outcome, plan))
                reports.append(
                    PlanReport(
                        plan,
                        check: settings.check?.command.line.text,
                        reload: settings.reload?.text,
                        notes: settings.isNGINX ? plan.upstreamNotes : [],
                        holds: outcome.catalog.holds.map { PlanReport.Hold($0.query, $0.hold, of: settings) }
                    )
                )
            } catch {
                StandardStream.error.write(error: "\(error)", hint: error.hint)
                failed = true
            }
        }
        if json {
            StandardStream.output.write(json: reports)
        } else {
            for ((outcome, plan), report) in zip(plans, reports) {
                StandardStream.output.write(plan.unifiedDiff())
                StandardStream.output.write(line: "\(outcome.target.settings.name): \(plan)")
                for line in report.details { StandardStream.output.write(line: line) }
            }
        }
        if check { try await runChecks(plans) }
        if let failure = gathered.failure { throw failure.code }
        if failed { throw ExitStatus.failed.code }
        if gathered.isHeld { throw ExitStatus.dataMissing.code }
        if plans.contains(where: \.plan.changesAnything) { throw ExitStatus.changed.code }
    }

    private func runChecks(_ plans: [(outcome: OneShot.Outcome, plan: Planning.Plan)]) async throws {
        let directory = Assembly.workDirectory(VolatileState())
        let deliverer = Deliverer(ledger: Ledger(VolatileState()), workDirectory: directory)
        defer { try? LocalFileSystem().removeDirectory(directory) }
        var failed = false
        for (outcome, plan) in plans {
            let target = outcome.target.settings
            guard let check = target.check else {
                StandardStream.error.write(line: "\(target.name): has no check")
                continue
            }
            var verdict = await deliverer.verify(plan, check: check)
            if let reason = verdict.copyReason {
                StandardStream.error.write(line: "\(target.name): \(CheckPlace.note(ofCopy: reason))")
            }
            let finding =
                plan.pin != nil
                ? nil
                : await outcome.findCulprits(after: verdict, deliverer) { rest in
                    await deliverer.verify(rest, check: check)
                }
            if let finding {
                for culprit in finding.culprits { Preparation.tell(culprit.setAside) }
                verdict = finding.rest?.outcome ?? verdict
            }
            if case .checkPassed = verdict.result {
                let rest = finding == nil ? "" : " for the rest, which `run` delivers"
                StandardStream.error.write(line: "\(target.name): check passed\(rest)")
            } else {
                failed = true
                StandardStream.error.write(error: "\(verdict)")
                if let output = verdict.check?.output { StandardStream.error.write(line: output.text) }
            }
        }
        if failed { throw ExitStatus.failed.code }
    }
}

extension PlanReport.Hold {
    fileprivate init(_ query: CatalogQuery, _ hold: Catalog.Hold, of target: TargetSettings) {
        self.init(
            query: query.unqualified(byDefault: target.registry ?? "").description,
            reason: hold.reason.rawValue,
            kept: hold.lost.map { printable("\($0)") },
            ending: hold.ending
        )
    }
}
