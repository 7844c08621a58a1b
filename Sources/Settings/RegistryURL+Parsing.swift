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
    /// The kinds that are planned but not there: scheme and what it reads.
    private static let later = [
        "consul": "Consul", "consuls": "Consul over TLS", "consul+unix": "Consul on a Unix socket", "etcd": "etcd",
        "etcds": "etcd over TLS", "kubernetes": "Kubernetes", "dns": "DNS", "http": "HTTP", "https": "HTTP over TLS",
        "exec": "a program's output",
    ]

    /// The address that `text` says: `file:PATH` or `file:///ABSOLUTE/PATH`, the path as it is, without escapes.
    package init(parsing text: String) throws(RegistryURLFault) {
        let scheme = text.prefix { $0 != ":" && $0 != "/" }
        guard scheme.count < text.count, text.dropFirst(scheme.count).first == ":" else {
            throw RegistryURLFault(
                message: text.isEmpty ? "the registry's address is empty" : "`\(text)` is not a registry's address",
                hint: "write `file:\(text.isEmpty ? "PATH" : text)` for a registry file or a directory of them"
            )
        }
        let rest = text.dropFirst(scheme.count + 1)
        guard scheme == "file" else {
            if let name = Self.later[scheme.lowercased()] {
                throw RegistryURLFault(
                    message:
                        "registries of the kind `\(scheme):` (\(name)) are not supported by this version of headgate yet",
                    hint: "they come later; now it is `file:PATH`"
                )
            }
            let known = Self.later.keys.sorted() + ["file"]
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
}
