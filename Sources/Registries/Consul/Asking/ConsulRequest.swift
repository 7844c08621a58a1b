package import Catalog

/// What is asked of Consul's HTTP API for a query (Consul's API documentation: Health, Catalog, KV Store, Prepared
/// Queries, Connect).
///
/// Instances are asked for in every health: which of them a template wants is decided here, so that one watch serves all
/// of them.
package struct ConsulRequest: Hashable, Sendable {
    /// A parameter of the request, not yet encoded. One with an empty value is written as its name alone.
    package struct Parameter: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String = "") {
            self.name = name
            self.value = value
        }
    }

    /// Percent-encoded: `/v1/health/service/web`.
    package var path: String
    /// In an order that is always the same.
    package var parameters: [Parameter]
    /// Whether the answer can be waited for with an index; others are polled.
    package var isBlocking: Bool
    /// Whether a 404 is an answer, with an index: there is no such key.
    package var isKey: Bool

    package init(path: String, parameters: [Parameter] = [], isBlocking: Bool = true, isKey: Bool = false) {
        self.path = path
        self.parameters = parameters
        self.isBlocking = isBlocking
        self.isKey = isKey
    }

    /// What the agent says of itself; `ConsulDecoder.nodeName(ofAgentSelf:)` finds its node's name in it.
    package static let agentSelf = ConsulRequest(path: "/v1/agent/self", isBlocking: false)

    /// The request for `query`, asked in the scope of `defaults` where the query names none.
    ///
    /// `.node(name: nil)` gives `agentSelf`: who asks reads the name in its answer, and asks again with it.
    package init(_ query: CatalogQuery, defaults: ConsulScope = ConsulScope()) {
        let scope = Self.parameters(of: query.scope, defaults: defaults)
        switch query {
        case .service(let name, let tag, let near, _):
            self.init(path: "/v1/health/service/\(encoded(name))", parameters: Self.given(tag, near) + scope)
        case .connect(let name, let tag, let near, _):
            self.init(path: "/v1/health/connect/\(encoded(name))", parameters: Self.given(tag, near) + scope)
        case .preparedQuery(let name, let near, _):
            self.init(
                path: "/v1/query/\(encoded(name))/execute",
                parameters: Self.given(nil, near) + scope,
                isBlocking: false
            )
        case .services:
            self.init(path: "/v1/catalog/services", parameters: scope)
        case .nodes(let near, _):
            self.init(path: "/v1/catalog/nodes", parameters: Self.given(nil, near) + scope)
        case .node(let name?, _):
            self.init(path: "/v1/catalog/node/\(encoded(name))", parameters: scope)
        case .node(nil, _):
            self = .agentSelf
        case .datacenters:
            self.init(path: "/v1/catalog/datacenters", isBlocking: false)
        case .key(let path, _):
            self.init(path: "/v1/kv/\(encodedSegments(path))", parameters: scope, isKey: true)
        case .prefix(let path, _):
            self.init(
                path: "/v1/kv/\(encodedSegments(path))",
                parameters: [Parameter("recurse")] + scope,
                isKey: true
            )
        case .caRoots:
            self.init(path: "/v1/agent/connect/ca/roots", parameters: scope)
        case .caLeaf(let service, _):
            self.init(path: "/v1/agent/connect/ca/leaf/\(encoded(service))", parameters: scope)
        }
    }

    /// Path and parameters as they stand in the request line, with `further` ones behind (`index`, `wait`, `stale`).
    package func target(adding further: [Parameter] = []) -> String {
        var target = path
        var separator = "?"
        for parameter in parameters + further {
            target += separator + encoded(parameter.name)
            if !parameter.value.isEmpty { target += "=" + encoded(parameter.value) }
            separator = "&"
        }
        return target
    }

    private static func given(_ tag: String?, _ near: String?) -> [Parameter] {
        var parameters: [Parameter] = []
        if let tag { parameters.append(Parameter("tag", tag)) }
        if let near { parameters.append(Parameter("near", near)) }
        return parameters
    }

    private static func parameters(of scope: QueryScope, defaults: ConsulScope) -> [Parameter] {
        let given: [(name: String, value: String?)] = [
            ("dc", scope.datacenter ?? defaults.datacenter),
            ("ns", scope.parameters["ns"] ?? defaults.namespace),
            ("partition", scope.parameters["partition"] ?? defaults.partition),
            ("peer", scope.parameters["peer"]),
            ("sg", scope.parameters["sameness-group"]),
        ]
        return given.compactMap { name, value in
            guard let value, !value.isEmpty else { return nil }
            return Parameter(name, value)
        }
    }
}

/// The path of a key with its slashes, each segment encoded.
private func encodedSegments(_ path: String) -> String {
    path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        .map { encoded(String(Substring($0))) }.joined(separator: "/")
}
