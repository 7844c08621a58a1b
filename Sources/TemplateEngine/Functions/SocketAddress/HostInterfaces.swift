/// The network interfaces of the machine, as `sockaddr` sees them.
package struct HostInterfaces: Sendable {
    /// One address of an interface.
    package struct Interface: Sendable {
        package var name: String
        package var address: NetworkAddress
        /// `up`, `broadcast`, `loopback`, `point-to-point`, `multicast`.
        package var flags: Set<String>

        package init(name: String, address: NetworkAddress, flags: Set<String> = ["up"]) {
            self.name = name
            self.address = address
            self.flags = flags
        }
    }

    /// In the order in which the system lists them.
    package var interfaces: [Interface]
    /// The interface of the default route, if there is one.
    package var defaultName: String?

    package init(_ interfaces: [Interface], defaultName: String? = nil) {
        self.interfaces = interfaces
        self.defaultName = defaultName
    }

    /// Those of the private or the public addresses that can be reached from elsewhere, the default route's first.
    func reachable(isPrivate: Bool) -> [Interface] {
        interfaces
            .filter { $0.flags.contains("up") && $0.address.isForwardable }
            .filter { ($0.address.isOf(rfc: 6890) ?? false) == isPrivate }
            .sorted(by: [order(of: "default"), order(of: "type"), order(of: "size")].compactMap(\.self))
    }

    typealias Order = (Interface, Interface) -> Bool

    /// The order that a clause of `sort` names; nil if there is none of that name.
    func order(of clause: String) -> Order? {
        let isDescending = clause.hasPrefix("-")
        let ascending: Order
        switch isDescending || clause.hasPrefix("+") ? String(clause.dropFirst()) : clause {
        case "address": ascending = { $0.address.bytes.lexicographicallyPrecedes($1.address.bytes) }
        case "default": ascending = { [defaultName] in $0.name == defaultName && $1.name != defaultName }
        case "name": ascending = { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        case "private":
            ascending = { ($0.address.isOf(rfc: 6890) ?? false) && !($1.address.isOf(rfc: 6890) ?? false) }
        // A shorter prefix is a larger network; addresses of different types are not compared.
        case "size":
            ascending = {
                $0.address.isVersion4 == $1.address.isVersion4 && $0.address.prefixLength < $1.address.prefixLength
            }
        case "type": ascending = { $0.address.isVersion4 && !$1.address.isVersion4 }
        default: return nil
        }
        return isDescending ? { ascending($1, $0) } : ascending
    }
}

extension [HostInterfaces.Interface] {
    /// Sorted by the first order that tells two apart; stable.
    func sorted(by orders: [HostInterfaces.Order]) -> [HostInterfaces.Interface] {
        enumerated().sorted { left, right in
            for precedes in orders {
                if precedes(left.element, right.element) { return true }
                if precedes(right.element, left.element) { return false }
            }
            return left.offset < right.offset
        }.map(\.element)
    }
}
