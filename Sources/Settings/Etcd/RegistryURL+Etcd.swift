extension RegistryURL {
    /// The rest of an `etcd:` URL; nil leaves the members to the environment.
    static func etcd(
        scheme: Substring,
        rest: Substring,
        _ text: String,
    ) throws(RegistryURLFault) -> EtcdAddress? {
        let isTLS = scheme == "etcds"
        if !isTLS, rest.isEmpty || rest == "//" { return nil }
        if rest.contains("@") {
            throw RegistryURLFault(
                message: "the address of an etcd cluster holds no user or password",
                hint: "use `auth`, or the environment variables ETCDCTL_USER and ETCDCTL_PASSWORD"
            )
        }
        let authorities = rest.dropFirst(2)
        guard rest.hasPrefix("//"),
            let address = EtcdAddress(
                authorities: authorities.last == "/" ? authorities.dropLast() : authorities,
                isTLS: isTLS
            )
        else {
            throw RegistryURLFault(
                message: "`\(text)` is not the address of an etcd cluster",
                hint:
                    "write `\(scheme)://HOST:PORT`, or `\(scheme)://HOST:PORT,HOST:PORT` for several members, each once"
            )
        }
        return address
    }
}
