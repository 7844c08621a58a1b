package import Catalog
package import Logging
package import Settings

/// DNS as a registry: SRV, A and AAAA records, asked for again when their TTL is over.
///
/// DNS cannot tell what is gone from what a server has lost: that a name does not exist, or has no record of the type, is
/// taken as an answer after a break. A server that fails or is silent changes nothing.
package struct DNSRegistry: Registry {
    package let name: String
    private let settings: DNSSettings
    private let lookup: DNSLookup
    private let logger: Logger

    /// The servers, those of /etc/resolv.conf if there are none, as the settings say.
    package init(_ registry: RegistrySettings, servers: [HostPort], logger: Logger) {
        self.init(registry.name, registry.dns, transport: DNSNetwork(), logger: logger) { () throws(DNSFault) in
            servers.isEmpty ? try ResolverFile.servers() : servers
        }
    }

    init(
        _ name: String,
        _ settings: DNSSettings,
        transport: any DNSTransport,
        logger: Logger,
        servers: @escaping @Sendable () throws(DNSFault) -> [HostPort],
    ) {
        self.name = name
        self.settings = settings
        self.logger = logger
        lookup = DNSLookup(
            resolver: DNSResolver(servers: servers, timeout: settings.timeout, transport: transport)
        )
    }

    private enum Event: Sendable {
        case asked(Set<CatalogQuery>)
        case found(String, Result<DNSFinding, DNSFault>)
        case due
    }

    package func watch(
        _ wanted: AsyncStream<Set<CatalogQuery>>,
        report: @escaping @Sendable (RegistryReport) async -> Void,
    ) async {
        let (events, occur) = AsyncStream.makeStream(of: Event.self)
        await withDiscardingTaskGroup { group in
            group.addTask { for await questions in wanted { occur.yield(.asked(questions)) } }
            var state = DNSState(settings)
            var told: Set<RejectedRegistration> = []
            var alarm: ContinuousClock.Instant?
            for await event in events {
                let now = ContinuousClock.now
                var reports: [RegistryReport] = []
                switch event {
                case .asked(let questions): reports = state.ask(questions, at: now)
                case .found(let service, let result):
                    tell((try? result.get().rejected) ?? [], &told)
                    reports = state.found(service, result, at: now)
                case .due: alarm = nil
                }
                for (service, record) in state.start(at: now) {
                    group.addTask { occur.yield(.found(service, await find(service, record))) }
                }
                if let due = state.nextDue, alarm.map({ due < $0 }) ?? true {
                    alarm = due
                    group.addTask { if (try? await Task.sleep(until: due)) != nil { occur.yield(.due) } }
                }
                for one in reports { await report(one) }
            }
            group.cancelAll()
        }
    }

    private func find(_ service: String, _ record: DNSSettings.Record) async -> Result<DNSFinding, DNSFault> {
        let names = [record.srv, record.a, record.aaaa].compactMap(\.self)
        guard names.allSatisfy({ AddressSyntax.isHostname($0) }) else {
            return .failure(.badName(names.first ?? service))
        }
        do {
            // Not in one expression; see EtcdFollower.
            let finding = try await lookup.find(service, record)
            return .success(finding)
        } catch {
            return .failure(error)
        }
    }

    /// Says once that a record is left out.
    private func tell(_ rejected: [RejectedRegistration], _ told: inout Set<RejectedRegistration>) {
        if told.count > 1_000 { told.removeAll() }
        for one in rejected where told.insert(one).inserted {
            logger.warning(
                "registration left out",
                metadata: ["registry": "\(name)", "service": "\(one.instance.service)", "reason": "\(one.reason)"]
            )
        }
    }
}
