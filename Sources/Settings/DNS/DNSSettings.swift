/// What is particular to a registry that is asked over DNS.
package struct DNSSettings: Sendable, Hashable {
    /// The records of a service. At least one of the names is set.
    package struct Record: Sendable, Hashable {
        /// The name whose SRV records say hosts and ports (RFC 2782).
        package var srv: String?
        /// The name whose A records, and the one whose AAAA records, are the service's addresses.
        package var a: String?
        package var aaaa: String?
        /// With `a` and `aaaa`.
        package var port = 0

        package init(srv: String? = nil, a: String? = nil, aaaa: String? = nil, port: Int = 0) {
            self.srv = srv
            self.a = a
            self.aaaa = aaaa
            self.port = port
        }
    }

    /// By the service's name.
    package var records: [String: Record] = [:]
    /// Of services that are not in `records`, with `{service}` in its names; nil: there are none.
    package var pattern: Record?
    /// The bounds of what a record's TTL says: when it is asked for again.
    package var minimumTTL = Duration.seconds(1)
    package var maximumTTL = Duration.seconds(60)
    /// How long one server may take for one answer.
    package var timeout = Duration.seconds(2)

    package init() {}
}
