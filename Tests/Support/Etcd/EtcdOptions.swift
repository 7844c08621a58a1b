/// How an etcd member of the tests is to run.
package struct EtcdOptions: Sendable {
    /// Serves clients over TLS too, with these, and wants a client's certificate there.
    package var certificates: TestCertificates?
    /// Tokens are JWTs that are good for so many seconds, signed by the key pair in a directory (`jwt.pub`, `jwt.key`).
    package var tokens: (seconds: Int, directory: String)?

    package init() {}

    func arguments(name: String, ports: EtcdPorts, cluster: [(name: String, ports: EtcdPorts)], directory: String)
        -> [String]
    {
        let client = "http://127.0.0.1:\(ports.client)"
        let clients = certificates == nil ? client : "\(client),https://127.0.0.1:\(ports.secure)"
        let peers = cluster.map { "\($0.name)=http://127.0.0.1:\($0.ports.peer)" }.joined(separator: ",")
        var arguments = [
            "--name", name, "--data-dir", "\(directory)/data",
            "--listen-client-urls", clients, "--advertise-client-urls", client,
            "--listen-peer-urls", "http://127.0.0.1:\(ports.peer)",
            "--initial-advertise-peer-urls", "http://127.0.0.1:\(ports.peer)",
            "--initial-cluster", peers, "--initial-cluster-token", cluster.map(\.name).joined(separator: "-"),
            "--logger", "zap", "--log-level", "warn",
        ]
        if let certificates {
            arguments += [
                "--cert-file", certificates.server.certificate, "--key-file", certificates.server.key,
                "--trusted-ca-file", certificates.authority, "--client-cert-auth",
            ]
        }
        if let tokens {
            let keys = "pub-key=\(tokens.directory)/jwt.pub,priv-key=\(tokens.directory)/jwt.key"
            arguments += ["--auth-token", "jwt,\(keys),sign-method=RS256,ttl=\(tokens.seconds)s"]
        }
        return arguments
    }
}

package struct EtcdPorts: Sendable {
    package let client: Int
    /// With TLS.
    package let secure: Int
    package let peer: Int

    init() {
        let ports = LoopbackPorts.free(3)
        (client, secure, peer) = (ports[0], ports[1], ports[2])
    }
}

package struct EtcdTestError: Error, CustomStringConvertible {
    package var message: String
    package var description: String { message }
}
