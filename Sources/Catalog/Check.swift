/// A health check of an instance or of its node, as Consul's `Checks` list has it.
package struct Check: Hashable, Sendable {
    /// The node's name.
    package var node: String
    package var id: String
    package var name: String
    package var status: Health
    package var notes: String
    /// What the check printed last. A change of it alone does not wake a template that does not read it.
    package var output: String
    /// The service checked; empty for a check of the node.
    package var serviceID: String
    package var serviceName: String
    package var serviceTags: [String]
    /// `http`, `tcp`, `ttl`, …
    package var type: String

    package init(
        node: String = "",
        id: String,
        name: String = "",
        status: Health,
        notes: String = "",
        output: String = "",
        serviceID: String = "",
        serviceName: String = "",
        serviceTags: [String] = [],
        type: String = "",
    ) {
        self.node = node
        self.id = id
        self.name = name
        self.status = status
        self.notes = notes
        self.output = output
        self.serviceID = serviceID
        self.serviceName = serviceName
        self.serviceTags = serviceTags
        self.type = type
    }

    /// Whether this is the check that Consul adds when an operator puts a node or a service into maintenance.
    package var isMaintenance: Bool { Self.isMaintenance(id) }

    static func isMaintenance(_ id: String) -> Bool {
        id.utf8.first == UInt8(ascii: "_") && (id == "_node_maintenance" || id.hasPrefix("_service_maintenance:"))
    }
}
