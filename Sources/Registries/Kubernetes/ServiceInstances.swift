package import Catalog

/// Makes instances of a Service and its EndpointSlices.
package struct ServiceInstances: Sendable {
    private let rules: RegistrationRules
    /// The name of the port that instances have where the Service does not say.
    private let port: String?

    package init(hostnames: Bool, port: String? = nil) {
        rules = RegistrationRules(addresses: AddressSyntax(allowsHostnames: hostnames))
        self.port = port
    }

    /// The instances in the order of an answer, and what was left out.
    ///
    /// The same address and port may stand in several slices while endpoints move between them; it is one instance, as well
    /// as its best entry says. A pod with addresses of both families is one, too, with the Service's preferred one.
    package func instances(
        of service: KubernetesService,
        _ slices: [EndpointSlice],
    ) -> (instances: [Instance], rejected: [RejectedRegistration]) {
        var merge = EndpointMerge(families: service.families)
        var rejected: [RejectedRegistration] = []
        func reject(_ id: String, _ node: String, _ reason: String) {
            let identity = InstanceIdentity(service: service.name.name, node: node, id: id)
            rejected.append(RejectedRegistration(instance: identity, reason: reason))
        }
        for slice in slices {
            let number = port(of: service, in: slice)
            for endpoint in slice.endpoints {
                let id = endpoint.pod ?? endpoint.address
                if let violation = rules.violation(of: endpoint.address, "the endpoint's address") {
                    reject(id, endpoint.node, violation)
                } else if let number, RegistrationRules.range.contains(number) {
                    merge.add(endpoint, port: number, of: slice)
                } else if let number {
                    reject(id, endpoint.node, RegistrationRules.outOfRange("the port of \(slice.name.name)", number))
                } else {
                    reject(
                        id,
                        endpoint.node,
                        "the EndpointSlice \(slice.name.name) has no port of the name that the annotation headgate/port says"
                    )
                }
            }
        }
        var nodes: [String: Node] = [:]
        // Shared by all to whom nothing else is said.
        let tags = Self.tags(service.notes["tags"])
        let meta = service.meta.merging(service.notes) { $1 }
        let instances = merge.endpoints.map { found in
            let weight = weight(found.notes["weight"] ?? service.notes["weight"]) {
                reject(found.id(of: service), found.node, $0)
            }
            let node = nodes[found.node] ?? Node(name: found.node)
            nodes[found.node] = node
            return Instance(
                service: service.name.name,
                id: found.id(of: service),
                node: node,
                address: found.address,
                port: found.port,
                tags: found.notes["tags"].map { (Self.tags($0) + tags).sortedAndUnique } ?? tags,
                meta: found.notes.isEmpty ? meta : meta.merging(found.notes) { $1 },
                taggedAddresses: found.taggedAddresses,
                weights: Weights(passing: weight, warning: weight),
                health: found.health,
                zone: found.zone
            )
        }
        return (instances.sorted { $0.precedesInAnswer($1) }, rejected)
    }

    /// The number of the port that instances of a slice have: of the annotation `headgate/port`, or of the registry's `port`,
    /// or the first of the Service's that the slice has. Nil: the annotation names one that it does not have.
    private func port(of service: KubernetesService, in slice: EndpointSlice) -> Int? {
        func number(_ name: String) -> Int? { slice.ports.first { $0.name == name }?.number }
        if let wanted = service.notes["port"] { return number(wanted) }
        return port.flatMap(number) ?? service.ports.lazy.compactMap(number).first ?? slice.ports.first?.number ?? 0
    }

    /// The tags of an annotation `headgate/tags`.
    static func tags(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { tag in
            String(tag.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }.sortedAndUnique
    }

    private func weight(_ text: String?, _ reject: (String) -> Void) -> Int {
        guard let text else { return 1 }
        if let weight = Int(text), RegistrationRules.range.contains(weight) { return weight }
        reject("the annotation headgate/weight is no number from 0 to 65535; its weight is 1")
        return 1
    }
}

/// Endpoints of several slices, each instance once.
private struct EndpointMerge {
    struct Endpoint {
        var pod: String?
        var address: String
        var port: Int
        var family: AddressFamily?
        var health: Health
        var node: String
        var zone: String
        var notes: [String: String]
        var taggedAddresses: [String: TaggedAddress]?

        func id(of service: KubernetesService) -> String { pod ?? "\(service.name.name)-\(address)-\(port)" }
    }

    private struct Place: Hashable {
        var address: String
        var port: Int
    }

    private(set) var endpoints: [Endpoint] = []
    private let families: [AddressFamily]
    private var places: [Place: Int] = [:]
    private var pods: [String: Int] = [:]

    init(families: [AddressFamily]) { self.families = families.isEmpty ? [.ipv4] : families }

    mutating func add(_ endpoint: EndpointSlice.Endpoint, port: Int, of slice: EndpointSlice) {
        let place = Place(address: endpoint.address, port: port)
        if let known = places[place] {
            fill(known, from: endpoint, slice)
            return
        }
        var fresh = Endpoint(
            pod: endpoint.pod,
            address: endpoint.address,
            port: port,
            family: slice.family,
            health: endpoint.health,
            node: endpoint.node,
            zone: endpoint.zone,
            notes: slice.notes,
            taggedAddresses: Self.named(slice.ports, at: endpoint.address)
        )
        guard let pod = endpoint.pod, let known = pods[pod] else {
            places[place] = endpoints.count
            if let pod = endpoint.pod { pods[pod] = endpoints.count }
            endpoints.append(fresh)
            return
        }
        places[place] = known
        let old = endpoints[known]
        var both = [old, fresh].reduce(into: [String: TaggedAddress]()) { tagged, one in
            let kind = one.family == .ipv6 ? "lan_ipv6" : "lan_ipv4"
            tagged[kind] = tagged[kind] ?? TaggedAddress(address: one.address, port: one.port)
        }
        if rank(fresh) < rank(old) {
            both.merge(fresh.taggedAddresses ?? [:]) { $1 }
            fresh.notes.merge(old.notes) { fresh, _ in fresh }
            endpoints[known] = fresh
        } else {
            both.merge(old.taggedAddresses ?? [:]) { $1 }
        }
        endpoints[known].taggedAddresses = both
    }

    /// What another entry of the same address and port says more.
    private mutating func fill(_ known: Int, from endpoint: EndpointSlice.Endpoint, _ slice: EndpointSlice) {
        if endpoint.health.severity < endpoints[known].health.severity, endpoints[known].address == endpoint.address {
            endpoints[known].health = endpoint.health
        }
        if endpoints[known].pod == nil, let pod = endpoint.pod, pods[pod] == nil {
            endpoints[known].pod = pod
            pods[pod] = known
        }
        if endpoints[known].node.isEmpty { endpoints[known].node = endpoint.node }
        if endpoints[known].zone.isEmpty { endpoints[known].zone = endpoint.zone }
        endpoints[known].notes.merge(slice.notes) { known, _ in known }
    }

    /// The less, the better: first by health, then by the Service's order of families.
    private func rank(_ endpoint: Endpoint) -> Int {
        let family = endpoint.family.flatMap { families.firstIndex(of: $0) } ?? families.count
        return endpoint.health.severity * 10 + family
    }

    private static func named(_ ports: [EndpointSlice.Port], at address: String) -> [String: TaggedAddress]? {
        var named: [String: TaggedAddress] = [:]
        for port in ports where !port.name.isEmpty && (1...65535).contains(port.number) {
            named[port.name] = TaggedAddress(address: address, port: port.number)
        }
        return named.isEmpty ? nil : named
    }
}
