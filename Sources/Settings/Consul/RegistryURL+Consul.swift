extension RegistryURL {
    /// The rest of a `consul:` URL; nil leaves the agent to the environment.
    static func consul(
        scheme: Substring,
        rest: Substring,
        _ text: String,
    ) throws(RegistryURLFault) -> ConsulAddress? {
        if scheme == "consul+unix" {
            let path = rest.drop { $0 == "/" }
            guard rest.hasPrefix("/"), !path.isEmpty, !path.utf8.contains(0) else {
                throw RegistryURLFault(
                    message: "`\(text)` has no absolute path",
                    hint: "write `consul+unix:///run/consul/http.sock`"
                )
            }
            return .socket(path: "/\(path)")
        }
        if scheme == "consul", rest.isEmpty || rest == "//" { return nil }
        if rest.contains("@") {
            throw RegistryURLFault(
                message: "the address of a Consul agent holds no user, password or token",
                hint: "use `token_file`, `auth`, or the environment variable CONSUL_HTTP_TOKEN_FILE"
            )
        }
        guard rest.hasPrefix("//"),
            let address = ConsulAddress(
                authority: rest.dropFirst(2).last == "/" ? rest.dropFirst(2).dropLast() : rest.dropFirst(2),
                tls: scheme == "consuls"
            )
        else {
            throw RegistryURLFault(
                message: "`\(text)` is not the address of a Consul agent",
                hint:
                    "write `\(scheme)://HOST:PORT`, such as `consul://127.0.0.1:8500`; what comes behind belongs into the "
                    + "configuration"
            )
        }
        return address
    }
}
