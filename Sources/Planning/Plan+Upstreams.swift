import Balancers

extension Plan {
    /// What there is to say of a reload of NGINX for servers of upstreams, each in one line. NGINX follows DNS by itself
    /// where it is told to, from 1.27.3 on; nothing else does without a reload.
    package var upstreamNotes: [String] {
        guard action == .reload, !sensitive else { return [] }
        let following = changes.flatMap { NGINXText($0.file.bytes).upstreams.filter(\.resolves).map(\.name) }
        var notes: [String] = []
        if !following.isEmpty {
            notes.append(
                "upstream \(Self.list(following)): NGINX follows the names with `resolve` by itself; what they lead to "
                    + "needs no reload"
            )
        }
        let changed = written.map { change in
            NGINXText(change.file.bytes).upstreamsWithOtherServers(than: NGINXText(change.before?.contents ?? []))
        }
        // More than servers changes where a file has none of them.
        guard pruned.isEmpty, !changed.isEmpty, !changed.contains(where: \.isEmpty) else { return notes }
        let names = changed.joined().filter { !$0.resolves }.map(\.name)
        if !names.isEmpty {
            notes.append(
                "upstream \(Self.list(names)): only servers change, for which NGINX has to be reloaded, unless they are "
                    + "names in DNS with `resolve` (1.27.3 or later)"
            )
        }
        return notes
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
}
