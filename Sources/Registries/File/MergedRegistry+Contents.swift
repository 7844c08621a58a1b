internal import Catalog

extension MergedRegistry {
    /// What a registry holds at one moment, and when a lease ends next.
    struct Moment: Sendable {
        var contents: RegistryContents
        /// nil: no lease ends.
        var nextExpiry: Timestamp?
    }

    /// The contents without the instances whose lease has ended at `now`; nil judges no lease.
    ///
    /// A file without an entry in `modified` counts as changed at `now`. An instance that is as it was in `previous` is the
    /// same object.
    func contents(
        at now: Timestamp?,
        modified: [String: Timestamp],
        reusing previous: RegistryContents? = nil,
    ) -> Moment {
        var known: [InstanceIdentity: Instance] = [:]
        for instance in previous?.instances ?? [] { known[instance.identity] = instance }
        var live: [Instance] = []
        live.reserveCapacity(instances.count)
        var liveNodes = Set<String>(minimumCapacity: nodes.count)
        var nextExpiry: Timestamp?
        for (document, declaration) in instances {
            if let now, let end = declaration.lease.end(fileModified: modified[files[document]] ?? now) {
                guard now < end else { continue }
                nextExpiry = min(nextExpiry ?? end, end)
            }
            guard let node = nodes[declaration.node] else { continue }
            let instance = declaration.instance(on: node)
            let same = known.isEmpty ? nil : known[instance.identity].flatMap { $0 == instance ? $0 : nil }
            live.append(same ?? instance)
            liveNodes.insert(declaration.node)
        }
        let contents = RegistryContents(
            datacenter: datacenter,
            datacenters: datacenters,
            ownNode: ownNode,
            services: services,
            nodes: nodes.values.filter { $0.isListed || liveNodes.contains($0.node.name) }.map(\.node),
            instances: live,
            keys: keys
        )
        return Moment(contents: contents, nextExpiry: nextExpiry)
    }
}

extension MergedRegistry {
    /// Whether `service` is named and nobody declares an instance of it, one whose lease has ended included.
    func isStatedEmpty(_ service: String) -> Bool {
        let name = service.lowercased()
        return services.contains { $0.lowercased() == name }
            && !instances.contains { $0.declaration.service.lowercased() == name }
    }
}

extension MergedRegistry {
    /// Whether an instance is there for a time only.
    var hasLeases: Bool { instances.contains { $0.declaration.lease != Lease() } }
}

extension InstanceDeclaration {
    /// The instance on its node, whose checks come first.
    fileprivate func instance(on node: MergedRegistry.ResolvedNode) -> Instance {
        Instance(
            service: service,
            id: id,
            node: node.node,
            address: address,
            port: port,
            tags: tags,
            meta: meta,
            taggedAddresses: taggedAddresses,
            weights: weights,
            checks: node.checks + checks,
            health: health(withNodeChecks: node.checks),
            zone: zone
        )
    }
}
