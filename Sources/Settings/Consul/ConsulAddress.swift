/// Where a Consul agent listens.
package enum ConsulAddress: Sendable, Hashable {
    /// `consul://HOST:PORT`, or `consuls://` over TLS.
    case host(String, port: Int, tls: Bool)
    /// `consul+unix:///PATH`.
    case socket(path: String)

    /// Where an agent listens unless told otherwise.
    package static let local = ConsulAddress.host("127.0.0.1", port: defaultPort, tls: false)

    /// The port of Consul's HTTP API, and over TLS.
    static let defaultPort = 8500
    static let defaultTLSPort = 8501

    /// The address that `text` says in the form of `CONSUL_HTTP_ADDR`: `HOST:PORT`, `http://…`, `https://…`, `unix://PATH`.
    /// `tls` is for a text without a scheme. Nil if it is none.
    package init?(environment text: String, tls: Bool) {
        if text.hasPrefix("unix://") {
            self = .socket(path: String(text.dropFirst(7)))
            return
        }
        var (rest, tls) = (text[...], tls)
        for (scheme, isSecure) in [("http://", false), ("https://", true)] where text.hasPrefix(scheme) {
            (rest, tls) = (text.dropFirst(scheme.count), isSecure)
        }
        if rest.last == "/" { rest = rest.dropLast() }
        self.init(authority: rest, tls: tls)
    }

    /// `HOST`, `HOST:PORT` or `[IPV6]:PORT`; nil if it is none.
    init?(authority: Substring, tls: Bool) {
        guard let address = HostPort(authority, defaultPort: tls ? Self.defaultTLSPort : Self.defaultPort) else {
            return nil
        }
        self = .host(address.host, port: address.port, tls: tls)
    }
}

extension ConsulAddress: CustomStringConvertible {
    /// The address as a configuration writes it.
    package var description: String {
        switch self {
        case .host(let host, let port, let tls):
            "consul\(tls ? "s" : "")://\(HostPort(host: host, port: port))"
        case .socket(let path): "consul+unix://\(path)"
        }
    }
}
