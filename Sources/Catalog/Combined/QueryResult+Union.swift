extension QueryResult {
    /// What several registries together answer to one question, in the canonical order, or in theirs if `near` was asked.
    ///
    /// What two of them have is there once, as the first one has it. An instance is the same if service, address and port
    /// are. If its health differs, a registry that has taken it out counts (draining, maintenance), else the one that is
    /// better pleased, since a check may fail on its way. An instance whose ID another one on a node of that name has
    /// already gets its registry's name behind the ID. It drains if it does for any that has it.
    ///
    /// - Parameter parts: The answers with the names of their registries, the first first; not empty.
    package static func union(_ parts: [(registry: String, result: QueryResult)], inRegistryOrder: Bool) -> QueryResult?
    {
        guard let first = parts.first?.result else { return nil }
        let results = parts.map(\.result)
        switch first {
        case .instances:
            let instances = unitedInstances(parts)
            return .instances(inRegistryOrder ? instances : instances.sorted { $0.precedesInAnswer($1) })
        case .services:
            var tags: [String: Set<String>] = [:]
            for case .services(let summaries) in results {
                for summary in summaries { tags[summary.name, default: []].formUnion(summary.tags) }
            }
            return .services(
                tags.keys.sorted { $0.precedesBytewise($1) }.map { name in
                    ServiceSummary(name: name, tags: (tags[name] ?? []).sorted { $0.precedesBytewise($1) })
                }
            )
        case .nodes:
            let nodes = distinct(results.flatMap(\.nodesList), by: \.name)
            return .nodes(inRegistryOrder ? nodes : nodes.sorted { $0.name.precedesBytewise($1.name) })
        case .datacenters:
            let names = results.flatMap(\.datacentersList)
            return .datacenters(Set(names).sorted { $0.precedesBytewise($1) })
        case .keys:
            let keys = distinct(results.flatMap(\.keysList), by: \.path)
            return .keys(keys.sorted { $0.path.precedesBytewise($1.path) })
        case .caRoots:
            let roots = distinct(results.flatMap(\.caRootsList), by: \.id)
            return .caRoots(roots.sorted { $0.id.precedesBytewise($1.id) })
        case .node, .key, .caLeaf: return results.first(where: \.isThere) ?? first
        }
    }

    /// Whether it has anything that a template can use: a working instance, or any other thing.
    package var hasUsable: Bool { usableCount(alsoWarning: true, upTo: 1) > 0 }

    private var nodesList: [Node] { if case .nodes(let nodes) = self { nodes } else { [] } }
    private var datacentersList: [String] { if case .datacenters(let names) = self { names } else { [] } }
    private var keysList: [KeyValue] { if case .keys(let keys) = self { keys } else { [] } }
    private var caRootsList: [CertificateAuthority] { if case .caRoots(let roots) = self { roots } else { [] } }

    private var isThere: Bool {
        switch self {
        case .node(let node): node != nil
        case .key(let key): key != nil
        case .caLeaf(let leaf): leaf != nil
        default: true
        }
    }

    private static func distinct<Element>(_ elements: [Element], by key: (Element) -> String) -> [Element] {
        var seen: Set<String> = []
        return elements.filter { seen.insert(key($0)).inserted }
    }

    private static func unitedInstances(_ parts: [(registry: String, result: QueryResult)]) -> [Instance] {
        struct Place: Hashable {
            var service: String
            var address: String
            var port: Int
        }
        var united: [(registry: String, instance: Instance)] = []
        var indices: [Place: Int] = [:]
        for case (let registry, .instances(let instances)) in parts {
            for instance in instances {
                let place = Place(
                    service: instance.service.lowercased(),
                    address: instance.effectiveAddress,
                    port: instance.port
                )
                // One registry may have a place twice, and says so to its templates.
                if let index = indices[place], united[index].registry != registry {
                    united[index].instance = united[index].instance.united(with: instance)
                } else {
                    if indices[place] == nil { indices[place] = united.count }
                    united.append((registry, instance))
                }
            }
        }
        var identities: Set<InstanceIdentity> = []
        return united.map { registry, instance in
            var instance = instance
            while !identities.insert(instance.identity).inserted {
                instance = instance.with(id: "\(instance.id)@\(registry)")
            }
            return instance
        }
    }
}

extension Health {
    /// Who is lower counts where registries differ.
    fileprivate var precedenceInUnion: Int { self == .draining || self == .maintenance ? -1 : severity }
}

extension Instance {
    /// What is taken of the same instance in two registries, this the first.
    fileprivate func united(with other: Instance) -> Instance {
        let one = other.health.precedenceInUnion < health.precedenceInUnion ? other : self
        // One that may be deregistered somewhere drains, whatever lease it has elsewhere.
        let drains = drains || other.drains
        return one.drains == drains ? one : one.with(drains: drains)
    }
}
