/// How the servers of one backend differ.
package struct BackendDifference: Sendable {
    package var backend: String
    package var added: [Server] = []
    package var removed: [Server] = []
    package var changed: [ServerChange] = []
    /// The servers among which some that stay are in another order; empty where the order is the same.
    package var reordered: [Server] = []
    /// The section in the new configuration.
    var section: HAProxyConfiguration.Section

    var title: String { "\(section.kind.keyword) \(backend)" }
    var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty && reordered.isEmpty }
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
