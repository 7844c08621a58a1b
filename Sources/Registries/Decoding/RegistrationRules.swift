internal import Catalog

/// What a registration must keep to, so that only what a balancer can connect to comes further.
struct RegistrationRules: Sendable {
    /// Of ports and weights.
    static let range = 0...65535

    let addresses: AddressSyntax

    /// Which rule the instance of `service` on `node` breaks; nil if it keeps to all.
    ///
    /// Its address is judged that work would be sent to. Further addresses of the node or the service are not: an instance
    /// is not lost because it has a name on some other network besides.
    func violation(of service: ServiceRegistration, on node: Node) -> String? {
        if !Self.range.contains(service.port) { return Self.outOfRange("Service.Port", service.port) }
        if !Self.range.contains(service.weights.passing) {
            return Self.outOfRange("Service.Weights.Passing", service.weights.passing)
        }
        if !Self.range.contains(service.weights.warning) {
            return Self.outOfRange("Service.Weights.Warning", service.weights.warning)
        }
        for (kind, address) in service.taggedAddresses ?? [:] where !Self.range.contains(address.port) {
            return Self.outOfRange("Service.TaggedAddresses[\(Self.printable(kind))].Port", address.port)
        }
        if !service.address.isEmpty { return violation(of: service.address, "Service.Address") }
        guard !node.address.isEmpty else {
            return "neither the service nor its node has an address; register it with one"
        }
        return violation(of: node.address, "Node.Address")
    }

    /// Which rule a node in a list of nodes breaks; nil if it keeps to all.
    func violation(of node: Node) -> String? {
        node.address.isEmpty ? nil : violation(of: node.address, "Address")
    }

    /// Which rule a service's name breaks; nil if it keeps to all.
    ///
    /// Templates ask for each service that is listed by its name, and a name such as `db|any` or `web@dc2` would be another
    /// question than the one that was meant: whoever may register could redirect it, or make it one that nobody answers.
    func violation(ofServiceName name: String) -> String? {
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isAskable = parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
        }
        if isAskable { return nil }
        return
            "the service's name is \(Self.printable(name)), which no query can ask for; use letters, digits, `-` and `_`"
    }

    /// Which rule an address in `field` breaks; nil if it keeps to all.
    func violation(of address: String, _ field: String) -> String? {
        if addresses.accepts(address) { return nil }
        let value = "\(field) is \(Self.printable(address))"
        if addresses.allowsHostnames { return "\(value), neither an IP address nor a host name; register one" }
        return AddressSyntax.isHostname(address)
            ? "\(value), not an IP address; register one, or let names through: `hostnames: true` of the registry"
            : "\(value), not an IP address; register one"
    }

    static func outOfRange(_ field: String, _ value: Int) -> String {
        "\(field) is \(value); register one from \(range.lowerBound) to \(range.upperBound)"
    }

    /// At most 80 characters of `text` in quotes, with escapes for what does not print.
    static func printable(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(80)
        let rest = scalars.count < text.unicodeScalars.count ? "…" : ""
        return "`" + scalars.map { $0.escaped(asASCII: true) }.joined() + "\(rest)`"
    }
}
