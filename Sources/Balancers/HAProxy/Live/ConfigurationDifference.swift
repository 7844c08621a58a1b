/// What two configurations mean differently: servers, which may be changed live, and everything else.
package struct ConfigurationDifference: Sendable {
    /// The backends whose servers differ, in the order of the new configuration.
    package private(set) var backends: [BackendDifference] = []
    /// What cannot be told in terms of servers.
    package private(set) var reasons: [ReloadReason] = []

    /// Differences that were found elsewhere.
    init(backends: [BackendDifference]) { self.backends = backends }

    package init(old: HAProxyConfiguration, new: HAProxyConfiguration) {
        if let text = (old.texts + new.texts).first(where: \.isTooLarge) {
            reasons = [ReloadReason("the configuration", "\(text.path) is too large to be compared")]
            return
        }
        if let place = old.conditionalSection ?? new.conditionalSection {
            // Equal texts mean the same whatever the condition.
            if !Self.haveSameLines(old, new) {
                reasons = [ReloadReason("the configuration", "a section begins within `.if`", at: place)]
            }
            return
        }
        let pairs = pairSections(old, new)
        var defaultsDiffer = Set<Int>()
        for (oldIndex, newIndex) in pairs {
            let comparison = SectionComparison(
                old: old,
                new: new,
                old.sections[oldIndex],
                new.sections[newIndex],
                inheritsSame: new.sections[newIndex].parent.map { !defaultsDiffer.contains($0) } ?? true
            )
            if comparison.defaultsDiffer { defaultsDiffer.insert(newIndex) }
            let result = comparison.result()
            reasons += result.reasons
            if let backend = result.backend { backends.append(backend) }
        }
    }

    package var isEmpty: Bool { backends.isEmpty && reasons.isEmpty }

    /// Finds which section of the one is which of the other; what has no partner is a reason.
    private mutating func pairSections(_ old: HAProxyConfiguration, _ new: HAProxyConfiguration) -> [(Int, Int)] {
        let (oldKeys, newKeys) = (Self.keys(of: old), Self.keys(of: new))
        guard oldKeys != newKeys else { return oldKeys.indices.map { ($0, $0) } }
        let positions = Dictionary(uniqueKeysWithValues: zip(oldKeys, oldKeys.indices))
        let added = newKeys.indices.filter { positions[newKeys[$0]] == nil }
        let present = Set(newKeys)
        let removed = oldKeys.indices.filter { !present.contains(oldKeys[$0]) }
        for index in added {
            reasons.append(ReloadReason(new.title(new.sections[index]), "is new", at: new.place(new.sections[index])))
        }
        for index in removed {
            reasons.append(ReloadReason(old.title(old.sections[index]), "is gone", at: old.place(old.sections[index])))
        }
        if added.isEmpty, removed.isEmpty {
            let first = newKeys.indices.first { oldKeys[$0] != newKeys[$0] } ?? 0
            let section = new.sections[first]
            reasons.append(ReloadReason(new.title(section), "sections are in another order", at: new.place(section)))
        }
        return newKeys.indices.compactMap { index in positions[newKeys[index]].map { ($0, index) } }
    }

    private struct Key: Hashable {
        var kind: HAProxyConfiguration.Kind
        var name: String
        /// Of several of one kind and name, such as `global`.
        var occurrence: Int
    }

    private static func keys(of configuration: HAProxyConfiguration) -> [Key] {
        var counts: [Key: Int] = [:]
        return configuration.sections.map { section in
            var key = Key(kind: section.kind, name: section.name, occurrence: 0)
            key.occurrence = counts[key, default: 0]
            counts[Key(kind: section.kind, name: section.name, occurrence: 0), default: 0] += 1
            return key
        }
    }

    private static func haveSameLines(_ old: HAProxyConfiguration, _ new: HAProxyConfiguration) -> Bool {
        old.texts.count == new.texts.count
            && zip(old.texts, new.texts).allSatisfy { old, new in
                old.path == new.path && old.lines.count == new.lines.count
                    && old.lines.indices.allSatisfy { old.hasSameWords($0, as: new, $0) }
            }
    }
}
