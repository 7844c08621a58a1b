/// How a Kubernetes API server is found.
package enum KubernetesAddress: Sendable, Hashable {
    /// `kubernetes:`, by the service account of the pod that headgate runs in.
    case inCluster
    /// `kubernetes:///PATH?context=NAME`; without a context the file's current one.
    case kubeconfig(path: String, context: String?)
}

/// What of a Kubernetes cluster is watched.
package struct KubernetesSettings: Sendable, Hashable {
    /// The namespace that a query without `?ns=` means; nil: the service account's, or that of the kubeconfig's context.
    package var namespace: String?
    /// Whether all namespaces are watched at once; false: each that is asked for by itself.
    package var allNamespaces = false
    /// A label selector: only Services that it selects are seen.
    package var labels: String?
    /// The name of the port that instances have, where their Service has one of that name.
    package var port: String?

    package init() {}
}

extension KubernetesAddress {
    /// What comes behind `kubernetes:`: nothing, or a path and perhaps `?context=NAME`, all without escapes.
    init(parsing rest: Substring, of text: String) throws(RegistryURLFault) {
        let form = "write `kubernetes:` in a pod, elsewhere `kubernetes:///PATH/TO/KUBECONFIG?context=NAME`"
        var path = rest.prefix { $0 != "?" }
        if path.hasPrefix("//") {
            path = path.dropFirst(2)
            guard path.isEmpty || path.hasPrefix("/") else {
                throw RegistryURLFault(
                    message: "`\(text)` names a host, and an API server is found by a kubeconfig",
                    hint: form
                )
            }
        }
        var context: String?
        let parameters = rest.drop { $0 != "?" }.dropFirst()
        if !parameters.isEmpty {
            guard parameters.hasPrefix("context="), parameters.count > 8 else {
                throw RegistryURLFault(message: "`\(text)` has a parameter other than `context`", hint: form)
            }
            context = String(parameters.dropFirst(8))
        }
        guard !path.utf8.contains(0), !path.isEmpty || context == nil else {
            throw RegistryURLFault(message: "`\(text)` has no path", hint: form)
        }
        self = path.isEmpty ? .inCluster : .kubeconfig(path: String(path), context: context)
    }
}
