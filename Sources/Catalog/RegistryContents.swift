/// Everything that a registry holds at one moment, able to answer every question.
///
/// For registries that know their whole content: a registry file, a recording, a test. Names and tags compare without
/// case, as Consul compares them; keys and their prefixes byte for byte.
package struct RegistryContents: Sendable {
    /// The registry's own datacenter, which a question without one means.
    package let datacenter: String
    /// The names of all datacenters, the own one among them, sorted.
    package let datacenters: [String]
    /// The node that a question for a node without a name means; nil if there is none.
    package let ownNode: String?
    /// The names of all services, those without an instance too, sorted.
    package let serviceNames: [String]
    /// All instances: by service name, node name and ID.
    package let instances: [Instance]
    /// All nodes, those without a service too, by name.
    package let nodes: [Node]
    /// The key/value tree, by path.
    package let keys: [KeyValue]

    private let positionsByService: [String: [Int]]
    private let positionsByNode: [String: [Int]]

    /// Sorts and indexes what a registry holds.
    ///
    /// A node belongs to the datacenter it names, or to `datacenter` if it names none; its instances belong where it
    /// does. Nodes and services that only `instances` mention are added; a path that comes twice keeps its last value.
    package init(
        datacenter: String = "dc1",
        datacenters: [String] = [],
        ownNode: String? = nil,
        services: [String] = [],
        nodes: [Node] = [],
        instances: [Instance] = [],
        keys: [KeyValue] = [],
    ) {
        self.datacenter = datacenter
        self.ownNode = ownNode
        let groups = Self.grouped(instances)
        let instances = groups.flatMap(\.instances)
        self.instances = instances

        var nodesByName = [String: Node](minimumCapacity: nodes.count)
        for instance in instances { nodesByName[instance.node.name] = instance.node }
        for node in nodes { nodesByName[node.name] = node }
        self.nodes = nodesByName.keys.sorted { $0.precedesBytewise($1) }.compactMap { nodesByName[$0] }

        self.datacenters = Set(datacenters + [datacenter]).sorted { $0.precedesBytewise($1) }
        self.serviceNames = Set(services + groups.map(\.service)).sorted { $0.precedesBytewise($1) }
        self.keys = Dictionary(keys.map { ($0.path, $0) }) { $1 }.values.sorted { $0.path.precedesBytewise($1.path) }

        var byService: [String: [Int]] = [:]
        var byNode = [String: [Int]](minimumCapacity: nodesByName.count)
        var start = 0
        for group in groups {
            byService[group.service.lowercased(), default: []] += start..<start + group.instances.count
            start += group.instances.count
        }
        for (position, instance) in instances.enumerated() {
            byNode[instance.node.name.lowercased(), default: []].append(position)
        }
        positionsByService = byService
        positionsByNode = byNode
    }

    /// The instances of each service in the order of an answer; the services sorted by name.
    ///
    /// Registries list a service's instances together, so that few services have to be looked up.
    private static func grouped(_ instances: [Instance]) -> [(service: String, instances: [Instance])] {
        var groups: [(service: String, instances: [Instance])] = []
        var positions: [[UInt8]: Int] = [:]
        var rest = instances[...]
        while let first = rest.first {
            let run = rest.prefix { $0.service.isSame(as: first.service) }
            rest = rest[run.endIndex...]
            if let known = positions.updateValue(groups.count, forKey: Array(first.service.utf8)) {
                positions[Array(first.service.utf8)] = known
                groups[known].instances += run
            } else {
                groups.append((first.service, Array(run)))
            }
        }
        for index in groups.indices { groups[index].instances.sort { $0.precedesInAnswer($1) } }
        return groups.sorted { $0.service.precedesBytewise($1.service) }
    }

    /// The answer to `query`, in canonical order and with Consul's meaning.
    ///
    /// Another datacenter than those with nodes is empty, and so is a namespace, partition or peer other than the default
    /// one. Nothing here knows distances: `near` leaves the order as it is. Keys belong to the own datacenter.
    package func answer(_ query: CatalogQuery) -> QueryResult {
        let asked = query.scope.datacenter ?? datacenter
        let isKnown = query.scope.isDefaultPartition
        switch query {
        case .service(let name, let tag, _, _):
            let positions = isKnown ? positionsByService[name.lowercased()] ?? [] : []
            let found = positions.lazy.map { instances[$0] }.filter { instance in
                isIn(asked, instance.node)
                    && (tag.map { wanted in instance.tags.contains { $0.matches(wanted) } } ?? true)
            }
            return .instances(found.sorted { $0.precedesInAnswer($1) })
        case .connect, .preparedQuery: return .instances([])
        case .caRoots: return .caRoots([])
        case .caLeaf: return .caLeaf(nil)
        case .services: return .services(isKnown ? summaries(in: asked) : [])
        case .nodes: return .nodes(isKnown ? nodes.filter { isIn(asked, $0) } : [])
        case .node(let name, _):
            return .node(isKnown ? (name ?? ownNode).flatMap { services(onNode: $0, in: asked) } : nil)
        case .datacenters: return .datacenters(datacenters)
        case .key(let path, _):
            guard isKnown, asked.matches(datacenter) else { return .key(nil) }
            let position = firstKey(notBefore: path)
            return .key(position < keys.endIndex && keys[position].path.isSame(as: path) ? keys[position] : nil)
        case .prefix(let path, _):
            guard isKnown, asked.matches(datacenter) else { return .keys([]) }
            return .keys(Array(keys[firstKey(notBefore: path)...].prefix { $0.path.utf8.starts(with: path.utf8) }))
        }
    }

    private func isIn(_ asked: String, _ node: Node) -> Bool {
        (node.datacenter.isEmpty ? datacenter : node.datacenter).matches(asked)
    }

    private func summaries(in asked: String) -> [ServiceSummary] {
        var found: [(name: String, tags: Set<String>)] = []
        for instance in instances where isIn(asked, instance.node) {
            if found.last?.name != instance.service { found.append((instance.service, [])) }
            found[found.endIndex - 1].tags.formUnion(instance.tags)
        }
        return found.map { name, tags in
            ServiceSummary(name: name, tags: tags.sorted { $0.precedesBytewise($1) })
        }
    }

    private func services(onNode name: String, in asked: String) -> NodeServices? {
        guard let node = nodes.first(where: { $0.name.matches(name) && isIn(asked, $0) }) else { return nil }
        let running = (positionsByNode[name.lowercased()] ?? []).map { instances[$0] }
        return NodeServices(
            node: node,
            instances: running.sorted {
                $0.service.isSame(as: $1.service)
                    ? $0.id.precedesBytewise($1.id) : $0.service.precedesBytewise($1.service)
            },
        )
    }

    /// The position of the first key that is `path` or comes after it.
    private func firstKey(notBefore path: String) -> Int {
        var low = keys.startIndex
        var high = keys.endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if keys[middle].path.precedesBytewise(path) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension QueryScope {
    /// Whether no other namespace, partition or peer than the default one is asked for.
    fileprivate var isDefaultPartition: Bool {
        parameters.allSatisfy { $0.value.isEmpty || ($0.key != "peer" && $0.value.matches("default")) }
    }
}

extension Instance {
    /// The order of an answer to `service`: by node name, then ID.
    package func precedesInAnswer(_ other: Instance) -> Bool {
        let byNode = node.name.bytewiseOrder(to: other.node.name)
        if byNode != 0 { return byNode < 0 }
        let byID = id.bytewiseOrder(to: other.id)
        return byID == 0 ? service.precedesBytewise(other.service) : byID < 0
    }
}

extension String {
    func precedesBytewise(_ other: String) -> Bool { bytewiseOrder(to: other) < 0 }

    fileprivate func isSame(as other: String) -> Bool { bytewiseOrder(to: other) == 0 }

    /// Below 0 if this comes before `other` byte for byte, above if after, 0 if it is the same.
    func bytewiseOrder(to other: String) -> Int {
        let (leftText, rightText) = (utf8Span, other.utf8Span)
        let (left, right) = (leftText.span, rightText.span)
        for index in 0..<min(left.count, right.count) where left[index] != right[index] {
            return left[index] < right[index] ? -1 : 1
        }
        return left.count - right.count
    }

    /// Equality without case.
    fileprivate func matches(_ other: String) -> Bool { self == other || lowercased() == other.lowercased() }
}
