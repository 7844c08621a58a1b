extension KubernetesServer {
    /// A kubeconfig for this server; `user` is YAML in one line: `{token: t}`.
    package func kubeconfig(user: String = "{}", cluster: String = "", namespace: String = "shop") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts:
        - {name: test, context: {cluster: c, user: u, namespace: \(namespace)}}
        clusters:
        - {name: c, cluster: {server: "\(url)"\(cluster.isEmpty ? "" : ", ")\(cluster)}}
        users:
        - {name: u, user: \(user)}

        """
    }
}
