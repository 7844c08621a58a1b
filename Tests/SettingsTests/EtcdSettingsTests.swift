import Diagnostics
import Settings
import Testing

@Suite("A registry of etcd's")
struct EtcdSettingsTests {
    private static func address(_ text: String, tls: Bool = false) -> EtcdAddress {
        let parts = text.split(separator: " ")
        return EtcdAddress(
            parts.map { part in
                let colon = part.lastIndex(of: ":") ?? part.endIndex
                return HostPort(host: String(part[..<colon]), port: Int(part[colon...].dropFirst()) ?? 0)
            },
            isTLS: tls
        )
    }

    @Test(
        "is named by its addresses",
        arguments: [
            ("etcd://127.0.0.1:2379", address("127.0.0.1:2379")), ("etcd://a.example", address("a.example:2379")),
            ("etcd://a:1,b:2,c/", address("a:1 b:2 c:2379")), ("etcds://a,b", address("a:2379 b:2379", tls: true)),
            ("etcd://[fd00::1]:1", address("fd00::1:1")), ("etcd:", nil), ("etcd://", nil),
        ]
    )
    func addresses(text: String, address: EtcdAddress?) throws {
        #expect(try RegistryURL(parsing: text) == .etcd(address))
    }

    @Test(
        "is refused by an address that is none",
        arguments: [
            "etcd:127.0.0.1:2379", "etcd://x:0", "etcd://a,", "etcd://a,,b", "etcd://a,a", "etcd://u:p@x", "etcds://",
            "etcd://x/v3", "etcd://http://x",
        ]
    )
    func refusedAddresses(text: String) {
        #expect(throws: RegistryURLFault.self) { _ = try RegistryURL(parsing: text) }
    }

    @Test("has all that a configuration can say")
    func everything() throws {
        let settings = try load(
            """
            registries:
              main:
                url: etcds://a.example:2379,b.example
                auth: {user: u, password_file: p}
                tls: {ca: ca.pem, cert: c.pem, key: k.pem, server_name: n, verify: false}
                services: {prefix: /skydns/local, format: skydns}
                keys: {prefix: ""}
                hostnames: true
                drain: true
              other: etcd://c
            targets:
              t: {profile: haproxy, registry: main, drain: 30s}
            """
        )
        let registry = try #require(settings.registries.first)
        #expect(registry.url == .etcd(Self.address("a.example:2379 b.example:2379", tls: true)))
        let etcd = registry.etcd
        #expect(etcd.access.user == "u" && etcd.access.passwordFile == "p" && etcd.access.password == nil)
        #expect(
            etcd.access.tls.authorities == "ca.pem" && etcd.access.tls.serverName == "n" && !etcd.access.tls.verifies
        )
        #expect(etcd.services == EtcdServices(prefix: "/skydns/local/", format: .skydns) && etcd.keyPrefix == "")
        #expect(registry.hostnames && etcd.drains && settings.drains(registry))
        let other = settings.registries[1]
        #expect(other.etcd == EtcdSettings() && !settings.drains(other))
        #expect(other.etcd.services == EtcdServices(prefix: "/services/", format: .auto) && other.etcd.keyPrefix == "/")
    }

    @Test(
        "is told its faults",
        arguments: [
            ("token: a", "`token` is nothing for etcd"), ("wait: 5s", "`wait` is nothing for etcd"),
            ("auth: {password: a}", "`auth` has no `user`"),
            ("services: {format: xml}", "`format` has to be one of"),
            ("services: {pattern: x}", "`services` has no key `pattern`"),
            ("services: yes", "`services` has to be"), ("tls: {cert: a}", "`tls` needs `cert` and `key` together"),
        ]
    )
    func faults(field: String, message: String) {
        let text = "registries: {main: {url: 'etcd://x', \(field)}}\ntargets: {t: {profile: haproxy}}\n"
        do {
            _ = try load(text)
            Issue.record("it is accepted")
        } catch {
            let messages = (error as? SettingsFaults)?.diagnostics.map(\.message) ?? []
            #expect(messages.contains { $0.contains(message) }, "\(messages)")
        }
    }

    @Test("takes what etcdctl takes from the environment, and the configuration wins")
    func environment() throws {
        let environment = [
            "ETCDCTL_ENDPOINTS": "https://a:1,https://b:2", "ETCDCTL_USER": "u:p", "ETCDCTL_CACERT": "ca",
            "ETCDCTL_CERT": "c", "ETCDCTL_KEY": "k",
        ]
        var registry = RegistrySettings(name: "main", url: .etcd(nil))
        try registry.complete(from: environment)
        #expect(registry.url == .etcd(Self.address("a:1 b:2", tls: true)))
        #expect(
            registry.etcd.access.user == "u" && registry.etcd.access.password?.text == "p"
                && registry.etcd.access.tls.authorities == "ca"
        )
        #expect(registry.etcd.access.tls.certificate == "c" && registry.etcd.access.tls.key == "k")

        var own = RegistrySettings(name: "main", url: .etcd(Self.address("x:2379")))
        (own.etcd.access.user, own.etcd.access.password, own.etcd.access.tls.authorities) = ("v", Secret("q"), "mine")
        try own.complete(from: environment)
        #expect(own.url == .etcd(Self.address("x:2379")))
        #expect(
            own.etcd.access.user == "v" && own.etcd.access.password?.text == "q"
                && own.etcd.access.tls.authorities == "mine"
        )
    }

    @Test(
        "finds its members in ETCDCTL_ENDPOINTS",
        arguments: [
            (nil, "127.0.0.1:2379"), ("", "127.0.0.1:2379"), ("a", "a:2379"), ("http://a:1/,b:2", "a:1 b:2"),
            ("http://a,https://b", nil), ("a b", nil),
        ] as [(String?, String?)]
    )
    func endpoints(text: String?, address: String?) throws {
        var registry = RegistrySettings(name: "main", url: .etcd(nil))
        let environment = text.map { ["ETCDCTL_ENDPOINTS": $0] } ?? [:]
        guard let address else {
            #expect(throws: RegistryURLFault.self) { try registry.complete(from: environment) }
            return
        }
        try registry.complete(from: environment)
        #expect(registry.url == .etcd(Self.address(address)))
    }
}
