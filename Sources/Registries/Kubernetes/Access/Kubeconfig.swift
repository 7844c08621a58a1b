internal import Diagnostics
internal import Documents
internal import Settings
internal import SystemPackage
internal import Wire

extension KubernetesAccess {
    /// Reads a kubeconfig (Kubernetes: "Organizing Cluster Access Using kubeconfig Files"), of which much may be for others.
    static func kubeconfig(path: String, context: String?) throws(KubernetesFault) -> KubernetesAccess {
        let bytes = try read(
            path,
            "the kubeconfig",
            hint: "is the path right, and the file readable for headgate's user?"
        )
        let root: SourceNode
        do throws(Diagnostic) {
            root = try document(SourceFile(name: path, bytes: bytes))
        } catch {
            throw .access("the kubeconfig \(error.position.map { "\($0)" } ?? path): \(error.message)", hint: "mend it")
        }
        let directory = FilePath(path).removingLastComponent()
        let reader = KubeconfigReader(root: root, path: path, directory: directory)
        return try reader.access(context: context)
    }

    private static func document(_ file: SourceFile) throws(Diagnostic) -> SourceNode {
        do throws(DocumentFaults) {
            return try Document(reading: file).rootOrEmpty
        } catch {
            throw error.diagnostics.first ?? Diagnostic("it cannot be read")
        }
    }
}

/// Finds the way through a kubeconfig: context, cluster, user.
private struct KubeconfigReader {
    let root: SourceNode
    let path: String
    let directory: FilePath

    func access(context wanted: String?) throws(KubernetesFault) -> KubernetesAccess {
        guard let name = wanted ?? root["current-context"]?.text, !name.isEmpty else {
            throw fault("has no current-context", hint: "name one: `kubernetes://\(path)?context=NAME`")
        }
        let context = try entry("contexts", name, "context")
        guard let clusterName = context["cluster"]?.text else {
            throw fault("names no cluster in the context `\(name)`", hint: "add `cluster` to it")
        }
        let cluster = try entry("clusters", clusterName, "cluster")
        guard var server = cluster["server"]?.text, server.hasPrefix("https://") || server.hasPrefix("http://") else {
            throw fault("names no server of https:// in the cluster `\(clusterName)`", hint: "add `server` to it")
        }
        while server.last == "/" { server.removeLast() }
        if cluster["proxy-url"] != nil {
            throw fault("wants a proxy for the cluster `\(clusterName)`", hint: "headgate speaks to the server itself")
        }
        var access = KubernetesAccess(server: server, namespace: context["namespace"]?.text ?? "default")
        access.tls.authorities = try bytes("certificate-authority", of: cluster)
        access.tls.serverName = cluster["tls-server-name"]?.text
        access.tls.verifies = cluster["insecure-skip-tls-verify"]?.text != "true"
        if let user = context["user"]?.text { try identify(&access, try entry("users", user, "user"), user) }
        return access
    }

    private func identify(
        _ access: inout KubernetesAccess,
        _ user: SourceNode,
        _ name: String,
    ) throws(KubernetesFault) {
        for (key, what) in [
            ("exec", "runs a program for its token (`exec`)"), ("auth-provider", "has an auth-provider"),
        ]
        where user[key] != nil {
            throw fault(
                "is no use to headgate: the user `\(name)` \(what)",
                hint: "give headgate a service account's token or a client certificate, in a kubeconfig of its own"
            )
        }
        if user["username"] != nil {
            throw fault("has a password for the user `\(name)`", hint: "Kubernetes knows none any more: use a token")
        }
        access.tls.certificate = try bytes("client-certificate", of: user)
        access.tls.key = try bytes("client-key", of: user)
        if (access.tls.certificate == nil) != (access.tls.key == nil) {
            throw fault("has one of client-certificate and client-key for the user `\(name)`", hint: "give both")
        }
        // As with kubectl, a file counts more than a token.
        if let file = user["tokenFile"]?.text {
            access.token = .file(path: directory.pushing(FilePath(file)).string)
        } else if let token = user["token"]?.text, !token.isEmpty {
            guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw fault("has a token of the user `\(name)` that no header can hold", hint: "look at the token")
            }
            access.token = .text(Secret(token))
        }
    }

    /// What `NAME-data` says in base64, or the file that `NAME` names.
    private func bytes(_ key: String, of node: SourceNode) throws(KubernetesFault) -> [UInt8]? {
        if let data = node["\(key)-data"]?.text, !data.isEmpty {
            var json = JSONScanner(Array("\"\(data.filter { !$0.isWhitespace && $0 != "\"" })\"".utf8))
            do throws(JSONFault) {
                return try json.readBase64()
            } catch {
                throw fault("has \(key)-data that is no base64", hint: "was it cut off?")
            }
        }
        guard let file = node[key]?.text else { return nil }
        let path = directory.pushing(FilePath(file)).string
        return try KubernetesAccess.read(path, "`\(key)`", hint: "the kubeconfig \(self.path) names it")
    }

    /// The content of the entry called `name` of a list of the kubeconfig.
    private func entry(_ list: String, _ name: String, _ kind: String) throws(KubernetesFault) -> SourceNode {
        guard case .list(let items)? = root[list]?.content,
            let found = items.first(where: { $0["name"]?.text == name }), let content = found[kind]
        else {
            var names: [String] = []
            if case .list(let items)? = root[list]?.content { names = items.compactMap { $0["name"]?.text } }
            throw fault(
                "has no \(kind) `\(name)`",
                hint: nearest(to: name, among: names).map { "did you mean `\($0)`?" }
                    ?? (names.isEmpty ? "it has no \(list) at all" : "there are \(names.joined(separator: ", "))")
            )
        }
        return content
    }

    private func fault(_ what: String, hint: String) -> KubernetesFault {
        .access("the kubeconfig \(path) \(what)", hint: hint)
    }
}

extension SourceNode {
    fileprivate subscript(key: String) -> SourceNode? {
        guard case .map(let entries) = content, let entry = entries.first(where: { $0.name == key }),
            !entry.value.isNull
        else { return nil }
        return entry.value
    }

    fileprivate var text: String? { if case .scalar(let scalar) = content { scalar.text } else { nil } }
}
