import Diagnostics

/// Why a text is no registry's address.
package struct RegistryURLFault: Error, Hashable {
    /// What is wrong, without a full stop.
    package var message: String
    /// What to write instead.
    package var hint: String

    package init(message: String, hint: String) {
        self.message = message
        self.hint = hint
    }
}

extension RegistryURL {
    /// The address that `text` says: `file:PATH` or `file:///ABSOLUTE/PATH`, the path as it is, without escapes;
    /// `consul://HOST:PORT`, `consuls://HOST:PORT`, `consul+unix:///PATH`, or `consul:` for what the environment says;
    /// `http://HOST:PORT/PATH`, `https://…`; `dns://SERVER/NAME`; `exec:COMMAND`; `kubernetes:` in a pod,
    /// `kubernetes:///KUBECONFIG?context=NAME` elsewhere.
    /// `etcd://HOST:PORT[,HOST:PORT…]`, `etcds://…`, or `etcd:` for what the environment says.
    package init(parsing text: String) throws(RegistryURLFault) {
        let scheme = text.prefix { $0 != ":" && $0 != "/" }
        guard scheme.count < text.count, text.dropFirst(scheme.count).first == ":" else {
            throw RegistryURLFault(
                message: text.isEmpty ? "the registry's address is empty" : "`\(text)` is not a registry's address",
                hint: "write `file:\(text.isEmpty ? "PATH" : text)` for a registry file or a directory of them, "
                    + "`consul://HOST:PORT` for a Consul agent"
            )
        }
        let rest = text.dropFirst(scheme.count + 1)
        if ["consul", "consuls", "consul+unix"].contains(scheme) {
            self = .consul(try Self.consul(scheme: scheme, rest: rest, text))
            return
        }
        switch scheme {
        case "http", "https":
            self = try Self.http(scheme: scheme, rest: rest, text)
            return
        case "dns":
            self = try Self.dns(rest: rest, text)
            return
        case "exec":
            guard rest.contains(where: { !$0.isWhitespace }), !rest.utf8.contains(0) else {
                throw RegistryURLFault(message: "`\(text)` has no command", hint: "write `exec:PROGRAM ARGUMENT`")
            }
            self = .program(.shell(String(rest)))
            return
        case "kubernetes":
            self = .kubernetes(try KubernetesAddress(parsing: rest, of: text))
            return
        case "etcd", "etcds":
            self = .etcd(try Self.etcd(isTLS: scheme == "etcds", rest: rest, text))
            return
        default: break
        }
        guard scheme == "file" else {
            if let address = Self.consulAddress(meantBy: text) {
                throw RegistryURLFault(
                    message: "`\(text)` does not say of what kind the registry is",
                    hint: "did you mean `\(address)`?"
                )
            }
            let known = [
                "file", "consul", "consuls", "consul+unix", "etcd", "etcds", "kubernetes", "http", "https", "dns",
                "exec",
            ]
            throw RegistryURLFault(
                message: "there is no kind of registry `\(scheme):`",
                hint: nearest(to: String(scheme), among: known).map { "did you mean `\($0):`?" }
                    ?? "write `file:PATH` for a registry file or a directory of them"
            )
        }
        var path = String(rest)
        if rest.hasPrefix("//") {
            let afterHost = rest.dropFirst(2)
            let host = afterHost.prefix { $0 != "/" }
            guard host.isEmpty || host == "localhost" else {
                throw RegistryURLFault(
                    message: "`\(text)` names the host `\(host)`, and files are read on this machine only",
                    hint: "write `file:\(afterHost)` for a relative path, `file:/\(afterHost)` for an absolute one"
                )
            }
            path = String(afterHost.dropFirst(host.count))
        }
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw RegistryURLFault(message: "`\(text)` has no path", hint: "write `file:services.yaml`")
        }
        self = .file(path: path)
    }

    /// The address of the agent that `HOST:PORT` alone means; nil if `text` is something else.
    private static func consulAddress(meantBy text: String) -> String? {
        guard !text.contains("/"), let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]),
            (1...65535).contains(port)
        else { return nil }
        return "consul://\(text)"
    }

    private static func consul(
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

    private static func etcd(
        isTLS: Bool,
        rest: Substring,
        _ text: String,
    ) throws(RegistryURLFault) -> EtcdAddress? {
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
            let scheme = isTLS ? "etcds" : "etcd"
            throw RegistryURLFault(
                message: "`\(text)` is not the address of an etcd cluster",
                hint:
                    "write `\(scheme)://HOST:PORT`, or `\(scheme)://HOST:PORT,HOST:PORT` for several members, each once"
            )
        }
        return address
    }
}
