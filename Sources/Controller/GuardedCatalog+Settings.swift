import Catalog
package import Settings
package import State

extension GuardedCatalog {
    /// The catalog of a target, as its settings say.
    package init(
        _ settings: TargetSettings,
        archive: CatalogArchive? = nil,
        wallNow: Int64,
        now: Instant,
    ) {
        self.init(
            GuardSettings(settings.guards),
            membership: MembershipSettings(settings),
            archive: archive,
            wallNow: wallNow,
            now: now
        )
    }
}

extension GuardSettings {
    /// The guards of a target.
    fileprivate init(_ settings: HoldSettings) {
        self =
            settings.isOn
            ? GuardSettings(empty: settings.empty, massLoss: settings.massLoss, hold: settings.hold) : .off
    }
}

extension MembershipSettings {
    /// What a target does about instances that come and go.
    fileprivate init(_ settings: TargetSettings) {
        self.init(
            drain: settings.drain,
            damping: settings.damping.map {
                DampingSettings(changes: $0.changes, window: $0.window, quiet: $0.quiet)
            }
        )
    }
}
