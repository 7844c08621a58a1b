package import Catalog

/// A registration that is left out of an answer because it breaks a rule: one hostile or mistaken registration spoils
/// nobody else's.
package struct RejectedRegistration: Hashable, Sendable {
    /// Whose it is; service and ID are empty for a node.
    package var instance: InstanceIdentity
    /// Which field breaks which rule, with its value in printable characters, and what to do. One sentence without a full
    /// stop.
    package var reason: String

    package init(instance: InstanceIdentity, reason: String) {
        self.instance = instance
        self.reason = reason
    }
}
