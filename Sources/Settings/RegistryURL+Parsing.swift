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
    /// `kubernetes:///KUBECONFIG?context=NAME` elsewhere; `etcd://HOST:PORT[,HOST:PORT…]`, `etcds://…`, or `etcd:` for what the
    /// environment says.
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
        switch scheme {
        case "file": self = .file(path: try Self.path(rest, text))
        case "consul", "consuls", "consul+unix": self = .consul(try Self.consul(scheme: scheme, rest: rest, text))
        case "etcd", "etcds": self = .etcd(try Self.etcd(scheme: scheme, rest: rest, text))
        case "kubernetes": self = .kubernetes(try KubernetesAddress(parsing: rest, of: text))
        case "http", "https": self = try Self.http(scheme: scheme, rest: rest, text)
        case "dns": self = try Self.dns(rest: rest, text)
        case "exec":
            guard rest.contains(where: { !$0.isWhitespace }), !rest.utf8.contains(0) else {
                throw RegistryURLFault(message: "`\(text)` has no command", hint: "write `exec:PROGRAM ARGUMENT`")
            }
            self = .program(.shell(String(rest)))
        default: throw Self.unknown(scheme, text)
        }
    }

    private static let schemes = [
        "file", "consul", "consuls", "consul+unix", "etcd", "etcds", "kubernetes", "http", "https", "dns", "exec",
    ]

    private static func unknown(_ scheme: Substring, _ text: String) -> RegistryURLFault {
        if let address = consulAddress(meantBy: text) {
            return RegistryURLFault(
                message: "`\(text)` does not say of what kind the registry is",
                hint: "did you mean `\(address)`?"
            )
        }
        return RegistryURLFault(
            message: "there is no kind of registry `\(scheme):`",
            hint: nearest(to: String(scheme), among: schemes).map { "did you mean `\($0):`?" }
                ?? "write `file:PATH` for a registry file or a directory of them"
        )
    }

    /// The path of `file:PATH` or `file:///PATH`.
    private static func path(_ rest: Substring, _ text: String) throws(RegistryURLFault) -> String {
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
        return path
    }

    /// The address of the agent that `HOST:PORT` alone means; nil if `text` is something else.
    private static func consulAddress(meantBy text: String) -> String? {
        guard !text.contains("/"), let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]),
            (1...65535).contains(port)
        else { return nil }
        return "consul://\(text)"
    }
}
