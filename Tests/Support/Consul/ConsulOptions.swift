/// How a Consul agent of the tests is to run.
package struct ConsulOptions: Sendable {
    package enum Kind: Sendable, Equatable {
        /// One server that keeps everything in memory: a restart wipes it.
        case dev
        /// One of `expecting` servers that keep their data on disk.
        case server(expecting: Int)
        /// An agent without data, in front of servers.
        case client
    }

    package var kind: Kind
    /// Denies what no token allows; the agent's `managementToken` allows everything.
    package var accessControl = false
    /// Serves HTTPS too, with these.
    package var certificates: TestCertificates?
    /// Whether HTTPS wants a client's certificate.
    package var verifiesClients = false
    /// Serves HTTP on a Unix socket too.
    package var unixSocket = false
    /// `limits.http_max_conns_per_client`: how many connections one address may have; nil is Consul's default, 200.
    package var connectionsPerClient: Int?
    /// The address that HTTP is served at; the tests' own requests go there too.
    package var clientAddress = "127.0.0.1"
    /// The HTTP port; nil takes a free one.
    package var httpPort: Int?
    /// The Serf ports of servers to join.
    package var join: [Int] = []

    package init(_ kind: Kind = .dev) { self.kind = kind }

    /// The configuration in HCL.
    func configuration(name: String, ports: ConsulPorts, directory: String) -> String {
        var lines = [
            "node_name = \"\(name)\"",
            "bind_addr = \"127.0.0.1\"",
            "client_addr = \"\(clientAddress)\"",
            "log_level = \"WARN\"",
            "disable_update_check = true",
            "leave_on_terminate = false",
            "skip_leave_on_interrupt = true",
            // What a check says is to be seen at once, and leaders are to be found in a second.
            "check_update_interval = \"0s\"",
            "performance { raft_multiplier = 1 }",
            """
            ports {
              http = \(ports.http)
              https = \(certificates == nil ? -1 : ports.https)
              server = \(ports.server)
              serf_lan = \(ports.serf)
              serf_wan = -1
              dns = -1
              grpc = -1
            }
            """,
        ]
        switch kind {
        case .dev: break
        case .server(let count):
            lines += ["server = true", "bootstrap_expect = \(count)", "data_dir = \"\(directory)/data\""]
        case .client:
            lines += ["server = false", "data_dir = \"\(directory)/data\""]
        }
        if !join.isEmpty {
            lines += [
                "retry_join = [\(join.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", "))]",
                "retry_interval = \"1s\"",
            ]
        }
        if unixSocket { lines.append("addresses { http = \"127.0.0.1 unix://\(directory)/http.sock\" }") }
        if let connectionsPerClient { lines.append("limits { http_max_conns_per_client = \(connectionsPerClient) }") }
        if accessControl { lines.append("acl { enabled = true, default_policy = \"deny\" }") }
        if let certificates {
            lines += [
                "ca_file = \"\(certificates.authority)\"",
                "cert_file = \"\(certificates.server.certificate)\"",
                "key_file = \"\(certificates.server.key)\"",
                "verify_incoming_https = \(verifiesClients)",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// The ports of one agent, all of 127.0.0.1.
package struct ConsulPorts: Sendable {
    package let http: Int
    package let https: Int
    package let server: Int
    package let serf: Int

    init(http fixed: Int?) {
        var ports = LoopbackPorts.free(4)
        if let fixed { ports[0] = fixed }
        (http, https, server, serf) = (ports[0], ports[1], ports[2], ports[3])
    }
}
