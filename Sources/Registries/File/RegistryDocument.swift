package import Catalog
package import Documents

/// What one registry file says, as it says it: not yet joined with other files, leases not yet judged.
package struct RegistryDocument: Sendable {
    /// The file as the user named it.
    package var file: String
    package var datacenter: Placed<String>?
    package var datacenters: [String] = []
    /// The node that a question for a node without a name means.
    package var ownNode: Placed<String>?
    /// Each mention of a node with something said about it, in the file's order.
    package var nodes: [NodeDeclaration] = []
    /// Names of services, those with `instances: []` too.
    package var services: [String] = []
    package var instances: [InstanceDeclaration] = []
    package var keys: [Placed<KeyValue>] = []

    package init(file: String) {
        self.file = file
    }
}

/// A value with the place where it was written.
package struct Placed<Value: Sendable>: Sendable {
    package var value: Value
    package var place: SourcePlace

    package init(_ value: Value, at place: SourcePlace) {
        self.value = value
        self.place = place
    }
}

/// What one mention of a node says about it; nil is what it does not say.
package struct NodeDeclaration: Sendable {
    package var name: String
    package var id: String?
    package var address: String?
    package var datacenter: String?
    package var meta: [String: String]?
    package var taggedAddresses: [String: String]?
    /// Checks of the node itself, which count for every service on it.
    package var checks: [Check]?
    /// Whether it stands under `nodes:`, so that the node exists without a service too.
    package var isListed = false
    package var place: SourcePlace
}

/// An instance as its file declares it, with the file's and its service's defaults filled in.
package struct InstanceDeclaration: Sendable {
    package var service: String
    package var id: String
    package var node: String
    package var address: String
    package var port: Int
    package var tags: [String]
    package var meta: [String: String]
    package var taggedAddresses: [String: TaggedAddress]?
    package var weights: Weights
    /// Its own checks, by ID, without those of its node.
    package var checks: [Check]
    /// What its entry says of its health; nil: its own checks decide, or `defaultHealth` if it has none.
    package var statedHealth: Health?
    package var defaultHealth: Health
    package var zone: String
    package var lease: Lease
    package var place: SourcePlace

    /// How it is together with its node: stated, or else worst of its own checks; and the node's checks can make it worse.
    package func health(withNodeChecks nodeChecks: [Check]) -> Health {
        let own = statedHealth ?? (checks.isEmpty ? defaultHealth : .aggregated(from: checks))
        guard !nodeChecks.isEmpty else { return own }
        let nodes = Health.aggregated(from: nodeChecks)
        return nodes.severity > own.severity ? nodes : own
    }
}

/// How long an instance's entry holds.
package struct Lease: Hashable, Sendable {
    /// The moment from which it no longer holds.
    package var expires: Timestamp?
    /// How long it holds after it was renewed.
    package var ttl: Duration?
    /// When it was renewed last, as the file says; a later change of the file renews it as well.
    package var renewed: Timestamp?

    package init(expires: Timestamp? = nil, ttl: Duration? = nil, renewed: Timestamp? = nil) {
        self.expires = expires
        self.ttl = ttl
        self.renewed = renewed
    }

    /// The moment from which the entry no longer holds, given when its file was changed last; nil: it holds for ever.
    package func end(fileModified: Timestamp) -> Timestamp? {
        let renewalEnd = ttl.map { max(renewed ?? fileModified, fileModified) + $0 }
        guard let expires else { return renewalEnd }
        return renewalEnd.map { min($0, expires) } ?? expires
    }
}
