package import Catalog
package import Logging
package import Settings

/// A Consul agent as a registry: one blocking query for each question, or a sweep for those that no connection is left for.
package struct ConsulRegistry: Registry {
    /// How an agent is asked.
    package struct Configuration: Sendable {
        /// The registry's name.
        package var name: String
        /// For messages.
        package var address: String
        package var scope: ConsulScope
        package var hostnames: Bool
        package var wait: Duration
        package var maximumStaleness: Duration
        package var connections: Int

        package init(
            name: String,
            address: String,
            scope: ConsulScope = ConsulScope(),
            hostnames: Bool = false,
            wait: Duration = .seconds(60),
            maximumStaleness: Duration = .seconds(10),
            connections: Int = 100,
        ) {
            self.name = name
            self.address = address
            self.scope = scope
            self.hostnames = hostnames
            self.wait = wait
            self.maximumStaleness = maximumStaleness
            self.connections = connections
        }
    }

    package var name: String { configuration.name }
    private let configuration: Configuration
    private let connect: @Sendable () throws(ConsulFault) -> any ConsulTransport
    private let logger: Logger

    /// - Parameter connect: Makes what carries requests; called at the beginning of a watch, and again while it throws.
    package init(
        _ configuration: Configuration,
        logger: Logger,
        connect: @escaping @Sendable () throws(ConsulFault) -> any ConsulTransport,
    ) {
        self.configuration = configuration
        self.logger = logger
        self.connect = connect
    }

    /// The agent at `address`, as the settings say.
    package init(_ registry: RegistrySettings, at address: ConsulAddress, logger: Logger) {
        let settings = registry.consul
        self.init(
            Configuration(
                name: registry.name,
                address: "\(address)",
                scope: ConsulScope(
                    datacenter: settings.datacenter,
                    namespace: settings.namespace,
                    partition: settings.partition
                ),
                hostnames: registry.hostnames,
                wait: settings.wait,
                maximumStaleness: settings.maximumStaleness,
                connections: settings.connections
            ),
            logger: logger
        ) { () throws(ConsulFault) in try ConsulClient(address, settings) }
    }

    private enum Event: Sendable {
        case wanted(Set<CatalogQuery>)
        /// Connections may be assigned anew.
        case reassign
    }

    /// How old a process is before it takes all the connections that it may.
    private static let maturity = Duration.seconds(2)
    /// How often it is tried whether the agent takes more connections than it did.
    private static let regrowth = Duration.seconds(60)

    package func watch(
        _ wanted: AsyncStream<Set<CatalogQuery>>,
        report: @escaping @Sendable (RegistryReport) async -> Void,
    ) async {
        guard let transport = await transport(report) else { return }
        let session = ConsulSession(configuration, transport, logger)
        let (events, occur) = AsyncStream.makeStream(of: Event.self)
        await withDiscardingTaskGroup { group in
            group.addTask { for await questions in wanted { occur.yield(.wanted(questions)) } }
            group.addTask { await session.forward(report) }
            group.addTask { await ConsulSweeper(session: session).run() }
            group.addTask {
                guard (try? await Task.sleep(for: Self.maturity)) != nil else { return }
                if session.mature() { occur.yield(.reassign) }
                while (try? await Task.sleep(for: Self.regrowth)) != nil {
                    if session.regrow() { occur.yield(.reassign) }
                }
            }
            var latest: Set<CatalogQuery> = []
            var followers: [CatalogQuery: StopSignal] = [:]
            for await event in events {
                if case .wanted(let questions) = event { latest = questions }
                let change = session.want(latest)
                for query in change.stop { followers.removeValue(forKey: query)?.stop() }
                for query in change.start {
                    // One that gave up its connection by itself has ended.
                    followers.removeValue(forKey: query)?.stop()
                    let signal = StopSignal()
                    followers[query] = signal
                    group.addTask { await signal.unlessStopped { await ConsulFollower(session, query).run() } }
                }
            }
            group.cancelAll()
        }
        await transport.close()
    }

    /// What carries requests; tried again until it can be made, nil when cancelled.
    private func transport(
        _ report: @escaping @Sendable (RegistryReport) async -> Void,
    ) async -> (any ConsulTransport)? {
        var retries = RetrySchedule(base: .seconds(1), limit: .seconds(30))
        var told: ConsulFault?
        while !Task.isCancelled {
            do throws(ConsulFault) {
                let transport = try connect()
                if told != nil { await report(.recovered) }
                return transport
            } catch {
                if told != error {
                    var fault = RegistryFault(error, address: configuration.address, question: "before the first one")
                    fault.needsMending = true
                    await report(.fault(fault))
                }
                told = error
                try? await Task.sleep(for: retries.failed())
            }
        }
        return nil
    }
}
