package import Catalog

/// Whose registration a text came from.
package struct Registrant: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        /// An instance, in the answer to `service`, or to `node` as one of its services.
        case instance(InstanceIdentity)
        /// A node, in the answers to `nodes` and `node`.
        case node(String)
        /// A service's name and tags, in the answer to `services`.
        case service(String)
    }

    package var subject: Subject
    /// Where it is registered: equal names in two registries or datacenters are not the same registrant.
    package var scope: QueryScope

    package init(_ subject: Subject, in scope: QueryScope) {
        self.subject = subject
        self.scope = scope
    }

    /// The instance's identity, if it is one.
    package var instance: InstanceIdentity? {
        if case .instance(let identity) = subject { identity } else { nil }
    }
}

extension Registrant: CustomStringConvertible {
    /// For messages: `instance web-1 of service web on node n1`.
    package var description: String {
        switch subject {
        case .instance(let identity):
            "instance `\(identity.id)` of service `\(identity.service)` on node `\(identity.node)`"
        case .node(let name): "node `\(name)`"
        case .service(let name): "service `\(name)`"
        }
    }
}
