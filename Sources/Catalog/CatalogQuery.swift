/// A question to a registry: the unit that is watched, guarded, and that a template depends on.
///
/// Which health states a template wants is not part of it: registries answer with all instances, and the filter
/// (`|passing,warning`) works on the answer, so that one watch serves every template.
package enum CatalogQuery: Hashable, Sendable {
    /// The instances of one service in every health, those with `tag` only if given. `near` asks the registry to sort by
    /// distance from a node.
    case service(name: String, tag: String? = nil, near: String? = nil, scope: QueryScope = QueryScope())
    /// The instances through which one service is reached over Consul's service mesh: its proxies, and those of its own that
    /// speak mutual TLS. The rest is as for `service`.
    case connect(name: String, tag: String? = nil, near: String? = nil, scope: QueryScope = QueryScope())
    /// The instances that a query prepared in Consul finds, by its name or ID.
    case preparedQuery(name: String, near: String? = nil, scope: QueryScope = QueryScope())
    /// The names of all services that have an instance, with their tags.
    case services(scope: QueryScope = QueryScope())
    case nodes(near: String? = nil, scope: QueryScope = QueryScope())
    /// A node with its services; nil is the registry's own (Consul: the agent's) node.
    case node(name: String?, scope: QueryScope = QueryScope())
    case datacenters(scope: QueryScope = QueryScope())
    /// One key of the key/value tree.
    case key(path: String, scope: QueryScope = QueryScope())
    /// All keys that begin with `path`, a plain string prefix.
    case prefix(path: String, scope: QueryScope = QueryScope())
    /// The certificates of the service mesh's authorities.
    case caRoots(scope: QueryScope = QueryScope())
    /// A certificate of the service mesh for a service, with its private key.
    case caLeaf(service: String, scope: QueryScope = QueryScope())

    /// Where the question is asked.
    package var scope: QueryScope {
        switch self {
        case .service(_, _, _, let scope), .connect(_, _, _, let scope), .preparedQuery(_, _, let scope),
            .services(let scope), .nodes(_, let scope), .node(_, let scope), .datacenters(let scope),
            .key(_, let scope), .prefix(_, let scope), .caRoots(let scope), .caLeaf(_, let scope):
            scope
        }
    }
}

extension CatalogQuery {
    /// The same question asked elsewhere.
    package func asked(in scope: QueryScope) -> CatalogQuery {
        switch self {
        case .service(let name, let tag, let near, _): .service(name: name, tag: tag, near: near, scope: scope)
        case .connect(let name, let tag, let near, _): .connect(name: name, tag: tag, near: near, scope: scope)
        case .preparedQuery(let name, let near, _): .preparedQuery(name: name, near: near, scope: scope)
        case .services: .services(scope: scope)
        case .nodes(let near, _): .nodes(near: near, scope: scope)
        case .node(let name, _): .node(name: name, scope: scope)
        case .datacenters: .datacenters(scope: scope)
        case .key(let path, _): .key(path: path, scope: scope)
        case .prefix(let path, _): .prefix(path: path, scope: scope)
        case .caRoots: .caRoots(scope: scope)
        case .caLeaf(let service, _): .caLeaf(service: service, scope: scope)
        }
    }

    /// The question with the name of the registry that it goes to.
    package func qualified(byDefault registry: String) -> CatalogQuery {
        guard scope.registry == nil else { return self }
        var scope = scope
        scope.registry = registry
        return asked(in: scope)
    }

    /// The question as the author of a template would write it, for whom `registry` need not be named.
    package func unqualified(byDefault registry: String) -> CatalogQuery {
        guard scope.registry == registry else { return self }
        var scope = scope
        scope.registry = nil
        return asked(in: scope)
    }
}

/// Where a question is asked: which registry and datacenter, and Consul's further partitions.
package struct QueryScope: Hashable, Sendable {
    /// The name of a configured registry (`?registry=other`); nil is the target's own.
    package var registry: String?
    /// `@dc1`; nil is the registry's own.
    package var datacenter: String?
    /// Consul's `ns`, `partition`, `peer`, `sameness-group`.
    package var parameters: [String: String]

    package init(registry: String? = nil, datacenter: String? = nil, parameters: [String: String] = [:]) {
        self.registry = registry
        self.datacenter = datacenter
        self.parameters = parameters
    }
}

extension CatalogQuery: CustomStringConvertible {
    /// The question as a template would write it: `service v1.web?registry=other@dc1~near`.
    package var description: String {
        switch self {
        case .service(let name, let tag, let near, let scope):
            "service \(tag.map { "\($0)." } ?? "")\(name)\(scope)\(near.map { "~\($0)" } ?? "")"
        case .connect(let name, let tag, let near, let scope):
            "connect \(tag.map { "\($0)." } ?? "")\(name)\(scope)\(near.map { "~\($0)" } ?? "")"
        case .preparedQuery(let name, let near, let scope):
            "preparedQuery \(name)\(scope)\(near.map { "~\($0)" } ?? "")"
        case .services(let scope): "services\(scope.descriptionAfterBlank)"
        case .nodes(let near, let scope): "nodes\(scope.descriptionAfterBlank)\(near.map { "~\($0)" } ?? "")"
        case .node(let name, let scope): "node\(name.map { " \($0)" } ?? "")\(scope)"
        case .datacenters: "datacenters"
        case .key(let path, let scope): "key \(path)\(scope)"
        case .prefix(let path, let scope): "prefix \(path)\(scope)"
        case .caRoots(let scope): "caRoots\(scope.descriptionAfterBlank)"
        case .caLeaf(let service, let scope): "caLeaf \(service)\(scope)"
        }
    }
}

extension QueryScope: CustomStringConvertible {
    /// The scope as queries write it: `?ns=team&registry=other@dc1`; empty for the default.
    package var description: String {
        var parameters = parameters
        parameters["registry"] = registry
        let query = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        return (query.isEmpty ? "" : "?\(query)") + (datacenter.map { "@\($0)" } ?? "")
    }

    fileprivate var descriptionAfterBlank: String { description.isEmpty ? "" : " \(description)" }
}
