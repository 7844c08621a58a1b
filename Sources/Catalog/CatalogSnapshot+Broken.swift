extension CatalogSnapshot {
    /// Whether an instance that worked in `earlier` is critical now: whoever sends it work had better stop soon.
    ///
    /// One that was taken out, drains or has left is none of these: it works on.
    package func hasBroken(since earlier: CatalogSnapshot) -> Bool {
        for case (.instances(let before), .instances(let instances)) in changes(since: earlier) {
            let worked = Set(before.lazy.filter { $0.health == .passing || $0.health == .warning }.map(\.identity))
            if instances.contains(where: { $0.health == .critical && worked.contains($0.identity) }) { return true }
        }
        return false
    }
}
