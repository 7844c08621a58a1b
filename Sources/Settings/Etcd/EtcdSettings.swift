/// How an etcd cluster is spoken to and read, beside its address.
package struct EtcdSettings: Sendable, Hashable {
    /// The user, of whom the cluster must not ask if there is none, and TLS. A token is etcd's own affair.
    package var access = AccessSettings()
    package var services = EtcdServices()
    /// What stands before the paths that `key`, `ls` and `tree` ask for.
    package var keyPrefix = "/"
    /// Whether an instance that is gone may have been deregistered, so that a target's `drain` counts: the end of a lease, as of
    /// an instance that crashed, looks the same.
    package var drains = false

    package init() {}
}

/// Where services are registered in etcd, and how.
package struct EtcdServices: Sendable, Hashable {
    /// What stands before `NAME/ID`, with the slash at its end; empty: nothing.
    package var prefix: String
    package var format: EtcdServiceFormat

    package init(prefix: String = "/services/", format: EtcdServiceFormat = .auto) {
        (self.prefix, self.format) = (prefix, format)
    }
}

/// What the values of registrations look like.
package enum EtcdServiceFormat: String, Sendable, CaseIterable {
    /// Any of the others, told by the value.
    case auto
    /// `{"address": …, "port": …, "tags": […], "meta": {…}, "weight": …, "health": …}`.
    case json
    /// gRPC's naming: `{"Op": 0, "Addr": "HOST:PORT", "Metadata": {…}}`.
    case grpc
    /// SkyDNS: `{"host": …, "port": …, "weight": …}`.
    case skydns
    /// registrator's `HOST:PORT`.
    case hostport
}

extension RegistrySettings {
    /// Fills in from the environment variables of etcdctl what the configuration does not say; the configuration wins.
    mutating func completeEtcd(_ address: EtcdAddress?, from environment: [String: String]) throws(RegistryURLFault) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if address == nil {
            let text = variable("ETCDCTL_ENDPOINTS") ?? "127.0.0.1:\(EtcdAddress.defaultPort)"
            guard let found = EtcdAddress(environment: text) else {
                throw RegistryURLFault(
                    message: "the environment variable ETCDCTL_ENDPOINTS is `\(text)`, which is no list of addresses",
                    hint:
                        "write HOST:PORT, http://HOST:PORT or https://HOST:PORT, several with commas between, all with TLS "
                        + "or none"
                )
            }
            url = .etcd(found)
        }
        if etcd.access.user == nil, let text = variable("ETCDCTL_USER") {
            etcd.access.login(text)
            if etcd.access.password == nil { etcd.access.password = variable("ETCDCTL_PASSWORD").map { Secret($0) } }
        }
        etcd.access.tls.complete(
            authorities: variable("ETCDCTL_CACERT"),
            certificate: variable("ETCDCTL_CERT"),
            key: variable("ETCDCTL_KEY")
        )
        if variable("ETCDCTL_INSECURE_SKIP_TLS_VERIFY") == "true" { etcd.access.tls.verifies = false }
    }
}
