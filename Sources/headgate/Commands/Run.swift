import ArgumentParser
import Controller
import Delivery
import Logging
import Planning
import Rendering
import ServiceLifecycle
import Settings
import State
import Status
import UnixSignals

/// `headgate run`: watch and deliver.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch the registry and deliver until stopped.",
        discussion: """
            SIGTERM and SIGINT end it after a delivery that is under way; SIGHUP reads the configuration anew and keeps \
            the old one if the new one is faulty.

            With `-- COMMAND` headgate runs the balancer itself: it starts when every target is delivered, is told to \
            reload by a signal, gets the other signals passed on, and ends headgate with its exit status (127 if it \
            cannot be started).

            Examples:
              headgate run --config /etc/headgate/headgate.yaml
              headgate run --once --config headgate.yaml
              headgate run --registry file:services.yaml --template \\
                  haproxy.tmpl:/etc/haproxy/haproxy.cfg:"systemctl reload haproxy"
              headgate run -c headgate.yaml -- haproxy -W -db -f /etc/haproxy/haproxy.cfg
            """,
    )

    @OptionGroup var source: SourceOptions
    @OptionGroup var timeout: TimeoutOption
    @OptionGroup var log: LogOptions
    @OptionGroup var exec: ExecOptions

    @Flag(help: "Deliver once and exit; --timeout bounds the wait for data.")
    var once = false

    func validate() throws {
        if once, !exec.command.isEmpty {
            throw ValidationError("--once starts no balancer: take out `-- \(exec.command[0])`, or --once.")
        }
    }

    func run() async throws {
        let preparation = try Preparation.reading(source, exec: exec)
        let missing = preparation.settings.targets.filter { $0.files.contains { $0.destination == nil } }
        guard missing.isEmpty else {
            StandardStream.error.write(
                error: "nowhere to write: no output was given for \(missing[0].name)",
                hint: "write --template IN:OUT, or print with `headgate render`"
            )
            throw ExitStatus.badUsage.code
        }
        if preparation.settings.exec == nil, exec.saysHow {
            StandardStream.error.write(
                error: "the --exec options are for a balancer that headgate runs",
                hint: "name it: headgate run … -- COMMAND, or `exec` in the configuration"
            )
            throw ExitStatus.badUsage.code
        }
        if let balancer = preparation.settings.exec, !once {
            try require(balancer)
            if !FirstProcess.runsAsChild { FirstProcess.standAside() }
        }
        let logger = log.logger(preparation.settings.log)
        let state = try Assembly.openState(preparation, logger)
        let deliverer = Assembly.deliverer(state, preparation.settings, logger)
        if once {
            try await interruptibly { try await deliverOnce(preparation, deliverer) }
        } else {
            try await watch(preparation, state, deliverer, logger)
        }
    }

    private func deliverOnce(
        _ preparation: Preparation,
        _ deliverer: Deliverer,
    ) async throws {
        let ledger = deliverer.ledger
        // What the registries say is told with the outcome.
        let quiet = log.logger(preparation.settings.log, quiet: .error)
        let gathered = await preparation.gather(timeout: timeout.timeout, ledger: ledger, logger: quiet)
        gathered.tellHolds()
        var failed = false
        for var outcome in gathered.rendered {
            try Task.checkCancellation()
            let target = outcome.target.settings
            _ = deliverer.recover(target: target.name)
            do {
                outcome.keepNumbers(in: ledger)
                guard let plan = try outcome.plan(in: ledger, retryingFailed: true) else { continue }
                let deliver = { (plan: Planning.Plan) async -> DeliveryOutcome in
                    var plan = await deliverer.considered(plan, live: target.live, reload: target.reload)
                    if plan.reason.isEmpty { plan.reason = "run --once" }
                    return await deliverer.deliver(plan, check: target.check, reload: target.reload)
                }
                var delivery = await deliver(plan)
                if let reason = delivery.copyReason {
                    StandardStream.error.write(line: "\(target.name): \(CheckPlace.note(ofCopy: reason))")
                }
                let finding =
                    plan.pin == nil ? await outcome.findCulprits(after: delivery, deliverer, conclude: deliver) : nil
                if let finding {
                    for culprit in finding.culprits { Preparation.tell(culprit.setAside) }
                    delivery = finding.rest?.outcome ?? delivery
                }
                tell(delivery)
                if let pin = plan.pin {
                    StandardStream.error.write(
                        line: "\(target.name): revision \(pin.number) stays in force until `headgate release`"
                    )
                }
                failed = failed || !delivery.isInForce
                let archive = outcome.catalog.archived(
                    wallNow: secondsSince1970(),
                    now: .now,
                    leavingOutKeys: target.sensitive
                )
                ledger.save(archive, for: target.name)
            } catch {
                failed = true
                StandardStream.error.write(error: "\(target.name): \(error)", hint: error.hint)
            }
        }
        try Task.checkCancellation()
        if let failure = gathered.failure { throw failure.code }
        if failed { throw ExitStatus.failed.code }
        if gathered.isHeld { throw ExitStatus.dataMissing.code }
    }

    /// SIGTERM and SIGINT end `body` after the step that is under way, with the status that a shell gives a signal.
    private func interruptibly(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: ExitCode?.self) { group in
            group.addTask {
                for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                    return ExitCode(signal == .sigint ? 130 : 143)
                }
                return nil
            }
            group.addTask {
                do { try await body() } catch is CancellationError {}
                return nil
            }
            defer { group.cancelAll() }
            let ended = try await group.next() ?? nil
            guard let ended else { return }
            group.cancelAll()
            try await group.waitForAll()
            throw ended
        }
    }

    /// Ends the command if there is no such program: before anything is written, and not in the moment of the start.
    private func require(_ balancer: ExecSettings) throws {
        let name = balancer.arguments.first ?? ""
        guard programPath(name, in: balancer.directory, environment: Assembly.environment) == nil else { return }
        StandardStream.error.write(
            error: "the balancer `\(name)` cannot be run: there is no such program",
            hint: name.contains("/")
                ? "check the path, and that the file may be executed"
                : "it is looked for in the directories of PATH; or write its path"
        )
        throw ExitStatus.noProgram.code
    }

    private func tell(_ delivery: DeliveryOutcome) {
        StandardStream.error.write(line: "\(delivery)")
        guard !delivery.isInForce else { return }
        if let output = delivery.output, output.count > 0 { StandardStream.error.write(line: output.text) }
        if case .failed(let fault) = delivery.result, let hint = fault.hint {
            StandardStream.error.write(line: "hint: \(hint)")
        }
    }
}
