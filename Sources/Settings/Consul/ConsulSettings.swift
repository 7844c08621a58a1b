import Diagnostics

/// How a Consul agent is spoken to and watched, beside its address.
package struct ConsulSettings: Sendable, Hashable {
    /// The ACL token, HTTP basic authentication for a proxy before the agent, and TLS.
    package var access = AccessSettings()
    /// For queries that name none; nil is the agent's own.
    package var datacenter: String?
    package var namespace: String?
    package var partition: String?
    /// How old an answer may be that a server gave without asking the leader; zero: every answer comes from the leader.
    package var maximumStaleness: Duration = .seconds(10)
    /// How long a blocking query waits for a change (Consul: `wait`), 1 s to 10 min.
    package var wait: Duration = .seconds(60)
    /// How many connections may be open to the agent at a time, 10 to 10 000. Consul allows 200 of one client's address, its
    /// other clients on the machine among them (`limits.http_max_conns_per_client`).
    package var connections = 100

    package init() {}
}

extension RegistrySettings {
    /// Fills in from the environment variables of the registry's own command line what the configuration does not say; the
    /// configuration wins.
    package mutating func complete(from environment: [String: String]) throws(RegistryURLFault) {
        switch url {
        case .consul(let address): try completeConsul(address, from: environment)
        case .etcd(let address): try completeEtcd(address, from: environment)
        case .dns: try completeDNS()
        case .file, .http, .program, .combination, .kubernetes: break
        }
    }

    /// Consul: Commands, "Environment Variables".
    private mutating func completeConsul(
        _ address: ConsulAddress?,
        from environment: [String: String],
    ) throws(RegistryURLFault) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        func flag(_ name: String) throws(RegistryURLFault) -> Bool? {
            guard let text = variable(name) else { return nil }
            switch text.lowercased() {
            case "1", "t", "true": return true
            case "0", "f", "false": return false
            default:
                throw RegistryURLFault(
                    message: "the environment variable \(name) is `\(text)`",
                    hint: "set it to true or false, or unset it"
                )
            }
        }
        if address == nil {
            let text = variable("CONSUL_HTTP_ADDR")
            let tls = try flag("CONSUL_HTTP_SSL") ?? false
            guard let found = ConsulAddress(environment: text ?? "127.0.0.1:\(ConsulAddress.defaultPort)", tls: tls)
            else {
                throw RegistryURLFault(
                    message: "the environment variable CONSUL_HTTP_ADDR is `\(text ?? "")`, which is no address",
                    hint: "write HOST:PORT, http://HOST:PORT, https://HOST:PORT or unix:///PATH"
                )
            }
            url = .consul(found)
        }
        if consul.access.token == nil, consul.access.tokenFile == nil {
            consul.access.tokenFile = variable("CONSUL_HTTP_TOKEN_FILE")
            if consul.access.tokenFile == nil { consul.access.token = variable("CONSUL_HTTP_TOKEN").map { Secret($0) } }
        }
        if consul.access.user == nil, let text = variable("CONSUL_HTTP_AUTH") { consul.access.login(text) }
        consul.namespace = consul.namespace ?? variable("CONSUL_NAMESPACE")
        consul.partition = consul.partition ?? variable("CONSUL_PARTITION")
        consul.access.tls.complete(
            authorities: variable("CONSUL_CACERT"),
            certificate: variable("CONSUL_CLIENT_CERT"),
            key: variable("CONSUL_CLIENT_KEY")
        )
        consul.access.tls.authoritiesDirectory = consul.access.tls.authoritiesDirectory ?? variable("CONSUL_CAPATH")
        consul.access.tls.serverName = consul.access.tls.serverName ?? variable("CONSUL_TLS_SERVER_NAME")
        if try flag("CONSUL_HTTP_SSL_VERIFY") == false { consul.access.tls.verifies = false }
    }
}
