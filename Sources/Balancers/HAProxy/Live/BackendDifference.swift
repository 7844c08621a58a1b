/// How the servers of one backend differ.
package struct BackendDifference: Sendable {
    package var backend: String
    package var added: [Server] = []
    package var removed: [Server] = []
    package var changed: [ServerChange] = []
    /// The servers among which some that stay are in another order; empty where the order is the same.
    package var reordered: [Server] = []
    /// Whether servers that are new and checked get traffic only when their checks have found them alive. Not so where
    /// that would leave less than half of the servers in rotation, or none: then they start as at a reload.
    package var newcomersWait = true
    /// The section in the new configuration.
    var section: HAProxyConfiguration.Section

    var title: String { "\(section.kind.keyword) \(backend)" }
    var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty && reordered.isEmpty }
}

extension Server {
    /// Whether it takes new requests, as far as the configuration says.
    var isInRotation: Bool { options.weight != 0 && !options.isDisabled && !options.has("backup") }
}

/// A server that stays and whose options differ in nothing but what can change while it runs.
package struct ServerChange: Hashable, Sendable {
    package var old: Server
    package var new: Server

    package var isMoved: Bool { old.address != new.address }
    package var changesWeight: Bool { old.options.weight != new.options.weight }
    package var changesMaxconn: Bool { old.options.maxconn != new.options.maxconn }
    package var changesMaintenance: Bool { old.options.isDisabled != new.options.isDisabled }
}
