extension RegistryURL {
    /// `http://HOST[:PORT]/PATH[?QUERY]`, as it is sent; no user and no fragment in it.
    static func http(scheme: Substring, rest: Substring, _ text: String) throws(RegistryURLFault) -> RegistryURL {
        let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.contains("@") {
            throw RegistryURLFault(
                message: "the address of a registry holds no user, password or token",
                hint: "use `auth`, `token_file` or `headers`"
            )
        }
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) } && !text.contains("#")
        guard rest.hasPrefix("//"), isPlain, HostPort(authority, defaultPort: 80) != nil else {
            throw RegistryURLFault(
                message: "`\(text)` is not an address that can be read over HTTP",
                hint: "write `\(scheme)://HOST:PORT/PATH`, with other characters as %20"
            )
        }
        let path = rest.dropFirst(2 + authority.count)
        // Nobody publishes a registry there, and an agent's address is often written so.
        let port = scheme == "https" ? ConsulAddress.defaultTLSPort : ConsulAddress.defaultPort
        if path.isEmpty || path == "/", authority.hasSuffix(":\(port)") {
            throw RegistryURLFault(
                message: "`\(text)` is where a Consul agent listens, and no registry to be read over HTTP",
                hint: "write `consul\(scheme == "https" ? "s" : "")://\(authority)`"
            )
        }
        return .http("\(scheme)://\(authority)\(path.hasPrefix("/") ? "" : "/")\(path)")
    }
}
