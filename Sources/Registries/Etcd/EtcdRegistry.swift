package import Catalog
package import Logging
package import Settings

/// An etcd cluster as a registry: what is asked is listed once, then one stream tells of all changes.
package struct EtcdRegistry: Registry {
    /// How a cluster is asked.
    package struct Configuration: Sendable {
        /// The registry's name.
        package var name: String
        /// For messages.
        package var address: String
        package var hostnames: Bool
        package var services: EtcdServices
        /// What stands before the paths of keys that templates ask for.
        package var keyPrefix: String
        /// Whether an instance that is gone may have been deregistered.
        package var drains: Bool
        package var timing: Timing

        package init(
            name: String,
            address: String,
            hostnames: Bool = false,
            services: EtcdServices = EtcdServices(),
            keyPrefix: String = "/",
            drains: Bool = false,
            timing: Timing = Timing(),
        ) {
            self.name = name
            self.address = address
            self.hostnames = hostnames
            self.services = services
            self.keyPrefix = keyPrefix
            self.drains = drains
            self.timing = timing
        }
    }

    /// How long is waited for etcd.
    package struct Timing: Sendable, Hashable {
        /// Until a stream is there.
        package var patience: Duration
        /// Until a stream is replaced by a new one that goes on where it was: etcd says nothing for minutes where nothing
        /// changes, so this is how a stream is noticed that is only half open.
        package var renewal: Duration

        package init(patience: Duration = .seconds(5), renewal: Duration = .seconds(15)) {
            (self.patience, self.renewal) = (patience, renewal)
        }
    }

    package var name: String { configuration.name }
    private let configuration: Configuration
    private let connect: @Sendable () throws(EtcdFault) -> any EtcdTransport
    private let logger: Logger

    /// - Parameter connect: Makes what carries requests; called when something is asked first, and again while it throws.
    package init(
        _ configuration: Configuration,
        logger: Logger,
        connect: @escaping @Sendable () throws(EtcdFault) -> any EtcdTransport,
    ) {
        self.configuration = configuration
        self.logger = logger
        self.connect = connect
    }

    /// The cluster at `address`, as the settings say.
    package init(_ registry: RegistrySettings, at address: EtcdAddress, logger: Logger, timing: Timing = Timing()) {
        let settings = registry.etcd
        self.init(
            Configuration(
                name: registry.name,
                address: "\(address)",
                hostnames: registry.hostnames,
                services: settings.services,
                keyPrefix: settings.keyPrefix,
                drains: settings.drains,
                timing: timing
            ),
            logger: logger
        ) { () throws(EtcdFault) in try EtcdClient(address, settings) }
    }

    package func watch(
        _ wanted: AsyncStream<Set<CatalogQuery>>,
        report: @escaping @Sendable (RegistryReport) async -> Void,
    ) async {
        let inbox = EtcdInbox()
        await withDiscardingTaskGroup { group in
            group.addTask { for await questions in wanted { inbox.post(.wanted(questions)) } }
            var follower = EtcdFollower(configuration, inbox, logger, connect: connect, report: report)
            await follower.run()
            group.cancelAll()
        }
    }
}
