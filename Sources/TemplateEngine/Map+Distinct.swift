extension Map {
    /// A map of entries whose keys are all different, without the detour that sorts out equal ones.
    package init(
        distinct entries: consuming [(key: Key, value: Value)],
        kind: ElementKind = .any,
        keyOrigin: Origin = .trusted,
    ) {
        if entries.count > 1 { entries.sort { $0.key < $1.key } }
        self.init(sorted: entries, kind: kind, keyOrigin: keyOrigin)
    }
}
