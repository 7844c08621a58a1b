internal import Catalog
internal import Settings

/// What the records of one service say.
struct DNSFinding: Sendable {
    var instances: [Instance] = []
    /// Whether something was not there that might be: no such name, or none of the type. That is what a server says too
    /// that has lost its data.
    var isSuspect = false
    /// Whether the zone says that there is no such service: an SRV record with the target `.` (RFC 2782).
    var isStated = false
    /// How long it may be believed, in seconds; nil: no server says.
    var ttl: UInt32?
    /// What is left out.
    var rejected: [RejectedRegistration] = []

    /// Notes how long a part of it may be believed.
    fileprivate mutating func limit(to ttl: UInt32?) {
        if let ttl { self.ttl = min(self.ttl ?? ttl, ttl) }
    }
}

/// Makes a service's instances out of its DNS records.
struct DNSLookup: Sendable {
    private struct Target: Hashable, Sendable {
        var priority: Int
        var weight: Int
        var port: Int
        var host: String
    }

    let resolver: DNSResolver

    /// So many hosts are asked for at a time.
    private static let concurrency = 16

    /// Asks for what `record` names.
    func find(_ service: String, _ record: DNSSettings.Record) async throws(DNSFault) -> DNSFinding {
        if let name = record.srv { return try await findSRV(service, name) }
        var finding = DNSFinding()
        for (name, kind) in [(record.a, DNSMessage.Kind.a), (record.aaaa, .aaaa)] {
            guard let name else { continue }
            let answer = try await resolver.ask(name, kind)
            finding.limit(to: answer.ttl)
            if answer.records.isEmpty { finding.isSuspect = true }
            for address in answer.records.compactMap(\.address) {
                finding.instances.append(instance(of: service, at: address, port: record.port, node: address))
            }
        }
        finding.instances = distinct(finding.instances)
        return finding
    }

    private func findSRV(_ service: String, _ name: String) async throws(DNSFault) -> DNSFinding {
        let answer = try await resolver.ask(name, .srv)
        var finding = DNSFinding()
        finding.limit(to: answer.ttl)
        var targets: [Target] = []
        for record in answer.records {
            guard case .srv(let priority, let weight, let port, let host) = record.data else { continue }
            if host.isEmpty { continue }
            guard AddressSyntax.isHostname(host), port > 0 else {
                let shown = "\(host):\(port)"
                finding.rejected.append(
                    RejectedRegistration(
                        instance: InstanceIdentity(service: service, node: "", id: shown),
                        reason: "the SRV record of `\(name)` names `\(shown)`, which is no host and port"
                    )
                )
                continue
            }
            targets.append(Target(priority: priority, weight: weight, port: port, host: host))
        }
        finding.isSuspect = answer.records.isEmpty
        finding.isStated = answer.records.count == 1 && targets.isEmpty && finding.rejected.isEmpty
        let hosts = Array(Set(targets.map(\.host))).sorted()
        var addresses: [String: [String]] = [:]
        for start in stride(from: 0, to: hosts.count, by: Self.concurrency) {
            for found in await find(hosts[start..<min(start + Self.concurrency, hosts.count)], answer.additionals) {
                let (host, list, ttl) = try found.get()
                finding.limit(to: ttl)
                if list.isEmpty { finding.isSuspect = true }
                addresses[host] = list
            }
        }
        let first = targets.map(\.priority).min() ?? 0
        for target in targets {
            for address in addresses[target.host] ?? [] {
                finding.instances.append(instance(of: service, at: address, target, isBackup: target.priority > first))
            }
        }
        finding.instances = distinct(finding.instances)
        return finding
    }

    private typealias Found = Result<(host: String, addresses: [String], ttl: UInt32?), DNSFault>

    private func find(_ hosts: ArraySlice<String>, _ additionals: [DNSMessage.Record]) async -> [Found] {
        await withTaskGroup(of: Found.self) { group in
            for host in hosts {
                group.addTask {
                    do throws(DNSFault) {
                        // Not in one expression; see EtcdFollower.
                        let found = try await addresses(of: host, additionals)
                        return .success(found)
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// A host's IPv4 addresses; its IPv6 addresses if it has none, since both would be the same server twice.
    private func addresses(
        of host: String,
        _ additionals: [DNSMessage.Record],
    ) async throws(DNSFault) -> (host: String, addresses: [String], ttl: UInt32?) {
        var ttl: UInt32?
        for kind in [DNSMessage.Kind.a, .aaaa] {
            var records = additionals.filter { $0.name == host && $0.kind == kind }
            if records.isEmpty {
                let answer = try await resolver.ask(host, kind)
                records = answer.records
                if let limit = answer.ttl { ttl = min(ttl ?? limit, limit) }
            }
            for record in records { ttl = min(ttl ?? record.ttl, record.ttl) }
            if !records.isEmpty { return (host, records.compactMap(\.address), ttl) }
        }
        return (host, [], ttl)
    }

    private func instance(of service: String, at address: String, _ target: Target, isBackup: Bool) -> Instance {
        // A weight of 0 means little work, and to a balancer none at all.
        let weight = max(1, target.weight)
        return Instance(
            service: service,
            id: "\(service)-\(address)-\(target.port)",
            node: Catalog.Node(name: target.host, address: address),
            address: address,
            port: target.port,
            tags: isBackup ? ["backup"] : [],
            meta: ["priority": String(target.priority)],
            weights: Weights(passing: weight, warning: weight)
        )
    }

    private func instance(of service: String, at address: String, port: Int, node: String) -> Instance {
        Instance(
            service: service,
            id: port == 0 ? "\(service)-\(address)" : "\(service)-\(address)-\(port)",
            node: Catalog.Node(name: node, address: address),
            address: address,
            port: port
        )
    }

    /// Each ID once: two records may lead to one place; the one of the better priority stays.
    private func distinct(_ instances: [Instance]) -> [Instance] {
        var seen: Set<String> = []
        return instances.sorted { $0.tags.count < $1.tags.count }.filter { seen.insert($0.id).inserted }
    }
}

extension DNSMessage.Record {
    fileprivate var address: String? { if case .address(let text) = data { text } else { nil } }
}
