import Diagnostics
import Settings
import Testing

@Suite("A registry of Kubernetes")
struct KubernetesSettingsTests {
    @Test(
        "is named by its address",
        arguments: [
            ("kubernetes:", KubernetesAddress.inCluster), ("kubernetes://", .inCluster),
            ("kubernetes:///home/me/.kube/config", .kubeconfig(path: "/home/me/.kube/config", context: nil)),
            ("kubernetes:kubeconfig", .kubeconfig(path: "kubeconfig", context: nil)),
            (
                "kubernetes:///k?context=admin@kubernetes:eu/1",
                .kubeconfig(path: "/k", context: "admin@kubernetes:eu/1")
            ),
        ]
    )
    func addresses(text: String, address: KubernetesAddress) throws {
        #expect(try RegistryURL(parsing: text) == .kubernetes(address))
    }

    @Test(
        "is refused by an address that is none",
        arguments: [
            "kubernetes://10.0.0.1:6443", "kubernetes://api.example/k", "kubernetes:?context=a",
            "kubernetes:///k?context=",
            "kubernetes:///k?namespace=a",
        ]
    )
    func refusedAddresses(text: String) {
        let fault = #expect(throws: RegistryURLFault.self) { _ = try RegistryURL(parsing: text) }
        #expect(fault?.hint.contains("kubernetes:///") == true)
    }

    @Test("has all that a configuration can say")
    func everything() throws {
        let settings = try load(
            """
            registries:
              main:
                url: kubernetes:kubeconfig?context=edge
                namespace: shop
                all_namespaces: true
                labels: app=web,tier!=test
                port: http
                hostnames: true
            targets: {t: {profile: haproxy}}
            """
        )
        let registry = try #require(settings.registries.first)
        #expect(registry.url == .kubernetes(.kubeconfig(path: "kubeconfig", context: "edge")))
        let kubernetes = registry.kubernetes
        #expect(kubernetes.namespace == "shop" && kubernetes.allNamespaces && kubernetes.labels == "app=web,tier!=test")
        #expect(kubernetes.port == "http" && registry.hostnames)
    }

    @Test(
        "is told its faults",
        arguments: [
            ("namespace: '*'", "`*` cannot be a namespace", "write `all_namespaces: true`"),
            ("namespace: Shop", "`Shop` cannot be a namespace", "small letters"),
            ("labels: ''", "`labels` is empty", "write a value"),
            ("port: a b", "`a b` cannot be a port's name", "Services"),
            ("token: t", "`token` is nothing for Kubernetes", "take it out"),
            ("connections: 5", "`connections` is nothing for Kubernetes", "take it out"),
            ("all_namespaces: many", "`all_namespaces` has to be true or false, not `many`", ""),
            ("namespaces: a", "the registry `main` has no key `namespaces`", "did you mean `namespace`?"),
        ]
    )
    func faults(text: String, message: String, hint: String) throws {
        let faults = try #require(throws: SettingsFaults.self) {
            _ = try load("registries: {main: {url: 'kubernetes:', \(text)}}\ntargets: {t: {profile: haproxy}}\n")
        }
        let found = faults.diagnostics.first { $0.message == message }
        #expect(found != nil, "\(faults.diagnostics)")
        #expect(
            found?.position != nil && (hint.isEmpty || found?.hint?.contains(hint) == true),
            "\(faults.diagnostics)"
        )
    }

    @Test("has keys that are nothing for others", arguments: ["consul:", "file:x"])
    func foreign(url: String) {
        #expect(throws: SettingsFaults.self) {
            _ = try load("registries: {main: {url: '\(url)', labels: a=b}}\ntargets: {t: {profile: haproxy}}\n")
        }
    }
}
