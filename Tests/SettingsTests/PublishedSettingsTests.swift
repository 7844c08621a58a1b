import Diagnostics
import Settings
import Testing

@Suite("A registry over HTTP, DNS, of a program, or made of others")
struct PublishedSettingsTests {
    @Test(
        "is named by its address",
        arguments: [
            ("http://sd.example", RegistryURL.http("http://sd.example/")),
            ("https://[fd00::1]:8443/t.json?x=1", .http("https://[fd00::1]:8443/t.json?x=1")),
            ("http://sd:80?x=1", .http("http://sd:80/?x=1")),
            ("exec:print x | jq .", .program(.shell("print x | jq ."))),
            ("dns:", .dns([], pattern: nil)),
            ("dns://10.0.0.2", .dns([HostPort(host: "10.0.0.2", port: 53)], pattern: nil)),
            (
                "dns://10.0.0.2:8600,[fd00::2]/_{service}._tcp.example.com",
                .dns(
                    [HostPort(host: "10.0.0.2", port: 8600), HostPort(host: "fd00::2", port: 53)],
                    pattern: "_{service}._tcp.example.com"
                )
            ),
            ("dns:/{service}.example", .dns([], pattern: "{service}.example")),
        ]
    )
    func addresses(text: String, url: RegistryURL) throws {
        #expect(try RegistryURL(parsing: text) == url)
    }

    @Test(
        "is refused by an address that is none",
        arguments: [
            "http:sd", "http://", "http://x:8500", "https://x:8501/", "http://u:p@sd/", "http://sd/a b", "http://sd/#x",
            "http://sd:0/", "https://sd:x/",
            "http://sd/\u{e9}", "exec:", "exec:  ", "dns:10.0.0.2", "dns://ns.example", "dns://10.0.0.2:x",
            "dns://10.0.0.2,,10.0.0.3", "dns://10.0.0.2/web.example", "dns://10.0.0.2/{service}..example",
        ]
    )
    func refusedAddresses(text: String) {
        #expect(throws: RegistryURLFault.self) { _ = try RegistryURL(parsing: text) }
    }

    @Test("over DNS needs to be told of records, on the command line too")
    func completed() throws {
        var bare = RegistrySettings(name: "main", url: try RegistryURL(parsing: "dns:"))
        #expect(throws: RegistryURLFault.self) { try bare.complete(from: [:]) }
        var whole = RegistrySettings(name: "main", url: try RegistryURL(parsing: "dns:/{service}.example"))
        try whole.complete(from: [:])
        #expect(whole.dns.pattern == .init(srv: "{service}.example"))
    }

    @Test("has all that a configuration can say")
    func everything() throws {
        let settings = try load(
            """
            registries:
              sd:
                url: https://sd.example/targets
                interval: 5s
                timeout: 3s
                wait: 30s
                token_file: t
                headers: {X-Api-Key: secret}
                tls: {ca: ca.pem}
                service_label: app
                hostnames: true
              ec2: {command: [./list, web], interval: 30s, timeout: 20s}
              watch: {command: ./watch, stream: true}
              dns:
                url: dns://127.0.0.1:5353
                records: {web: {srv: _http._tcp.web.example}, api: {a: api.example, aaaa: api6.example, port: 8080}}
                pattern: {srv: "_{service}._tcp.example"}
                ttl: {min: 2s, max: 5m}
                timeout: 1s
              all: {union: [sd, ec2]}
              safe: {failover: [sd, dns], unreadable_after: 5s, back_after: 1m}
            targets: {t: {profile: haproxy, registry: all}}
            """
        )
        let registries = Dictionary(uniqueKeysWithValues: settings.registries.map { ($0.name, $0) })
        let http = try #require(registries["sd"]?.http)
        #expect(http.interval == .seconds(5) && http.timeout == .seconds(3) && http.wait == .seconds(30))
        #expect(http.access.tokenFile == "t" && http.access.tls.authorities == "ca.pem")
        #expect(http.headers == ["X-Api-Key": Secret("secret")] && http.serviceLabel == "app")
        #expect(registries["ec2"]?.url == .program(.arguments(["./list", "web"])))
        #expect(registries["ec2"]?.program.interval == .seconds(30) && registries["ec2"]?.program.streams == false)
        #expect(registries["watch"]?.url == .program(.shell("./watch")) && registries["watch"]?.program.streams == true)
        let dns = try #require(registries["dns"]?.dns)
        #expect(dns.records["web"] == .init(srv: "_http._tcp.web.example"))
        #expect(dns.records["api"] == .init(a: "api.example", aaaa: "api6.example", port: 8080))
        #expect(dns.pattern == .init(srv: "_{service}._tcp.example"))
        #expect(dns.minimumTTL == .seconds(2) && dns.maximumTTL == .seconds(300) && dns.timeout == .seconds(1))
        #expect(registries["all"]?.url == .combination(CombinationSettings(.union, of: ["sd", "ec2"])))
        var safe = CombinationSettings(.failover, of: ["sd", "dns"])
        safe.patience = .seconds(5)
        safe.pause = .seconds(60)
        #expect(registries["safe"]?.url == .combination(safe))
    }

