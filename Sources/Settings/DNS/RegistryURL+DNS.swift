extension RegistryURL {
    /// `dns:` for the system's servers, `dns://SERVER[:PORT][,…]`, and behind either `/NAME` with `{service}` in it, the name
    /// of SRV records.
    static func dns(rest: Substring, _ text: String) throws(RegistryURLFault) -> RegistryURL {
        var rest = rest
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
        } else if !rest.isEmpty, !rest.hasPrefix("/") {
            throw RegistryURLFault(
                message: "`\(text)` is not the address of a DNS server",
                hint: "write `dns://\(rest)`, or `dns:` for the servers of /etc/resolv.conf"
            )
        }
        let authority = rest.prefix { $0 != "/" }
        let pattern = String(rest.dropFirst(authority.count + 1))
        var servers: [HostPort] = []
        for part in authority.split(separator: ",", omittingEmptySubsequences: false) where !authority.isEmpty {
            guard let server = HostPort(part, defaultPort: 53), isIPAddress(server.host) else {
                throw RegistryURLFault(
                    message: "`\(part)` in `\(text)` is not the IP address of a DNS server",
                    hint:
                        "write `dns://10.0.0.2`, `dns://10.0.0.2:8600,[fd00::2]:53`, or `dns:` for those of /etc/resolv.conf"
                )
            }
            servers.append(server)
        }
        if !pattern.isEmpty, !pattern.contains("{service}") || !isDNSName(pattern) {
            throw RegistryURLFault(
                message: "`\(pattern)` in `\(text)` is no pattern for the names of services",
                hint: "write one with {service} in it: `dns://\(authority)/_{service}._tcp.example.com`"
            )
        }
        return .dns(servers, pattern: pattern.isEmpty ? nil : pattern)
    }

    /// Roughly: what is none is refused when it is used.
    private static func isIPAddress(_ host: String) -> Bool {
        host.contains(":")
            || host.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
    }
}

/// Whether `name`, with a word in place of `{service}`, can be asked for: labels of letters, digits, `-` and `_`.
func isDNSName(_ name: String) -> Bool {
    var rest = name[...]
    if rest.last == "." { rest.removeLast() }
    let labels = rest.split(separator: ".", omittingEmptySubsequences: false)
    return name.utf8.count <= 253
        && labels.allSatisfy { label in
            var bytes = Array(label.utf8)
            if let range = label.firstRange(of: "{service}") {
                bytes = Array(label[..<range.lowerBound].utf8) + [0x73] + Array(label[range.upperBound...].utf8)
            }
            return (1...63).contains(bytes.count)
                && bytes.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
        }
}

extension RegistrySettings {
    /// Takes the pattern of the address over, and makes sure that something can be asked.
    mutating func completeDNS() throws(RegistryURLFault) {
        guard case .dns(_, let pattern) = url else { return }
        if let pattern {
            guard dns.pattern == nil else {
                throw RegistryURLFault(
                    message: "the registry's address has a pattern as well",
                    hint: "keep one of them"
                )
            }
            dns.pattern = DNSSettings.Record(srv: pattern)
        }
        if dns.records.isEmpty, dns.pattern == nil {
            throw RegistryURLFault(
                message: "the registry does not say which DNS records its services have",
                hint:
                    "add `records: {web: {srv: _http._tcp.web.example.com}}`, or `pattern`, or write `dns://SERVER/_{service}._tcp.example.com`"
            )
        }
    }
}
