/// One instance of a service: an address and port that can be sent work, with what its registration says of it.
///
/// An immutable reference: ten thousand of them are compared, sorted and kept by pointer, and an instance that did not
/// change is the same object in the next snapshot.
package final class Instance: Sendable {
    /// The service's name.
    package let service: String
    /// The instance's ID, unique for its service on its node.
    package let id: String
    package let node: Node
    /// The service's own address; empty if it has none and the node's counts (see `effectiveAddress`).
    package let address: String
    /// 0 where the service has no port, else 1 to 65535.
    package let port: Int
    /// Sorted bytewise, as consul-template sorts them.
    package let tags: [String]
    package let meta: [String: String]
    /// Addresses by kind; nil where the registry has none (Consul's `null`).
    package let taggedAddresses: [String: TaggedAddress]?
    package let weights: Weights
    /// Node checks first, then by check ID, as Consul lists them.
    package let checks: [Check]
    package let health: Health
    /// Where the instance runs, if the registry says: Kubernetes' zone, a registry file's `zone`.
    package let zone: String
    /// Whether its going may be a deregistration, so that a target's `drain` counts. False where the end of a lease, as of an
    /// instance that crashed, looks the same.
    package let drains: Bool

    package init(
        service: String,
        id: String,
        node: Node,
        address: String = "",
        port: Int = 0,
        tags: [String] = [],
        meta: [String: String] = [:],
        taggedAddresses: [String: TaggedAddress]? = nil,
        weights: Weights = Weights(),
        checks: [Check] = [],
        health: Health = .passing,
        zone: String = "",
        drains: Bool = true,
    ) {
        self.service = service
        self.id = id
        self.node = node
        self.address = address
        self.port = port
        // Mostly they are, and then many instances share one list.
        let isSorted = zip(tags, tags.dropFirst()).allSatisfy { !$1.utf8.lexicographicallyPrecedes($0.utf8) }
        self.tags = isSorted ? tags : tags.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.meta = meta
        self.taggedAddresses = taggedAddresses
        self.weights = weights
        self.checks = checks
        self.health = health
        self.zone = zone
        self.drains = drains
    }

    /// The same instance with another ID or health, or as one that drains or does not.
    package func with(id: String? = nil, health: Health? = nil, drains: Bool? = nil) -> Instance {
        Instance(
            service: service,
            id: id ?? self.id,
            node: node,
            address: address,
            port: port,
            tags: tags,
            meta: meta,
            taggedAddresses: taggedAddresses,
            weights: weights,
            checks: checks,
            health: health ?? self.health,
            zone: zone,
            drains: drains ?? self.drains
        )
    }

    /// The address to connect to: the service's, or else the node's.
    package var effectiveAddress: String { address.isEmpty ? node.address : address }

    /// The weight that counts at the present health.
    package var currentWeight: Int { health == .warning ? weights.warning : weights.passing }

    /// Who this is, for people and for comparing two snapshots.
    package var identity: InstanceIdentity { InstanceIdentity(service: service, node: node.name, id: id) }
}

/// What stays of an instance when everything else about it changes. Two instances of one ID on different nodes are
/// legal in Consul.
package struct InstanceIdentity: Hashable, Sendable, Comparable {
    package var service: String
    package var node: String
    package var id: String

    package init(service: String, node: String, id: String) {
        self.service = service
        self.node = node
        self.id = id
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.service, left.node, left.id) < (right.service, right.node, right.id)
    }
}

/// How much work an instance takes beside its fellows (Consul: `Service.Weights`), by health.
package struct Weights: Hashable, Sendable {
    /// 0 to 65535; 1 where the registry says nothing.
    package var passing: Int
    /// 0 to 65535; 1 where the registry says nothing.
    package var warning: Int

    package init(passing: Int = 1, warning: Int = 1) {
        self.passing = passing
        self.warning = warning
    }
}

/// A service's address of one kind, such as `lan_ipv4` or `wan`.
package struct TaggedAddress: Hashable, Sendable {
    package var address: String
    package var port: Int

    package init(address: String, port: Int) {
        self.address = address
        self.port = port
    }
}

extension Instance: Hashable {
    package static func == (left: Instance, right: Instance) -> Bool {
        left === right || (left.hasEqualFields(to: right) && left.checks == right.checks)
    }

    /// Whether everything but the checks is equal in `other`.
    package func hasEqualFields(to other: Instance) -> Bool {
        id == other.id && address == other.address && port == other.port && health == other.health
            && weights == other.weights && service == other.service && zone == other.zone && tags == other.tags
            && meta == other.meta && taggedAddresses == other.taggedAddresses && drains == other.drains
            && node == other.node
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(service)
        hasher.combine(node.name)
        hasher.combine(id)
    }
}
