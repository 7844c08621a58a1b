/// An item that a result has to keep.
struct KeptItem: Sendable {
    var identity: ItemIdentity
    /// The item as it was last good.
    var item: CatalogItem
    /// Its place in the result's list, where it stands otherwise; nil if it is absent.
    var position: Int?
}

extension CatalogQuery {
    /// Whether the answer's order is the registry's own (`near`) and not the canonical one.
    package var keepsRegistryOrder: Bool {
        switch self {
        case .service(_, _, let near, _), .connect(_, _, let near, _), .preparedQuery(_, let near, _),
            .nodes(let near, _):
            near != nil
        default: false
        }
    }
}

extension QueryResult {
    /// This result with `kept` as they were in `previous`, each at its place.
    ///
    /// An absent item comes where the canonical order has it, or in the registry's own order behind the item that it
    /// followed.
    func keeping(_ kept: [KeptItem], of previous: QueryResult, inRegistryOrder: Bool) -> QueryResult {
        guard !kept.isEmpty else { return self }
        switch (self, previous) {
        case (.instances(let list), .instances(let old)):
            return .instances(keep(ServiceInstanceKind.self, kept, list, inRegistryOrder ? old : nil))
        case (.services(let list), _): return .services(keep(ServiceKind.self, kept, list))
        case (.nodes(let list), .nodes(let old)):
            return .nodes(keep(NodeKind.self, kept, list, inRegistryOrder ? old : nil))
        case (.node(let found), .node(let old)):
            let node = keep(NodeKind.self, kept, found.map { [$0.node] } ?? []).first ?? old?.node
            let instances = keep(NodeInstanceKind.self, kept, found?.instances ?? [])
            return .node(node.map { NodeServices(node: $0, instances: instances) })
        case (.datacenters(let list), _): return .datacenters(keep(DatacenterKind.self, kept, list))
        case (.key(let key), _): return .key(keep(KeyKind.self, kept, key.map { [$0] } ?? []).first)
        case (.keys(let list), _): return .keys(keep(KeyKind.self, kept, list))
        case (.caRoots(let list), _): return .caRoots(keep(AuthorityKind.self, kept, list))
        case (.caLeaf(let leaf), _): return .caLeaf(keep(LeafKind.self, kept, leaf.map { [$0] } ?? []).first)
        default: return self
        }
    }

    /// The usable items among `identities`, as they are here, in this result's order.
    func items(_ identities: some Sequence<ItemIdentity>) -> [KeptItem] {
        let wanted = Set(identities)
        guard !wanted.isEmpty, let changes = standingChanges(to: without(wanted)) else { return [] }
        return
            changes
            .filter { $0.before.isUsable && wanted.contains($0.identity) }
            .map { KeptItem(identity: $0.identity, item: $0.item, position: nil) }
    }

    /// This result without some of its items.
    func without(_ identities: Set<ItemIdentity>) -> QueryResult {
        func rest<Kind: ItemKind>(_ kind: Kind.Type, _ list: [Kind.Element]) -> [Kind.Element] {
            list.filter { !identities.contains(Kind.identity(of: $0)) }
        }
        switch self {
        case .instances(let list): return .instances(rest(ServiceInstanceKind.self, list))
        case .services(let list): return .services(rest(ServiceKind.self, list))
        case .nodes(let list): return .nodes(rest(NodeKind.self, list))
        case .node(let found?) where rest(NodeKind.self, [found.node]).isEmpty: return .node(nil)
        case .node(let found):
            return .node(
                found.map { NodeServices(node: $0.node, instances: rest(NodeInstanceKind.self, $0.instances)) }
            )
        case .datacenters(let list): return .datacenters(rest(DatacenterKind.self, list))
        case .key(let key): return .key(rest(KeyKind.self, key.map { [$0] } ?? []).first)
        case .keys(let list): return .keys(rest(KeyKind.self, list))
        case .caRoots(let list): return .caRoots(rest(AuthorityKind.self, list))
        case .caLeaf(let leaf): return .caLeaf(rest(LeafKind.self, leaf.map { [$0] } ?? []).first)
        }
    }

    private func keep<Kind: ItemKind>(
        _ kind: Kind.Type,
        _ kept: [KeptItem],
        _ list: [Kind.Element],
        _ orderedAs: [Kind.Element]? = nil,
    ) -> [Kind.Element] {
        var list = list
        var absent: [Kind.Element] = []
        for kept in kept {
            guard let element = Kind.element(of: kept.item) else { continue }
            if let position = kept.position {
                list[position] = element
            } else {
                absent.append(element)
            }
        }
        if absent.isEmpty { return list }
        if let orderedAs { return inserted(kind, absent, into: list, orderedAs: orderedAs) }
        return merged(list, absent.sorted(by: Kind.precedes), by: Kind.precedes)
    }

    private func merged<Element>(
        _ list: [Element],
        _ more: [Element],
        by precedes: (Element, Element) -> Bool,
    ) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(list.count + more.count)
        var start = 0
        for element in more {
            // The first of the list that comes behind the element.
            var (low, high) = (start, list.count)
            while low < high {
                let middle = low + (high - low) / 2
                if precedes(element, list[middle]) { high = middle } else { low = middle + 1 }
            }
            result += list[start..<low]
            result.append(element)
            start = low
        }
        return result + list[start...]
    }

    private func inserted<Kind: ItemKind>(
        _ kind: Kind.Type,
        _ absent: [Kind.Element],
        into list: [Kind.Element],
        orderedAs old: [Kind.Element],
    ) -> [Kind.Element] {
        let places = Dictionary(list.indices.map { (Kind.identity(of: list[$0]), $0) }) { first, _ in first }
        var waiting = Dictionary(absent.map { (Kind.identity(of: $0), $0) }) { first, _ in first }
        var behind: [Int: [Kind.Element]] = [:]
        var anchor = -1
        for element in old {
            let identity = Kind.identity(of: element)
            if let place = places[identity] {
                anchor = place
            } else if let absent = waiting.removeValue(forKey: identity) {
                behind[anchor, default: []].append(absent)
            }
        }
        var result = behind[-1] ?? []
        result.reserveCapacity(list.count + absent.count)
        for (place, element) in list.enumerated() {
            result.append(element)
            if let followers = behind[place] { result += followers }
        }
        return result
    }
}
