import ArgumentParser
import Controller
import Delivery
import Logging
import ServiceLifecycle
import Settings
import State
import Status
import UnixSignals

extension Run {
    /// Watches and delivers until stopped, or until the balancer that headgate runs ends.
    func watch(
        _ preparation: Preparation,
        _ state: any StateStore,
        _ deliverer: Deliverer,
        _ logger: Logger,
    ) async throws {
        let directory = (state as? StateDirectory)?.path
        let child = preparation.settings.exec.map { BalancerChild($0) }
        let (progress, sink) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let assembly = GenerationAssembly(
            deliverer: child.map { deliverer.reloading($0) } ?? deliverer,
            logger: logger,
            onProgress: { sink.yield() }
        )
        let controller = Controller(
            assembly.generation(of: preparation),
            version: Version.text,
            stateDirectory: directory,
            logger: logger
        )
        let notifier = SystemdNotifier(environment: Assembly.environment)
        // They end in the reverse order: the balancer last, after the delivery that is under way.
        var services: [any Service] = child.map { [BalancerService(child: $0, logger: logger)] } ?? []
        services += [
            controller,
            ConfigurationReloader(
                source: source,
                exec: exec,
                started: preparation.settings,
                controller: controller,
                notifier: notifier,
                assembly: assembly,
                logger: logger
            ),
        ]
        if let directory {
            services.append(ControlServer(path: "\(directory)/control.sock", controller: controller, logger: logger))
        }
        services.append(
            ReadinessService(progress: progress, controller: controller, child: child, notifier: notifier)
        )
        logger.info(
            "started",
            metadata: [
                "version": "\(Version.text)", "targets": "\(preparation.targets.count)", "state": "\(directory ?? "")",
            ]
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { service in
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: service,
                        successTerminationBehavior: service is BalancerService ? .gracefullyShutdownGroup : .cancelGroup
                    )
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await group.run()
        if let ending = child?.ending, ending.status != 0 { throw ExitCode(ending.status) }
    }
}

// The service group makes a name of each service by reflection, all that is in it included, unless it has one.
extension BalancerService: CustomStringConvertible { var description: String { "balancer" } }
extension ConfigurationReloader: CustomStringConvertible { var description: String { "configuration reloader" } }
extension ReadinessService: CustomStringConvertible { var description: String { "readiness" } }

/// What generations are made with.
struct GenerationAssembly: Sendable {
    let deliverer: Deliverer
    let logger: Logger
    let onProgress: @Sendable () -> Void

    /// What runs from these settings; `beginning` is why it begins, for the log and the history.
    func generation(of preparation: Preparation, beginning: String = "start") -> Generation {
        Generation(
            targets: preparation.targets,
            registries: Assembly.registries(preparation.settings, logger: logger),
            deliverer: deliverer,
            logger: logger,
            beginning: beginning,
            onProgress: onProgress
        )
    }
}
