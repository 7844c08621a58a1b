internal import Catalog

/// What a question asks of a cluster.
enum KubernetesQuestion: Hashable, Sendable {
    /// The instances of a Service, those with the tag only.
    case instances(ObjectName, tag: String?)
    /// The Services of a namespace.
    case services(namespace: String)
    /// It cannot be answered; why, and what to do.
    case refused(String, hint: String)

    /// - Parameter namespace: What a question without one means.
    init(_ query: CatalogQuery, namespace: String) {
        let scope = query.scope
        let namespace = scope.parameters["ns"] ?? namespace
        if scope.datacenter != nil {
            self = .refused(
                "Kubernetes has no datacenters (`@`)",
                hint: "give each cluster a registry: `?registry=NAME`"
            )
            return
        }
        if let name = scope.parameters.keys.sorted().first(where: { $0 != "ns" }) {
            self = .refused("Kubernetes knows nothing of `\(name)`", hint: "it has `?ns=NAMESPACE`")
            return
        }
        switch query {
        case .service(_, _, .some, _): self = .refused("Kubernetes sorts by no distance (`~`)", hint: "take it out")
        case .service(let name, let tag, nil, _):
            self = .instances(ObjectName(namespace: namespace, name: name), tag: tag)
        case .services: self = .services(namespace: namespace)
        case .nodes, .node:
            self = .refused("Kubernetes' nodes are not read", hint: "an instance has its node's name and zone")
        case .key, .prefix:
            self = .refused(
                "Kubernetes has no key/value tree",
                hint: "mount a ConfigMap and use `file`, or name a registry that has one: `?registry=NAME`"
            )
        case .connect, .caRoots, .caLeaf:
            self = .refused("Kubernetes has no service mesh of Consul's", hint: "use `service`")
        case .preparedQuery: self = .refused("Kubernetes has no prepared queries", hint: "use `service`")
        case .datacenters: self = .refused("Kubernetes has no datacenters", hint: "take it out")
        }
    }

    /// Where the answer lies; nil if there is none.
    var namespace: String? {
        switch self {
        case .instances(let name, _): name.namespace
        case .services(let namespace): namespace
        case .refused: nil
        }
    }
}
