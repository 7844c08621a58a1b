import Diagnostics

/// How a Consul agent is spoken to and watched, beside its address.
package struct ConsulSettings: Sendable, Hashable {
    /// The ACL token; `tokenFile` if it lies in a file, which is read anew when it changes.
    package var token: Secret?
    package var tokenFile: String?
    /// HTTP basic authentication, for a proxy before the agent.
    package var user: String?
    package var password: Secret?
    package var passwordFile: String?
    package var tls = TLSSettings()
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

/// A text that no message and no log shows.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    package var text: String

    package init(_ text: String) { self.text = text }

    package var description: String { "(secret)" }
    package var debugDescription: String { description }
}

/// How a registry is trusted over TLS, and what it is shown.
package struct TLSSettings: Sendable, Hashable {
    /// A file of authorities in PEM, instead of the system's.
    package var authorities: String?
    /// A directory of such files.
    package var authoritiesDirectory: String?
    /// The client's certificate chain and its private key, in PEM.
    package var certificate: String?
    package var key: String?
    /// The name that the server's certificate must have, if it is not the address's.
    package var serverName: String?
    /// False: any certificate is taken. For experiments.
    package var verifies = true

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
        if consul.token == nil, consul.tokenFile == nil {
            consul.tokenFile = variable("CONSUL_HTTP_TOKEN_FILE")
            if consul.tokenFile == nil { consul.token = variable("CONSUL_HTTP_TOKEN").map { Secret($0) } }
        }
        if consul.user == nil, let text = variable("CONSUL_HTTP_AUTH") {
            let user = text.prefix { $0 != ":" }
            consul.user = String(user)
            consul.password = Secret(String(text.dropFirst(user.count + 1)))
        }
        consul.namespace = consul.namespace ?? variable("CONSUL_NAMESPACE")
        consul.partition = consul.partition ?? variable("CONSUL_PARTITION")
        consul.tls.authorities = consul.tls.authorities ?? variable("CONSUL_CACERT")
        consul.tls.authoritiesDirectory = consul.tls.authoritiesDirectory ?? variable("CONSUL_CAPATH")
        if consul.tls.certificate == nil, consul.tls.key == nil {
            consul.tls.certificate = variable("CONSUL_CLIENT_CERT")
            consul.tls.key = variable("CONSUL_CLIENT_KEY")
        }
        consul.tls.serverName = consul.tls.serverName ?? variable("CONSUL_TLS_SERVER_NAME")
        if consul.tls.verifies, try flag("CONSUL_HTTP_SSL_VERIFY") == false { consul.tls.verifies = false }
    }
}
