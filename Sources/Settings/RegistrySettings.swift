package import Diagnostics

/// A registry to watch.
package struct RegistrySettings: Sendable, Hashable {
    /// `main` for a single one without a name.
    package var name: String
    package var url: RegistryURL
    /// Whether addresses may be host names. False: IP literals only.
    package var hostnames = false
    /// For an agent of Consul's.
    package var consul = ConsulSettings()
    /// For what is read over HTTP.
    package var http = HTTPSettings()
    /// For a program's output.
    package var program = ProgramSettings()
    /// For what is asked over DNS.
    package var dns = DNSSettings()
    /// For a Kubernetes cluster.
    package var kubernetes = KubernetesSettings()
    /// For an etcd cluster.
    package var etcd = EtcdSettings()
    /// Where it was said, for later faults.
    package var position: SourcePosition?

    package init(name: String, url: RegistryURL) {
        self.name = name
        self.url = url
    }
}

/// A registry's address, by kind.
package enum RegistryURL: Sendable, Hashable {
    /// `file:PATH`: a registry file or a directory of them. Relative paths count from the working directory.
    case file(path: String)
    /// `consul://HOST:PORT`, `consuls://HOST:PORT`, `consul+unix:///PATH`; nil until the environment has been asked.
    case consul(ConsulAddress?)
    /// `http://HOST:PORT/PATH` or `https://…`, as it is asked for.
    case http(String)
    /// `exec:COMMAND`: a program's output.
    case program(CommandSettings.Line)
    /// `dns://SERVER[:PORT]`, IP addresses, none for those of /etc/resolv.conf; the names of SRV records with `{service}` in them may follow.
    case dns([HostPort], pattern: String?)
    /// Others together.
    case combination(CombinationSettings)
    /// `kubernetes:`, `kubernetes:///PATH?context=NAME`.
    case kubernetes(KubernetesAddress)
    /// `etcd://HOST:PORT[,HOST:PORT…]`, `etcds://…`; nil until the environment has been asked.
    case etcd(EtcdAddress?)
}
