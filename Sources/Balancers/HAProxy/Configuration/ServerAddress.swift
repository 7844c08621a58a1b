/// Where a `server` line points to (configuration manual 5.2, `server <name> <address>[:[port]]`).
package enum ServerAddress: Hashable, Sendable {
    /// An address literal and a port from 1 to 65535.
    case ip(IPAddress, port: Int)
    /// An absolute path, as in `/run/app.sock` and `unix@/run/app.sock`.
    case unix(String)
    /// A name to resolve, a mapped port (`+100`), no port, another kind of socket: nothing to change live.
    case other(String)

    package init(_ text: String) {
        self = Self.socket(text) ?? Self.address(text) ?? .other(text)
    }

    /// As the `add server` command takes it.
    package var description: String {
        switch self {
        case .ip(let address, let port): address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
        case .unix(let path): "unix@\(path)"
        case .other(let text): text
        }
    }

    private static func socket(_ text: String) -> ServerAddress? {
        let path = text.hasPrefix("unix@") ? text.dropFirst(5) : text[...]
        return path.hasPrefix("/") ? .unix(String(path)) : nil
    }

    /// The port is what follows the last colon, also in an IPv6 address without brackets.
    private static func address(_ text: String) -> ServerAddress? {
        let prefixed = text.hasPrefix("ipv4@") || text.hasPrefix("ipv6@")
        let rest = prefixed ? text.dropFirst(5) : text[...]
        guard let colon = rest.lastIndex(of: ":") else { return nil }
        let digits = rest[rest.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isASCIIDigit),
            let port = Int(digits), (1...65_535).contains(port)
        else { return nil }
        var host = rest[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(host), !address.isAny, !prefixed || text.hasPrefix("ipv6@") == address.isIPv6
        else { return nil }
        return .ip(address, port: port)
    }
}

extension ServerAddress: CustomStringConvertible {}
