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

            Examples:
              headgate run --config /etc/headgate/headgate.yaml
              headgate run --once --config headgate.yaml
              headgate run --registry file:services.yaml \\
                  --template haproxy.tmpl:/etc/haproxy/haproxy.cfg:"systemctl reload haproxy"
            """,
    )

    @OptionGroup var source: SourceOptions
    @OptionGroup var timeout: TimeoutOption
    @OptionGroup var log: LogOptions

    @Flag(help: "Deliver once and exit; --timeout bounds the wait for data.")
    var once = false

    func run() async throws {
        let preparation = try Preparation.reading(source)
        let missing = preparation.settings.targets.filter { $0.files.contains { $0.destination == nil } }
        guard missing.isEmpty else {
            StandardStream.error.write(line: "error: nowhere to write: no output was given for \(missing[0].name)")
            StandardStream.error.write(line: "hint: write --template IN:OUT, or print with `headgate render`")
            throw ExitCode(64)
        }
        let logger = log.logger(preparation.settings.log)
        let state = try Assembly.openState(preparation, logger)
        let deliverer = Assembly.deliverer(state, logger)
        if once {
            try await deliverOnce(preparation, deliverer, logger)
        } else {
            try await watch(preparation, state, deliverer, logger)
        }
    }

    private func deliverOnce(
        _ preparation: Preparation,
        _ deliverer: Deliverer,
        _ logger: Logger,
    ) async throws {
        let ledger = deliverer.ledger
        let gathered = await preparation.gather(timeout: timeout.timeout, ledger: ledger, logger: logger)
        var failed = false
        for var outcome in gathered.rendered {
            let target = outcome.target.settings
            _ = deliverer.recover(target: target.name)
            do {
                let record = ledger.record(of: target.name)
                outcome.keepNumbers(in: ledger)
                guard let plan = try outcome.plan(record: record, retryingFailed: true) else { continue }
                let delivery = await deliverer.deliver(plan, check: target.check, reload: target.reload)
                tell(delivery)
                failed = failed || !delivery.isInForce
                let archive = outcome.catalog.archived(
                    wallNow: secondsSince1970(),
                    now: .now,
                    leavingOutKeys: target.sensitive
                )
                deliverer.ledger.save(archive, for: target.name)
            } catch {
                failed = true
                StandardStream.error.write(line: "error: \(target.name): \(error)")
                if let hint = error.hint { StandardStream.error.write(line: "hint: \(hint)") }
            }
        }
        if let failure = gathered.failure { throw failure.code }
        if failed { throw ExitStatus.failed.code }
        if gathered.isHeld { throw ExitStatus.dataMissing.code }
    }

    private func tell(_ delivery: DeliveryOutcome) {
        StandardStream.error.write(line: "\(delivery)")
        guard !delivery.isInForce else { return }
        if let output = delivery.output, output.count > 0 { StandardStream.error.write(line: output.text) }
        if case .failed(let fault) = delivery.result, let hint = fault.hint {
            StandardStream.error.write(line: "hint: \(hint)")
        }
    }

    private func watch(
        _ preparation: Preparation,
        _ state: any StateStore,
        _ deliverer: Deliverer,
        _ logger: Logger,
    ) async throws {
        let directory = (state as? StateDirectory)?.path
        let controller = Controller(
            preparation.generation(deliverer, logger),
            version: Version.text,
            stateDirectory: directory,
            logger: logger
        )
        var services: [any Service] = [
            controller,
            ConfigurationReloader(
                source: source,
                started: preparation.settings,
                controller: controller,
                deliverer: deliverer,
                logger: logger
            ),
        ]
        if let directory {
            services.append(ControlServer(path: "\(directory)/control.sock", controller: controller, logger: logger))
        }
        logger.info(
            "started",
            metadata: [
                "version": "\(Version.text)", "targets": "\(preparation.targets.count)", "state": "\(directory ?? "")",
            ]
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await group.run()
    }
}

extension Preparation {
    /// What runs from these settings.
    fileprivate func generation(_ deliverer: Deliverer, _ logger: Logger) -> Generation {
        Generation(
            targets: targets,
            registries: Assembly.registries(settings, logger: logger),
            deliverer: deliverer,
            logger: logger
        )
    }
}

/// Reads the configuration anew at each SIGHUP.
private struct ConfigurationReloader: Service {
    let source: SourceOptions
    /// What headgate was started with.
    let started: Settings
    let controller: Controller
    let deliverer: Deliverer
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do throws(SettingsFaults) {
                let preparation = try Preparation.compiling(source)
                if preparation.settings.stateDirectory != started.stateDirectory
                    || preparation.settings.log != started.log
                {
                    logger.warning(
                        "state_dir and log stay as they were until a restart",
                        metadata: ["state_dir": "\(started.stateDirectory ?? "default")"]
                    )
                }
                await controller.replace(with: preparation.generation(deliverer, logger))
                logger.info("configuration read anew", metadata: ["targets": "\(preparation.targets.count)"])
            } catch {
                for fault in error.diagnostics { logger.error("configuration fault\n\(fault)") }
                logger.error("the new configuration is faulty, the old one goes on")
            }
        }
    }
}
