package import Catalog

/// A name within its namespace.
package struct ObjectName: Hashable, Sendable {
    package var namespace: String
    package var name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }
}

/// What is watched of a cluster.
package enum KubernetesResource: String, Hashable, Sendable, CaseIterable {
    case services
    case endpointSlices = "endpointslices"

    /// The path of the resource in a namespace; nil: in all.
    func path(in namespace: String?) -> String {
        let group = self == .services ? "/api/v1" : "/apis/discovery.k8s.io/v1"
        return "\(group)\(namespace.map { "/namespaces/\(encoded($0))" } ?? "")/\(rawValue)"
    }
}

/// An object as far as it matters.
package enum KubernetesObject: Hashable, Sendable {
    case service(KubernetesService)
    case slice(EndpointSlice)

    package var name: ObjectName {
        switch self {
        case .service(let service): service.name
        case .slice(let slice): slice.name
        }
    }
}

/// A Service (Kubernetes API, `core/v1`).
package struct KubernetesService: Hashable, Sendable {
    package var name: ObjectName
    /// Its labels and annotations.
    package var meta: [String: String] = [:]
    /// Its annotations `headgate/…` without the prefix: `weight`, `port` (a port's name), `tags` (separated by commas), and
    /// whatever templates want.
    package var notes: [String: String] = [:]
    /// The names of its ports, in its order.
    package var ports: [String] = []
    /// The families of addresses, the preferred one first.
    package var families: [AddressFamily] = []
    /// Whether it is a name for something outside, without EndpointSlices.
    package var isExternalName = false

    package init(name: ObjectName) { self.name = name }
}

/// What an EndpointSlice's addresses are (`addressType`).
package enum AddressFamily: String, Hashable, Sendable {
    case ipv4 = "IPv4"
    case ipv6 = "IPv6"
    case fqdn = "FQDN"
}

/// An EndpointSlice (Kubernetes API, `discovery/v1`).
package struct EndpointSlice: Hashable, Sendable {
    package struct Port: Hashable, Sendable {
        package var name = ""
        /// 0: none is said, which means all.
        package var number = 0

        package init() {}
    }

    package struct Endpoint: Hashable, Sendable {
        /// The first of its addresses; the others are the same thing (API reference: "consumers should use the first").
        package var address = ""
        package var health = Health.passing
        package var node = ""
        package var zone = ""
        /// The name of its pod, if it is one.
        package var pod: String?

        package init() {}
    }

    package var name: ObjectName
    /// The name of its Service; empty if it belongs to none.
    package var service = ""
    package var family: AddressFamily?
    package var ports: [Port] = []
    package var endpoints: [Endpoint] = []
    /// Its annotations `headgate/…` without the prefix; for its endpoints they count more than the Service's.
    package var notes: [String: String] = [:]

    package init(name: ObjectName) { self.name = name }
}
