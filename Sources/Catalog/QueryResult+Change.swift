extension QueryResult {
    /// So many things are named; the rest is counted.
    private static let mostNamed = 4

    /// What is different from an earlier answer to the same question, in a few words for the log and the history: `+ web-3
    /// (10.0.0.3:80), - web-1, web-2 passing → critical and 3 more`; empty if that cannot be said better than by "changed".
    ///
    /// Values of keys are not in it: they may be secrets.
    package func change(since before: QueryResult?) -> String {
        guard let before else { return "" }
        switch (before, self) {
        case (.instances(let old), .instances(let new)):
            return Self.joined(
                Self.changes(from: old, to: new, identity: \.identity, \.changeName, { $0.change(since: $1) })
            )
        case (.services(let old), .services(let new)):
            return Self.joined(
                Self.changes(from: old, to: new, identity: \.name, \.name) { _, _ in "tags changed" }
            )
        case (.keys(let old), .keys(let new)):
            return Self.joined(Self.changes(from: old, to: new, identity: \.path, \.path) { _, _ in "changed" })
        case (.nodes(let old), .nodes(let new)):
            return Self.joined(Self.changes(from: old, to: new, identity: \.name, \.name) { _, _ in "changed" })
        case (.key(let old), .key(let new)):
            return old == nil ? "created" : new == nil ? "deleted" : "changed"
        default: return ""
        }
    }

    /// One entry for each thing that came, went, or is another now; in the order of the new answer, what went last.
    private static func changes<Item: Equatable, ID: Hashable>(
        from old: [Item],
        to new: [Item],
        identity: (Item) -> ID,
        _ name: (Item) -> String,
        _ change: (Item, Item) -> String,
    ) -> [String] {
        var before = Dictionary(old.map { (identity($0), $0) }) { first, _ in first }
        var changes: [String] = []
        for item in new {
            guard let earlier = before.removeValue(forKey: identity(item)) else {
                changes.append("+ \(name(item))")
                continue
            }
            if earlier != item { changes.append("\(name(item)) \(change(item, earlier))") }
        }
        let gone = Set(before.keys)
        return changes + old.filter { gone.contains(identity($0)) }.map { "- \(name($0))" }
    }

    private static func joined(_ changes: [String]) -> String {
        let named = changes.prefix(mostNamed).joined(separator: ", ")
        return changes.count > mostNamed ? "\(named) and \(changes.count - mostNamed) more" : named
    }
}

extension Instance {
    /// The ID, with the address for who does not know it.
    fileprivate var changeName: String { port == 0 ? id : "\(id) (\(effectiveAddress):\(port))" }

    /// What is different from how it was registered before, the most telling thing alone.
    fileprivate func change(since before: Instance) -> String {
        if health != before.health { return "\(before.health) → \(health)" }
        if (effectiveAddress, port) != (before.effectiveAddress, before.port) {
            return "moved from \(before.effectiveAddress):\(before.port)"
        }
        if currentWeight != before.currentWeight { return "weight \(before.currentWeight) → \(currentWeight)" }
        if tags != before.tags { return "tags changed" }
        if meta != before.meta { return "meta changed" }
        return "changed"
    }
}
