/// An upstream of NGINX's configuration: who is in it, and whether NGINX finds that out by itself.
package struct NGINXUpstream: Hashable, Sendable {
    package var name: String
    /// What follows `server` in each of its lines.
    package var servers: [[String]] = []
    /// Whether its servers are known to all workers, without which NGINX refuses `resolve`.
    package var hasZone = false

    /// Whether NGINX follows DNS for it (`server NAME resolve`).
    package var resolves: Bool { servers.contains { $0.contains("resolve") } }
}

extension NGINXText {
    /// The upstreams in the order of the file.
    package var upstreams: [NGINXUpstream] { split.upstreams }

    /// The upstreams, as they are now, whose servers alone make the difference to `old`; none if anything else does.
    package func upstreamsWithOtherServers(than old: NGINXText) -> [NGINXUpstream] {
        let (old, new) = (old.split, split)
        guard old.rest == new.rest else { return [] }
        return zip(old.upstreams, new.upstreams).filter { $0.servers != $1.servers }.map(\.1)
    }

    /// A directive without its place.
    private struct Line: Hashable {
        var depth: Int
        var words: [String]
    }

    /// The upstreams, and everything but their servers.
    private var split: (upstreams: [NGINXUpstream], rest: [Line]) {
        var upstreams: [NGINXUpstream] = []
        var rest: [Line] = []
        var depths: [Int] = []
        var current: Int?
        for (index, directive) in directives.enumerated() {
            let words = directive.words.map(text)
            depths.append(directive.parent.map { depths[$0] + 1 } ?? 0)
            if words[0] == "upstream" {
                upstreams.append(NGINXUpstream(name: words.dropFirst().first ?? ""))
                current = index
            } else if let current, directive.parent == current {
                if words[0] == "zone" { upstreams[upstreams.count - 1].hasZone = true }
                if words[0] == "server" {
                    upstreams[upstreams.count - 1].servers.append(Array(words.dropFirst()))
                    continue
                }
            }
            rest.append(Line(depth: depths[index], words: words))
        }
        return (upstreams, rest)
    }
}
