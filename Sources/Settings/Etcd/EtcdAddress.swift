/// Where the members of an etcd cluster listen for clients: `etcd://HOST:PORT[,HOST:PORT…]`, or `etcds://` over TLS.
package struct EtcdAddress: Sendable, Hashable {
    /// One or more, in the order in which they are tried.
    package var endpoints: [HostPort]
    package var isTLS: Bool

    package init(_ endpoints: [HostPort], isTLS: Bool = false) { (self.endpoints, self.isTLS) = (endpoints, isTLS) }

    static let defaultPort = 2379
    /// Where etcd listens unless told otherwise.
    package static let local = EtcdAddress([HostPort(host: "127.0.0.1", port: defaultPort)])

    /// What stands behind `etcd://`; nil if it is no list of addresses.
    init?(authorities: Substring, isTLS: Bool) {
        let parts = authorities.split(separator: ",", omittingEmptySubsequences: false)
        let endpoints = parts.compactMap { HostPort($0, defaultPort: Self.defaultPort) }
        guard endpoints.count == parts.count, Set(endpoints).count == parts.count else { return nil }
        self.init(endpoints, isTLS: isTLS)
    }

    /// The addresses that `text` says in the form of `ETCDCTL_ENDPOINTS`: `HOST:PORT`, `http://…` or `https://…`, with commas
    /// between. Nil if it says none, or some with TLS and some without.
    package init?(environment text: String) {
        var (endpoints, kinds): ([HostPort], Set<Bool>) = ([], [])
        for part in text.split(separator: ",") {
            var (rest, isTLS) = (part, false)
            for (scheme, isSecure) in [("http://", false), ("https://", true)] where part.hasPrefix(scheme) {
                (rest, isTLS) = (part.dropFirst(scheme.count), isSecure)
            }
            if rest.last == "/" { rest = rest.dropLast() }
            guard let endpoint = HostPort(rest, defaultPort: Self.defaultPort) else { return nil }
            endpoints.append(endpoint)
            kinds.insert(isTLS)
        }
        guard let isTLS = kinds.first, kinds.count == 1 else { return nil }
        self.init(endpoints, isTLS: isTLS)
    }
}

extension EtcdAddress: CustomStringConvertible {
    /// The address as a configuration writes it.
    package var description: String {
        "etcd\(isTLS ? "s" : "")://\(endpoints.map(\.description).joined(separator: ","))"
    }
}
