import Synchronization
import SystemPackage
import TestSupport
import Testing

/// From registries over HTTP, of a program, over DNS and made of others to the traffic of a real HAProxy.
@Suite(.fewAtOnce, .tags(.haproxy), .timeLimit(.minutes(3))) struct PublishedRunTests {
    private let servers: [String: Int] = {
        let ports = LoopbackPorts.free(3)
        return ["a": ports[0], "b": ports[1], "c": ports[2]]
    }()

    /// A registry in which these serve.
    private func registry(_ names: String...) -> String {
        let instances = names.map { "\"127.0.0.1:\(servers[$0] ?? 0)\"" }.joined(separator: ", ")
        return "{\"services\": {\"web\": {\"instances\": [\(instances)]}}}"
    }

    private func groups(_ names: String...) -> String {
        let targets = names.map { "\"127.0.0.1:\(servers[$0] ?? 0)\"" }.joined(separator: ", ")
        return "[{\"targets\": [\(targets)], \"labels\": {\"job\": \"web\"}}]"
    }

    @Test func `what a server says reaches traffic, and what it does not say changes none`() async throws {
        try await CannedServer.with { server in
            server.say(groups("a", "b"))
            let registries = "  main: {url: \(server.url)/sd, interval: 100ms, timeout: 3s}"
            try await TrafficScene.with(registries, servers: servers, first: ["a", "b"]) { scene in
                server.say(groups("b", "c"))
                try await scene.serves(["b", "c"])
                for reply in [CannedServer.Reply.whole(status: 500, "no"), .whole("[{]"), .silence, .whole("[]")] {
                    server.answer { _ in reply }
                    // Who asks once more has dealt with the answer before.
                    let asked = server.requests.count
                    #expect(await eventually(within: .seconds(30)) { server.requests.count >= asked + 2 })
                    try await scene.serves(["b", "c"])
                }
                // The empty list is held, and the status says so.
                #expect(await eventually { (try? await scene.status().contains("after-break")) ?? false })
                server.say(groups("a"))
                try await scene.serves(["a"], within: .seconds(60))
                #expect(scene.headgate.log.count(containing: "registry fault") >= 1)
                #expect(scene.headgate.log.count(containing: "registry recovered") >= 1)
            }
        }
    }

    @Test func `what a program prints reaches traffic, and ends with headgate`() async throws {
        let text = registry("a")
        let registries = "  main: {command: \"echo $$ >leader; exec tail -n +1 -f log\", stream: true}"
        let child = Mutex<Int32?>(nil)
        try await TrafficScene.with(
            registries,
            servers: servers,
            first: ["a"],
            prepare: { try $0.write("log", text + "\n") }
        ) { scene in
            try scene.workspace.append("log", registry("a", "c") + "\n")
            try await scene.serves(["a", "c"])
            try scene.workspace.append("log", "nonsense\n" + registry("a", "b", "c") + "\n")
            try await scene.serves(["a", "b", "c"])
            let leader = scene.workspace.read("leader")?.split(separator: "\n").first
            child.withLock { $0 = leader.flatMap { Int32($0) } }
        }
        let found = child.withLock { $0 }
        let pid = try #require(found)
        #expect(await eventually { (try? ProcessSignal.send(.proceed, to: pid)) == nil })
    }

    @Test func `records of DNS reach traffic, a priority is a backup, and a dead server changes nothing`() async throws
    {
        @Sendable func zone(_ names: String..., priorities: [String: Int] = [:]) -> String {
            names.map { "srv-host=_http._tcp.web.example,\($0).example,\(servers[$0] ?? 0),\(priorities[$0] ?? 1),1" }
                .joined(separator: "\n")
                + "\nhost-record=a.example,b.example,c.example,127.0.0.1,1"
        }
        try await Dnsmasq.with(zone("a", "b", "c", priorities: ["c": 9])) { dns in
            let registries =
                "  main: {url: \"dns://127.0.0.1:\(dns.port)/_http._tcp.{service}.example\", ttl: {min: 100ms, max: 200ms}, timeout: 300ms}"
            try await TrafficScene.with(registries, servers: servers, first: ["a", "b"]) { scene in
                try await dns.start(zone("b", "c"))
                // A query that met the restart is a break: who is gone after it is held for 30 s.
                try await scene.serves(["b", "c"], within: .seconds(60))
                await dns.stop()
                #expect(await eventually { (try? await scene.status().contains("registry main: fault")) ?? false })
                try await scene.serves(["b", "c"])
                // Back, and without its zone: that is suspect.
                try await dns.start("")
                #expect(await eventually { (try? await scene.status().contains("after-break")) ?? false })
                try await scene.serves(["b", "c"])
                try await dns.start(zone("a"))
                try await scene.serves(["a"], within: .seconds(60))
            }
        }
    }

    @Test func `a union serves what any has, a failover the first that has something healthy`() async throws {
        let (one, two, none) = (registry("a"), registry("a", "b"), registry())
        let registries = """
              main: file:main.json
              other: file:other.json
              all: {union: [main, other]}
              safe: {failover: [main, other], unreadable_after: 1s, back_after: 2s}
            """
        for (name, first) in [("all", Set(["a", "b"])), ("safe", ["a"])] {
            try await TrafficScene.with(
                registries,
                registry: name,
                servers: servers,
                first: first,
                prepare: { workspace in
                    try workspace.write("main.json", one)
                    try workspace.write("other.json", two)
                }
            ) { scene in
                try scene.workspace.replace("main.json", none)
                try await scene.serves(["a", "b"])
                try scene.workspace.replace("main.json", registry("c"))
                // The union at once; the failover goes back when that has lasted.
                try await scene.serves(name == "all" ? ["a", "b", "c"] : ["c"])
                try scene.workspace.replace("main.json", "{")
                try await scene.serves(name == "all" ? ["a", "b", "c"] : ["a", "b"])
                let status = try await scene.status()
                #expect(status.contains(name), "\(status)")
                try scene.workspace.replace("main.json", registry("c"))
                try await scene.serves(name == "all" ? ["a", "b", "c"] : ["c"])
            }
        }
    }

    @Test func `a query names a combined registry too, and who is asked for what stays apart`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("main.json", registry("a"))
            try workspace.write("other.json", registry("b"))
            try workspace.write(
                "t",
                "{{ range service \"web?registry=all\" }}{{ .Port }} {{ end }}/{{ range service \"web\" }}{{ .Port }} {{ end }}"
            )
            try workspace.write(
                "headgate.yaml",
                """
                registries: {main: file:main.json, other: file:other.json, all: {union: [main, other]}}
                targets: {edge: {registry: main, files: [{template: t, destination: out}]}}
                """
            )
            let run = try await execute(Installed.headgate, ["render", "--config", workspace.file("headgate.yaml")])
            #expect(run.status == 0, "\(run.error)")
            let ports = ["a", "b"].compactMap { servers[$0] }.sorted()
            #expect(run.output == "\(ports[0]) \(ports[1]) /\(servers["a"] ?? 0) ", "\(run.output)")
        }
    }

    @Test func `a server over TLS is read if its certificate is trusted, and named if not`() async throws {
        let port = LoopbackPorts.free(1)[0]
        try await Workspace.with { workspace in
            let certificates = try await TestCertificates.make(in: workspace)
            let pair = [certificates.server.certificate, certificates.server.key].map { path in
                workspace.read("tls/\(path.split(separator: "/").last ?? "")") ?? ""
            }
            try workspace.write("pair.pem", pair.joined())
            try workspace.write("registry.json", registry("a"))
            try workspace.write(
                "sd.cfg",
                """
                defaults
                    mode http
                    timeout client 5s
                frontend sd
                    bind 127.0.0.1:\(port) ssl crt \(workspace.file("pair.pem"))
                    http-request return status 200 content-type application/json file \(workspace.file("registry.json"))

                """
            )
            try workspace.write("t", "{{ range service \"web\" }}{{ .Port }}{{ end }}")
            @Sendable func render(_ keys: String) async throws -> FinishedProcess {
                try workspace.write(
                    "headgate.yaml",
                    """
                    registries: {main: {url: "https://127.0.0.1:\(port)/sd"\(keys)}}
                    targets: {edge: {files: [{template: t, destination: out}]}}
                    """
                )
                let arguments = ["render", "--config", workspace.file("headgate.yaml"), "--timeout", "3s"]
                return try await execute(Installed.headgate, arguments)
            }
            try await withRunning("haproxy", ["-db", "-f", workspace.file("sd.cfg")]) { _ in
                try #require(await eventually { LoopbackPorts.isListening(port) })
                let trusted = try await render(", tls: {ca: tls/ca.pem, server_name: server.dc1.consul}")
                #expect(trusted.status == 0 && trusted.output == "\(servers["a"] ?? 0)", "\(trusted.error)")
                for keys in ["", ", tls: {ca: tls/ca.pem}", ", tls: {ca: tls/nowhere.pem}"] {
                    let refused = try await render(keys)
                    #expect(refused.status == 69 && refused.error.contains("over TLS"), "\(refused.error)")
                }
            }
        }
    }

    // MARK: examples

    private static let eureka = """
        {"applications": {"versions__delta": "1", "application": [
          {"name": "WEB", "instance": [
            {"instanceId": "h1:web:8080", "app": "WEB", "hostName": "h1", "ipAddr": "10.0.0.1", "status": "UP",
             "port": {"$": 8080, "@enabled": "true"}, "securePort": {"$": 443, "@enabled": "false"},
             "metadata": {"@class": "java.util.Collections$EmptyMap", "zone": "a"}},
            {"instanceId": "h2:web:8080", "app": "WEB", "hostName": "h2", "ipAddr": "10.0.0.2", "status": "OUT_OF_SERVICE",
             "port": {"$": 8080, "@enabled": "true"}, "securePort": {"$": 443, "@enabled": "false"}, "metadata": {}},
            {"instanceId": "h3:web:8443", "app": "WEB", "hostName": "h3", "ipAddr": "10.0.0.3", "status": "UP",
             "port": {"$": 8080, "@enabled": "false"}, "securePort": {"$": 8443, "@enabled": "true"}, "metadata": {}}]}]}}
        """

    @Test(
        "the examples read what their servers say, and fail when these do",
        arguments: [
            (
                "eureka", "EUREKA_URL",
                [
                    "server h1:web:8080 10.0.0.1:8080 check", "server h2:web:8080 10.0.0.2:8080 check disabled",
                    "server h3:web:8443 10.0.0.3:8443 check backup",
                ]
            ),
            ("nomad", "NOMAD_ADDR", ["server 10.0.0.7:23456 weight=10;", "server 10.0.0.8:23457 weight=1;"]),
        ]
    )
    func examples(name: String, variable: String, servers: [String]) async throws {
        try await CannedServer.with { server in
            server.answer { request in
                switch request.target {
                case "/apps": .whole(Self.eureka)
                case "/v1/services":
                    .whole(#"[{"Namespace": "default", "Services": [{"ServiceName": "web", "Tags": []}]}]"#)
                case "/v1/service/web":
                    .whole(
                        """
                        [{"ID": "_nomad-1", "ServiceName": "web", "Datacenter": "dc1", "AllocID": "1", "Tags": null,
                          "Address": "10.0.0.7", "Port": 23456},
                         {"ID": "_nomad-2", "ServiceName": "web", "Datacenter": "dc1", "AllocID": "2", "Tags": ["canary"],
                          "Address": "10.0.0.8", "Port": 23457}]
                        """
                    )
                default: .whole(status: 404, "")
                }
            }
            let command = ["render", "--config", Repository.file("examples/\(name)/headgate.yaml"), "--timeout", "20s"]
            let run = try await execute(Installed.headgate, command, environment: [variable: server.url])
            #expect(run.status == 0, "\(run.error)")
            let lines = run.output.split(separator: "\n").map { $0.drop { $0 == " " } }
            #expect(lines.filter { $0.hasPrefix("server ") && $0 != "server {" } == servers.map { $0[...] })
            server.answer { _ in .whole(status: 500, "") }
            let failed = try await execute(
                Installed.headgate,
                command.dropLast() + ["2s"],
                environment: [variable: server.url]
            )
            #expect(failed.status == 69 && failed.error.contains("500"), "\(failed.error)")
        }
    }
}

extension Workspace {
    /// Adds to a file, which a program reads on.
    fileprivate func append(_ name: String, _ text: String) throws {
        let file = try FileDescriptor.open(FilePath(self.file(name)), .writeOnly, options: .append)
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }
}
