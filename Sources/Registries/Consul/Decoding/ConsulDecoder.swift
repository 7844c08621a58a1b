package import Catalog
package import Wire

/// Makes results of Consul's answers, strictly: what is truncated or of another shape is a fault as a whole, and never
/// half an answer.
package struct ConsulDecoder: Sendable {
    /// A result, and what was left out of it.
    package struct Decoded: Sendable {
        package var result: QueryResult
        package var rejected: [RejectedRegistration]
    }

    private let rules: RegistrationRules

    /// A decoder that lets host names through as addresses, or IP literals alone.
    package init(hostnames: Bool) {
        rules = RegistrationRules(addresses: AddressSyntax(allowsHostnames: hostnames))
    }

    /// The result that `body`, of an answer with status 200 to `query`, stands for, in the canonical order of
    /// `QueryResult`. Instances that are as in `previous` are the same objects.
    ///
    /// - Throws: where the body is not JSON, or not of the shape that Consul's answer has.
    package func result(
        of body: [UInt8],
        to query: CatalogQuery,
        reusing previous: QueryResult? = nil,
    ) throws(JSONFault) -> Decoded {
        var json = JSONScanner(body)
        var reader = InstanceReader(rules)
        let result = try read(&json, query, &reader, previous)
        try json.finish()
        return Decoded(result: result, rejected: reader.rejected)
    }

    /// The result of a 404 to `query`, which asks for a key or a prefix; nil for any other.
    package func noSuchKey(_ query: CatalogQuery) -> QueryResult? {
        switch query {
        case .key: .key(nil)
        case .prefix: .keys([])
        default: nil
        }
    }

    /// The name of the agent's node, which the answer to `ConsulRequest.agentSelf` has as `Config.NodeName`.
    package func nodeName(ofAgentSelf body: [UInt8]) throws(JSONFault) -> String {
        var json = JSONScanner(body)
        var name: String?
        var keys = Keys<AgentKey>()
        try json.beginObject()
        while try keys.next(in: &json) != nil {
            var keys = Keys<AgentConfigurationKey>()
            try json.beginObject()
            while try keys.next(in: &json) != nil { name = try json.readString() }
        }
        guard let name, !name.isEmpty else { throw json.missing("Config.NodeName", of: "the agent's answer") }
        try json.finish()
        return name
    }

    private func read(
        _ json: inout JSONScanner,
        _ query: CatalogQuery,
        _ reader: inout InstanceReader,
        _ previous: QueryResult?,
    ) throws(JSONFault) -> QueryResult {
        switch query {
        case .service(_, _, let near, _), .connect(_, _, let near, _):
            return .instances(Self.ordered(try reader.readEntries(in: &json), near: near, previous))
        case .preparedQuery(_, let near, _):
            return .instances(Self.ordered(try Self.found(&json, &reader), near: near, previous))
        case .services: return .services(try Self.services(&json, &reader))
        case .nodes(let near, _):
            let nodes = try json.readList(Node.init(reading:)).filter { reader.accepts($0) }
            return .nodes(near == nil ? nodes.sorted { bytewise($0.name, $1.name) } : nodes)
        case .node: return .node(try Self.node(&json, &reader, previous))
        case .datacenters:
            return .datacenters(
                try json.readList { json throws(JSONFault) in try json.readString() }.sorted(by: bytewise)
            )
        case .key:
            let pairs = try json.readList(KeyValue.init(reading:))
            guard pairs.count == 1 else { throw JSONFault("one key is expected, not \(pairs.count)", at: 0) }
            return .key(pairs[0])
        case .prefix: return .keys(try json.readList(KeyValue.init(reading:)).sorted { bytewise($0.path, $1.path) })
        case .caRoots: return .caRoots(try Self.roots(&json))
        case .caLeaf: return .caLeaf(try LeafCertificate(reading: &json))
        }
    }
}

extension ConsulDecoder {
    private enum AgentKey: Int, AnswerKey {
        case configuration

