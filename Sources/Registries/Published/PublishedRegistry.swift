package import Catalog
package import Logging
import Synchronization

/// A registry that a server or a program publishes as a whole, again and again, in the format of registry files or as
/// Prometheus' target groups.
///
/// It is believed as a registry file is, with two differences. What comes first, and first after a fault, comes after a
/// break: the server may just have been restarted. And target groups without a single target are suspect in the same way.
package struct PublishedRegistry: Registry {
    package let name: String
    private let source: any PublishedSource
    private let decoder: PublishedDecoder
    private let clock: WallClock
    private let logger: Logger

    /// - Parameter serviceLabel: The label that names the service of a target group; nil: the usual ones are tried.
    package init(
        name: String,
        from source: any PublishedSource,
        hostnames: Bool = false,
        serviceLabel: String? = nil,
        clock: WallClock = .system,
        logger: Logger,
    ) {
        self.name = name
        self.source = source
        self.clock = clock
        self.logger = logger
        decoder = PublishedDecoder(source: source.address, hostnames: hostnames, serviceLabel: serviceLabel)
    }

    package func watch(
        _ wanted: AsyncStream<Set<CatalogQuery>>,
        report: @escaping @Sendable (RegistryReport) async -> Void,
    ) async {
        let (reports, sink) = AsyncStream.makeStream(of: RegistryReport.self)
        let reader = PublishedReader(decoder, registry: name, clock: clock, logger: logger) { sink.yield($0) }
        await withDiscardingTaskGroup { group in
            group.addTask { for await one in reports { await report(one) } }
            group.addTask {
                // Leases end to the second.
                while (try? await clock.sleep(clock.now() + .seconds(1))) != nil { reader.advance() }
            }
            var isAsked = false
            for await questions in wanted {
                reader.ask(questions)
                // Nobody is asked before somebody wants to know something.
                if !isAsked, !questions.isEmpty {
                    isAsked = true
                    group.addTask { await source.run(reader) }
                }
            }
        }
    }
}

/// Where the texts of a published registry come from: an HTTP server, a program.
package protocol PublishedSource: Sendable {
    /// How messages call it.
    var address: String { get }

    /// Hands over texts and faults as they come, until cancelled.
    func run(_ reader: PublishedReader) async
}

/// Takes what a source has, and makes reports of it, in order.
package final class PublishedReader: Sendable {
    private struct Storage {
        var state: PublishedState
        var told: Set<RejectedRegistration> = []
    }

    private let storage: Mutex<Storage>
    private let registry: String
    private let clock: WallClock
    private let logger: Logger
    private let report: @Sendable (RegistryReport) -> Void

    init(
        _ decoder: PublishedDecoder,
        registry: String,
        clock: WallClock,
        logger: Logger,
        report: @escaping @Sendable (RegistryReport) -> Void,
    ) {
        storage = Mutex(Storage(state: PublishedState(decoder)))
        self.registry = registry
        self.clock = clock
        self.logger = logger
        self.report = report
    }

    /// Takes a whole text; false if it is bad, which has been reported.
    package func take(_ text: [UInt8]) -> Bool {
        let (isGood, new) = storage.withLock { storage in
            let taken = storage.state.take(text, at: clock.now())
            for one in taken.reports { report(one) }
            // Who registers something else each time must not fill the memory.
            if storage.told.count > 1_000 { storage.told.removeAll() }
            return (taken.isGood, taken.rejected.filter { storage.told.insert($0).inserted })
        }
        for one in new {
            logger.warning(
                "registration left out",
                metadata: [
                    "registry": "\(registry)", "instance": "\(one.instance.id)", "service": "\(one.instance.service)",
                    "reason": "\(one.reason)",
                ]
            )
        }
        return isGood
    }

    /// Notes that what was said last is still so.
    ///
    /// - Parameter renews: Whether its leases begin anew.
    package func confirm(renewing renews: Bool = true) {
        change { $0.confirm(renewing: renews, at: clock.now()) }
    }

    package func fail(_ fault: RegistryFault) { change { $0.fail(fault) } }

    func ask(_ questions: Set<CatalogQuery>) { change { $0.ask(questions) } }

    func advance() { change { $0.advance(to: clock.now()) } }

    /// Reports under the lock, so that the order is that of the changes.
    private func change(_ body: (inout PublishedState) -> [RegistryReport]) {
        storage.withLock { storage in
            for one in body(&storage.state) { report(one) }
        }
    }
}
