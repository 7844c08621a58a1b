/// A machine (Consul: node) that instances run on.
package struct Node: Hashable, Sendable {
    /// Consul's UUID of the node; empty where the registry has none.
    package var id: String
    package var name: String
    package var address: String
    package var datacenter: String
    /// Addresses by kind: `lan`, `wan`, `lan_ipv4`, …; nil where the registry has none (Consul's `null`).
    package var taggedAddresses: [String: String]?
    package var meta: [String: String]

    package init(
        id: String = "",
        name: String,
        address: String = "",
        datacenter: String = "",
        taggedAddresses: [String: String]? = nil,
        meta: [String: String] = [:],
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.datacenter = datacenter
        self.taggedAddresses = taggedAddresses
        self.meta = meta
    }
}

/// A node with the instances that run on it, sorted by service name, then ID: the answer to `node "name"`.
package struct NodeServices: Hashable, Sendable {
    package var node: Node
    package var instances: [Instance]

    package init(node: Node, instances: [Instance]) {
        self.node = node
        self.instances = instances
    }
}