        static let table = JSONKeyTable(["Config"])
    }

    private enum AgentConfigurationKey: Int, AnswerKey {
        case nodeName

        static let table = JSONKeyTable(["NodeName"])
    }

    private enum PreparedQueryKey: Int, AnswerKey {
        case nodes

        static let table = JSONKeyTable(["Nodes"])
    }

    private enum CatalogNodeKey: Int, AnswerKey {
        case node, services

        static let table = JSONKeyTable(["Node", "Services"])
    }

    private enum RootsKey: Int, AnswerKey {
        case roots

        static let table = JSONKeyTable(["Roots"])
    }

    /// In consul-template's order, or the registry's if that was asked for.
    private static func ordered(_ instances: [Instance], near: String?, _ previous: QueryResult?) -> [Instance] {
        var previous = PreviousInstances(previous)
        let isSorted = near != nil || zip(instances, instances.dropFirst()).allSatisfy { !precedes($1, $0) }
        return previous.unified(with: isSorted ? instances : instances.sorted(by: precedes))
    }

    private static func precedes(_ left: Instance, _ right: Instance) -> Bool {
        left.node.name == right.node.name
            ? bytewise(left.id, right.id) : bytewise(left.node.name, right.node.name)
    }

    /// The instances that a prepared query found.
    private static func found(
        _ json: inout JSONScanner,
        _ reader: inout InstanceReader,
    ) throws(JSONFault) -> [Instance] {
        var instances: [Instance]?
        var keys = Keys<PreparedQueryKey>()
        try json.beginObject()
        while try keys.next(in: &json) != nil { instances = try reader.readEntries(in: &json) }
        guard let instances else { throw json.missing("Nodes", of: "the answer to a prepared query") }
        return instances
    }

    /// An object of tags by services' names; those whose name would be another question are left out.
    private static func services(
        _ json: inout JSONScanner,
        _ reader: inout InstanceReader,
    ) throws(JSONFault) -> [ServiceSummary] {
        var summaries: [ServiceSummary] = []
        try json.beginObject()
        while let name = try json.nextKey() {
            let tags = try json.readTexts().sortedAndUnique
            if reader.accepts(serviceName: name) { summaries.append(ServiceSummary(name: name, tags: tags)) }
        }
        return summaries.sorted { bytewise($0.name, $1.name) }
    }

    /// A node and its services; `null`, or a node that is `null`, for one that does not exist.
    private static func node(
        _ json: inout JSONScanner,
        _ reader: inout InstanceReader,
        _ previous: QueryResult?,
    ) throws(JSONFault) -> NodeServices? {
        if try json.readNull() { return nil }
        var isSaid = false
        var node: Node?
        var services: [ServiceRegistration] = []
        var keys = Keys<CatalogNodeKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .node:
                isSaid = true
                node = try json.readNull() ? nil : Node(reading: &json)
            case .services: services = try reader.readServices(in: &json)
            }
        }
        guard isSaid else { throw json.missing("Node", of: "the answer") }
        guard let node, reader.accepts(node) else { return nil }
        var instances: [Instance] = []
        for service in services {
            if let instance = reader.instance(service, on: node, [], .unknown) { instances.append(instance) }
        }
        instances.sort { $0.service == $1.service ? bytewise($0.id, $1.id) : bytewise($0.service, $1.service) }
        var before = PreviousInstances(previous)
        return NodeServices(node: node, instances: before.unified(with: instances))
    }

    private static func roots(_ json: inout JSONScanner) throws(JSONFault) -> [CertificateAuthority] {
        var roots: [CertificateAuthority]?
        var keys = Keys<RootsKey>()
        try json.beginObject()
        while try keys.next(in: &json) != nil {
            roots = try json.readNull() ? [] : json.readList(CertificateAuthority.init(reading:))
        }
        guard let roots else { throw json.missing("Roots", of: "the answer") }
        return roots.sorted { bytewise($0.id, $1.id) }
    }
}
