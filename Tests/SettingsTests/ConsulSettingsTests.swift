import Diagnostics
import Settings
import Testing

@Suite("A registry of Consul's")
struct ConsulSettingsTests {
    @Test(
        "is named by its address",
        arguments: [
            ("consul://127.0.0.1:8500", RegistryURL.consul(.host("127.0.0.1", port: 8500, tls: false))),
            ("consul://agent.example", .consul(.host("agent.example", port: 8500, tls: false))),
            ("consul://agent.example/", .consul(.host("agent.example", port: 8500, tls: false))),
            ("consuls://agent.example", .consul(.host("agent.example", port: 8501, tls: true))),
            ("consuls://[fd00::1]:443", .consul(.host("fd00::1", port: 443, tls: true))),
            ("consul+unix:///run/consul.sock", .consul(.socket(path: "/run/consul.sock"))),
            ("consul:", .consul(nil)), ("consul://", .consul(nil)),
        ]
    )
    func addresses(text: String, url: RegistryURL) throws {
        #expect(try RegistryURL(parsing: text) == url)
    }

    @Test(
        "is refused by an address that is none",
        arguments: [
            "consul:127.0.0.1:8500", "consul://x:0", "consul://x:65536", "consul://x:", "consul://x:8500/v1",
            "consul://x?token=1", "consul://token@x", "consul+unix://", "consul+unix:run/x", "consuls://",
            "consul://a b",
            "consul://fd00::1:8500",
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
                url: consuls://consul.example:8501
                token_file: token
                auth: {user: u, password: p}
                tls: {ca: ca.pem, cert: c.pem, key: k.pem, server_name: n, verify: false}
                datacenter: dc2
                namespace: team
                partition: edge
                hostnames: true
                max_stale: 0
                wait: 5m
                connections: 1500
            targets:
              t:
                profile: haproxy
                guard: {empty: 2m, mass_loss: 25%, hold: 10s}
                drain: 30s
                damp: {changes: 3, window: 2m, quiet: 5m}
              u:
                files: [{contents: x, destination: /tmp/u}]
                guard: off
                drain: off
                damp: off
              w:
                files: [{contents: x, destination: /tmp/w}]
                drain: 0
                damp: {}
              v:
                files: [{contents: x, destination: /tmp/v}]
            """
        )
        let registry = try #require(settings.registries.first)
        #expect(registry.url == .consul(.host("consul.example", port: 8501, tls: true)))
        #expect(registry.hostnames)
        let consul = registry.consul
        #expect(consul.access.tokenFile == "token" && consul.access.token == nil)
        #expect(consul.access.user == "u" && consul.access.password?.text == "p")
        #expect(
            consul.access.tls.authorities == "ca.pem" && consul.access.tls.certificate == "c.pem"
                && consul.access.tls.key == "k.pem"
        )
        #expect(consul.access.tls.serverName == "n" && !consul.access.tls.verifies)
        #expect(consul.datacenter == "dc2" && consul.namespace == "team" && consul.partition == "edge")
        #expect(consul.maximumStaleness == .zero && consul.wait == .seconds(300) && consul.connections == 1500)

        let guards = settings.targets.map(\.guards)
        #expect(guards[0].isOn && guards[0].empty == .seconds(120) && guards[0].massLoss == 0.25)
        #expect(guards[0].hold == .seconds(10))
        #expect(!guards[1].isOn)
        #expect(guards[3] == HoldSettings() && guards[3].empty == .seconds(60) && guards[3].massLoss == 0.5)
        #expect(settings.targets.map(\.drain) == [.seconds(30), .zero, .zero, .zero])
        let damping = settings.targets.map(\.damping)
        #expect(damping[0]?.changes == 3 && damping[0]?.window == .seconds(120) && damping[0]?.quiet == .seconds(300))
        #expect(damping[1] == nil && damping[2] == DampSettings() && damping[3] == nil)
    }

    @Test(
        "is told its faults",
        arguments: [
            ("token: a, token_file: b", "the registry has `token` as well as `token_file`"),
            ("tls: {cert: a}", "`tls` needs `cert` and `key` together"),
            ("auth: {password: a}", "`auth` has no `user`"),
            ("wait: 11m", "`wait` has to be 1s to 10m"),
            ("connections: 3", "`connections` has to be a number from 10 to 10000, not the number 3"),
            ("tls: {cafile: a}", "`tls` has no key `cafile`"),
        ]
    )
    func faults(text: String, message: String) throws {
        let configuration = """
            registries: {main: {url: 'consul://127.0.0.1:8500', \(text)}}
            targets: {t: {profile: haproxy}}
            """
        #expect(throws: SettingsFaults.self) { _ = try load(configuration) }
        do {
            _ = try load(configuration)
        } catch let faults as SettingsFaults {
            #expect(faults.diagnostics.map(\.message).contains(message), "\(faults.diagnostics)")
        }
    }

    @Test("takes from the environment what the configuration does not say")
    func environment() throws {
        var registry = RegistrySettings(name: "main", url: .consul(nil))
        registry.consul.namespace = "mine"
        try registry.complete(from: [
            "CONSUL_HTTP_ADDR": "https://consul.example:443", "CONSUL_HTTP_TOKEN": "t", "CONSUL_HTTP_AUTH": "u:p:q",
            "CONSUL_CACERT": "/ca", "CONSUL_CLIENT_CERT": "/c", "CONSUL_CLIENT_KEY": "/k",
            "CONSUL_TLS_SERVER_NAME": "n",
            "CONSUL_HTTP_SSL_VERIFY": "false", "CONSUL_NAMESPACE": "theirs", "CONSUL_PARTITION": "edge",
        ])
        #expect(registry.url == .consul(.host("consul.example", port: 443, tls: true)))
        #expect(registry.consul.access.token?.text == "t" && registry.consul.access.user == "u")
        #expect(registry.consul.access.password?.text == "p:q")
        #expect(registry.consul.namespace == "mine" && registry.consul.partition == "edge")
        #expect(registry.consul.access.tls.authorities == "/ca" && registry.consul.access.tls.certificate == "/c")
        #expect(
            registry.consul.access.tls.key == "/k" && registry.consul.access.tls.serverName == "n"
                && !registry.consul.access.tls.verifies
        )
    }

    @Test(
        "finds its agent in CONSUL_HTTP_ADDR",
        arguments: [
            ([:], ConsulAddress.local),
            (["CONSUL_HTTP_ADDR": "10.0.0.1:85"], .host("10.0.0.1", port: 85, tls: false)),
            (["CONSUL_HTTP_ADDR": "10.0.0.1:85", "CONSUL_HTTP_SSL": "true"], .host("10.0.0.1", port: 85, tls: true)),
            (["CONSUL_HTTP_ADDR": "http://x/"], .host("x", port: 8500, tls: false)),
            (["CONSUL_HTTP_ADDR": "unix:///run/c"], .socket(path: "/run/c")),
        ]
    )
    func address(environment: [String: String], address: ConsulAddress) throws {
        var registry = RegistrySettings(name: "main", url: .consul(nil))
        try registry.complete(from: environment)
        #expect(registry.url == .consul(address))
    }

    @Test("keeps the address and token that the configuration names")
    func configurationWins() throws {
        var registry = RegistrySettings(name: "main", url: .consul(.local))
        registry.consul.access.tokenFile = "mine"
        try registry.complete(from: ["CONSUL_HTTP_ADDR": "x:1", "CONSUL_HTTP_TOKEN": "theirs"])
        #expect(registry.url == .consul(.local))
        #expect(registry.consul.access.token == nil && registry.consul.access.tokenFile == "mine")
    }

    @Test("says what is wrong with a variable")
    func badVariable() {
        var registry = RegistrySettings(name: "main", url: .consul(nil))
        #expect(throws: RegistryURLFault.self) { try registry.complete(from: ["CONSUL_HTTP_ADDR": "a b"]) }
        #expect(throws: RegistryURLFault.self) { try registry.complete(from: ["CONSUL_HTTP_SSL": "perhaps"]) }
    }

    @Test("shows no secret")
    func secrets() {
        var consul = ConsulSettings()
        consul.access.token = Secret("7c5b3f6e")
        #expect(!"\(consul)".contains("7c5b") && !String(reflecting: consul).contains("7c5b"))
    }
}
