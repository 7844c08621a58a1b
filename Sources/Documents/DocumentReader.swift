package import Diagnostics

/// Takes parts out of documents and gathers what is wrong with them, so that one reading tells all faults.
///
/// Every reading method gives nil where there is a fault, and notes it.
package struct DocumentReader: Sendable {
    package private(set) var faults: [Diagnostic] = []
    private var unreported = 0

    /// How many faults are told.
    private static let faultLimit = 100

    package init() {}

    package mutating func report(_ fault: @autoclosure () -> Diagnostic) {
        if faults.count < Self.faultLimit { faults.append(fault()) } else { unreported += 1 }
    }

    /// All faults: those of the whole first, then by place.
    package var sortedFaults: [Diagnostic] {
        var sorted = faults.sorted { left, right in
            guard let leftPlace = left.position, let rightPlace = right.position else {
                return left.position == nil && right.position != nil
            }
            return leftPlace < rightPlace
        }
        if unreported > 0 { sorted.append(Diagnostic("\(unreported) more faults are not listed")) }
        return sorted
    }

    /// The entries of a map that may have the keys `keys`; others are faults.
    package mutating func fields(
        _ node: SourceNode,
        of owner: @autoclosure () -> String,
        _ keys: KnownKeys,
    ) -> Fields? {
        guard case .map(let entries) = node.content else {
            report(
                node.fault(
                    "\(owner()) has to be a map, not \(node.kind)",
                    hint: "write it as keys and values: \(keys.names.prefix(3).joined(separator: ", ")), …"
                )
            )
            return nil
        }
        if entries.allSatisfy({ keys.names.contains($0.name) }) { return Fields(entries) }
        var known: [SourceNode.Entry] = []
        for entry in entries {
            if keys.names.contains(entry.name) {
                known.append(entry)
            } else if let instead = keys.later[entry.name] {
                report(
                    entry.place.fault(
                        "`\(entry.name)` is not supported by this version of headgate yet",
                        hint: instead
                    )
                )
            } else {
                let meant = keys.aliases[entry.name] ?? nearest(to: entry.name, among: keys.names)
                report(
                    entry.place.fault(
                        "\(owner()) has no key `\(entry.name)`",
                        hint: meant.map { "did you mean `\($0)`?" }
                            ?? "the keys here are \(keys.names.joined(separator: ", "))"
                    )
                )
            }
        }
        return Fields(known)
    }

    /// The entries of a map whose keys the user chooses.
    package mutating func entries(_ node: SourceNode, of owner: @autoclosure () -> String) -> [SourceNode.Entry]? {
        if case .map(let entries) = node.content { return entries }
        report(node.fault("\(owner()) has to be a map, not \(node.kind)"))
        return nil
    }

    /// The items of a list.
    package mutating func items(_ node: SourceNode, of owner: @autoclosure () -> String) -> [SourceNode]? {
        if case .list(let items) = node.content { return items }
        report(
            node.fault(
                "\(owner()) has to be a list, not \(node.kind)",
                hint: "write `- ` before each item, or [ ]"
            )
        )
        return nil
    }
}

/// The keys that a map may have.
package struct KnownKeys: Sendable {
    package var names: [String]
    /// Keys that this version does not act on, each with what to do instead.
    package var later: [String: String]
    /// What other tools call a key, for the hint.
    package var aliases: [String: String]

    package init(names: [String], later: [String: String] = [:], aliases: [String: String] = [:]) {
        self.names = names
        self.later = later
        self.aliases = aliases
    }
}

/// The entries of a map with known keys.
package struct Fields: Sendable {
    private let entries: [SourceNode.Entry]

    package init(_ entries: [SourceNode.Entry] = []) { self.entries = entries }

    /// The entry of a key.
    package subscript(key: String) -> SourceNode.Entry? { index(of: key).map { entries[$0] } }

    /// The value of a key.
    package func value(of key: String) -> SourceNode? { index(of: key).map { entries[$0].value } }

    private func index(of key: String) -> Int? {
        // Most keys that are asked for are not there, and differ in length from those that are.
        let length = key.utf8.count
        for index in entries.indices where entries[index].name.utf8.count == length && entries[index].name == key {
            return index
        }
        return nil
    }
}
