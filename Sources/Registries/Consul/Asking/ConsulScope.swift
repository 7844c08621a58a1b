/// Where Consul is asked unless a query says otherwise: what the configuration and the environment say.
package struct ConsulScope: Hashable, Sendable {
    /// Nil is the agent's own.
    package var datacenter: String?
    /// Nil is the token's own (Consul Enterprise).
    package var namespace: String?
    /// Nil is the agent's own (Consul Enterprise).
    package var partition: String?

    package init(datacenter: String? = nil, namespace: String? = nil, partition: String? = nil) {
        self.datacenter = datacenter
        self.namespace = namespace
        self.partition = partition
    }
}