    @Test(
        "is refused with the place and a hint where a key is wrong",
        arguments: [
            ("{url: 'http://x/', stream: true}", "stream", "`stream` is nothing for a registry that is read over HTTP"),
            ("{url: 'http://x/', interval: 1ms}", "1ms", "`interval` has to be 100ms to 1h"),
            ("{url: 'http://x/', wait: 1h}", "1h", "`wait` has to be 1s to 10m, or 0"),
            ("{url: 'http://x/', headers: {'a b': c}}", "'a b'", "`a b` cannot be the name of a header"),
            (
                "{url: 'http://x/', headers: {a: \"c\\nd\"}}", "\"c",
                "the header `a` has to be one line of printable ASCII"
            ),
            ("{url: 'http://x/', auth: {password: p}}", "{password", "`auth` has no `user`"),
            (
                "{url: 'http://x/', token: a, token_file: b}", "token_file",
                "the registry has `token` as well as `token_file`"
            ),
            (
                "{command: [x], stream: true, interval: 1s}", "interval",
                "`interval` is nothing for a program that streams"
            ),
            ("{url: 'file:x', interval: 1s}", "interval", "`interval` is nothing for a registry file"),
            ("{url: 'exec:x', command: y}", "command", "`command` is nothing for a program's output"),
            ("{command: []}", "[]", "`command` is an empty list"),
            ("{command: [x], token: a}", "token", "`token` is nothing for a program's output"),
            ("{url: 'dns:'}", "a:", "the registry does not say which DNS records its services have"),
            ("{url: 'dns:', records: {w: {}}}", "w:", "`w` names no record"),
            ("{url: 'dns:', records: {w: {srv: 'x y'}}}", "'x y'", "`x y` is not a DNS name"),
            (
                "{url: 'dns:', records: {w: {srv: x, port: 1}}}", "port",
                "`port` is nothing for `srv`, whose records say it"
            ),
            ("{url: 'dns:', records: {w: {srv: x, a: y}}}", "w:", "`w` has `srv` and addresses as well"),
            ("{url: 'dns:', pattern: {srv: x}}", "x}", "the pattern `x` has no `{service}` in it"),
            ("{url: 'dns:', records: {w: {a: x}}, ttl: {min: 2m}}", "{min", "`ttl` has a `min` above its `max`"),
            ("{union: [b]}", "[b]", "`union` takes a list of two or more registries"),
            ("{union: [b, b]}", "b]", "`b` stands twice in `union`"),
            ("{union: [b, nowhere]}", "nowhere", "there is no registry `nowhere`"),
            ("{union: [b, c]}", "c]", "`c` is itself made of other registries"),
            ("{union: [b, d], back_after: 1s}", "back_after", "`back_after` is nothing for `union`"),
            ("{failover: [b, d], url: 'file:x'}", "failover", "`failover` is nothing for a registry file"),
        ]
    )
    func faults(registry: String, place: String, message: String) throws {
        let text = """
            registries:
              b: file:b
              c: {union: [b, d]}
              d: file:d
              a: \(registry)
            targets: {t: {profile: haproxy, registry: b}}

            """
        do {
            _ = try load(text)
            Issue.record("no fault")
        } catch let error as SettingsFaults {
            #expect(error.diagnostics.map(\.message) == [message])
            let found = try #require(error.diagnostics.first?.position)
            let line = try #require(text.split(separator: "\n").dropFirst(4).first)
            let start = place == "a:" ? line.firstRange(of: "a:") : line.dropFirst(4).firstRange(of: place)
            #expect(found.line == 5)
            #expect(found.column == start.map { line.distance(from: line.startIndex, to: $0.lowerBound) + 1 })
        }
    }
}
