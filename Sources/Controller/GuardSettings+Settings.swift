package import Catalog
package import Settings

extension GuardSettings {
    /// The guards of a target.
    package init(_ settings: HoldSettings) {
        self =
            settings.isOn
            ? GuardSettings(empty: settings.empty, massLoss: settings.massLoss, hold: settings.hold) : .off
    }
}
