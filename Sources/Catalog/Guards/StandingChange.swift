/// An item of one result that stands otherwise in another, or is not there any more.
struct StandingChange: Sendable {
    var identity: ItemIdentity
    /// The item as it was.
    var item: CatalogItem
    var before: Standing
    var after: Standing
    /// Its place in the other result's list; nil if it is absent there.
    var position: Int?

    /// Whether a template may miss it now: one that takes what is usable, or one that takes only what is passing.
    var isLoss: Bool { before.isUsable && (!after.isUsable || (before == .passing && after == .warning)) }
    /// Whether it is not usable any more.
    var isLost: Bool { before.isUsable && !after.isUsable }
}

extension QueryResult {
    /// The items of this result that stand otherwise in `other`, in this result's order; new items are not among them. Nil
    /// if the results do not answer one kind of question.
    func standingChanges(to other: QueryResult) -> [StandingChange]? {
        switch (self, other) {
        case (.instances(let old), .instances(let new)): changes(ServiceInstanceKind.self, old, new)
        case (.services(let old), .services(let new)): changes(ServiceKind.self, old, new)
        case (.nodes(let old), .nodes(let new)): changes(NodeKind.self, old, new)
        case (.node(let old), .node(let new)):
            changes(NodeKind.self, old.map { [$0.node] } ?? [], new.map { [$0.node] } ?? [])
                + changes(NodeInstanceKind.self, old?.instances ?? [], new?.instances ?? [])
        case (.datacenters(let old), .datacenters(let new)): changes(DatacenterKind.self, old, new)
        case (.key(let old), .key(let new)): changes(KeyKind.self, old.map { [$0] } ?? [], new.map { [$0] } ?? [])
        case (.keys(let old), .keys(let new)): changes(KeyKind.self, old, new)
        case (.caRoots(let old), .caRoots(let new)): changes(AuthorityKind.self, old, new)
        case (.caLeaf(let old), .caLeaf(let new)):
            changes(LeafKind.self, old.map { [$0] } ?? [], new.map { [$0] } ?? [])
        default: nil
        }
    }

    /// Walks both lists at once, so that a change costs a comparison by identity for each item, and a name only where they
    /// differ. The order is only a help: what it leaves without its fellow is found by identity.
    private func changes<Kind: ItemKind>(
        _ kind: Kind.Type,
        _ old: [Kind.Element],
        _ new: [Kind.Element],
    ) -> [StandingChange] {
        var changes: [StandingChange] = []
        var unmatched: [Int] = []
        var hasMissing = false
        func miss(_ element: Kind.Element) {
            hasMissing = true
            let before = Kind.standing(of: element)
            changes.append(
                StandingChange(
                    identity: Kind.identity(of: element),
                    item: Kind.item(element),
                    before: before,
                    after: .absent
                )
            )
        }
        var (left, right) = (0, 0)
        while left < old.count, right < new.count {
            if Kind.isSame(old[left], new[right]) {
                let (before, after) = (Kind.standing(of: old[left]), Kind.standing(of: new[right]))
                if before != after {
                    changes.append(
                        StandingChange(
                            identity: Kind.identity(of: old[left]),
                            item: Kind.item(old[left]),
                            before: before,
                            after: after,
                            position: right
                        )
                    )
                }
                left += 1
                right += 1
            } else if Kind.precedes(old[left], new[right]) {
                miss(old[left])
                left += 1
            } else {
                unmatched.append(right)
                right += 1
            }
        }
        for element in old[left...] { miss(element) }
        unmatched += right..<new.count
        guard hasMissing, !unmatched.isEmpty else { return changes }

        let positions = Dictionary(unmatched.map { (Kind.identity(of: new[$0]), $0) }) { first, _ in first }
        return changes.compactMap { change in
            guard change.after == .absent, let position = positions[change.identity] else { return change }
            var change = change
            change.after = Kind.standing(of: new[position])
            change.position = position
            return change.before == change.after ? nil : change
        }
    }
}

extension QueryResult {
    /// How many items are passing or, if `alsoWarning`, usable; counting ends at `limit`.
    func usableCount(alsoWarning: Bool, upTo limit: Int = .max) -> Int {
        switch self {
        case .instances(let instances): count(instances, alsoWarning, limit)
        case .services(let services): min(services.count, limit)
        case .nodes(let nodes): min(nodes.count, limit)
        case .node(let found): found.map { min(1 + count($0.instances, alsoWarning, limit), limit) } ?? 0
        case .datacenters(let names): min(names.count, limit)
        case .key(let key): key == nil ? 0 : min(1, limit)
        case .keys(let keys): min(keys.count, limit)
        case .caRoots(let authorities): min(authorities.count, limit)
        case .caLeaf(let leaf): leaf == nil ? 0 : min(1, limit)
        }
    }

    /// How many instances are usable; 0 where the result lists none.
    var usableInstanceCount: Int {
        switch self {
        case .instances(let instances): count(instances, true, .max)
        case .node(let found?): count(found.instances, true, .max)
        default: 0
        }
    }

    private func count(_ instances: [Instance], _ alsoWarning: Bool, _ limit: Int) -> Int {
        var count = 0
        for instance in instances {
            guard instance.health == .passing || (alsoWarning && instance.health == .warning) else { continue }
            count += 1
            if count >= limit { break }
        }
        return count
    }
}
