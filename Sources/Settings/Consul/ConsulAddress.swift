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
        var (host, port) = (authority, Substring(""))
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let after = authority[authority.index(after: end)...]
            guard after.isEmpty || after.first == ":" else { return nil }
            port = after.dropFirst()
            if !after.isEmpty, port.isEmpty { return nil }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
            if port.isEmpty { return nil }
        }
        let isHost = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            case UInt8(ascii: ":"): authority.first == "["
            default: false
            }
        }
        guard !host.isEmpty, isHost else { return nil }
        if port.isEmpty {
            self = .host(String(host), port: tls ? Self.defaultTLSPort : Self.defaultPort, tls: tls)
        } else {
            guard let number = Int(port), (1...65535).contains(number) else { return nil }
            self = .host(String(host), port: number, tls: tls)
        }
    }
}

extension ConsulAddress: CustomStringConvertible {
    /// The address as a configuration writes it.
    package var description: String {
        switch self {
        case .host(let host, let port, let tls):
            "consul\(tls ? "s" : "")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .socket(let path): "consul+unix://\(path)"
        }
    }
}
