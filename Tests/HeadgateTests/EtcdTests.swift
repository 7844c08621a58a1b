import TestSupport
import Testing

/// From a real etcd to a real HAProxy.
@Suite(.fewAtOnce, .tags(.etcd, .haproxy), .timeLimit(.minutes(5))) struct EtcdTests {
    private static let defaults =
        "defaults\n    mode http\n    timeout connect 1s\n    timeout client 5s\n    timeout server 5s\n"

    /// HAProxy between clients and two servers that it plays itself.
    private func prepare(_ workspace: Workspace, _ member: EtcdMember, front: Int, _ servers: [String: Int]) throws {
        try workspace.write(
            "haproxy.cfg.tmpl",
            """
            global
                maxconn 200
            \(Self.defaults)
            frontend in
                bind 127.0.0.1:\(front)
                default_backend web
            backend web
                option redispatch
            {{- range service "web" }}
                server {{ .ID }} {{ hostport .Address .Port }} weight {{ .Weight }}
            {{- end }}
            # {{ keyOrDefault "app/banner" "none" }}

            """
        )
        try workspace.write(
            "headgate.yaml",
            """
            registries: {main: "\(member.url)"}
            targets:
              edge:
                files: [{template: haproxy.cfg.tmpl, destination: haproxy.cfg}]
                check: [haproxy, -c, -f, "{staged}"]
                reload: if [ -s pid ]; then kill -USR2 $(cat pid); fi
                wait: {min: 20ms, max: 200ms}
                reload_interval: 0s
            state_dir: state
            """
        )
        let answers = servers.sorted { $0.key < $1.key }.map { name, port in
            """
            frontend \(name)
                bind 127.0.0.1:\(port)
                http-request return status 200 content-type text/plain string \(name)

            """
        }
        try workspace.write("servers.cfg", Self.defaults + answers.joined())
    }

    @Test func `a lease that ends takes its server out, and the next one brings it back`() async throws {
        try await EtcdMember.with { member in
            try await Workspace.with { workspace in
                let ports = LoopbackPorts.free(3)
                let servers = ["a": ports[1], "b": ports[2]]
                try prepare(workspace, member, front: ports[0], servers)
                try await member.put("/services/web/a", #"{"address":"127.0.0.1","port":\#(ports[1])}"#)
                try await member.put("/services/web/b", "127.0.0.1:\(ports[2])")
                let configuration = ["--config", workspace.file("headgate.yaml")]
                let first = try await execute(Installed.headgate, ["run", "--once"] + configuration)
                try #require(first.status == 0, "\(first.error)")
                try await withRunning("haproxy", ["-db", "-f", workspace.file("servers.cfg")]) { _ in
                    try await withRunning("haproxy", ["-W", "-db", "-f", workspace.file("haproxy.cfg")]) { haproxy in
                        try workspace.write("pid", "\(haproxy.pid)\n")
                        try await withRunning(Installed.headgate, ["run"] + configuration) { headgate in
                            let tally: @Sendable () -> [String: Int] = { HTTPProbe.tally(4, port: ports[0]) }
                            try #require(await headgate.log.wait(for: "unchanged"), "\(headgate.log.text)")
                            try #require(await eventually { tally() == ["a": 2, "b": 2] }, "\(headgate.log.text)")
                            // Not before headgate follows: what is gone after a break would be held.
                            let lease = try await member.grantLease(seconds: 3)
                            try await member.put("/services/web/b", "127.0.0.1:\(ports[2])", lease: lease)
                            #expect(await eventually { tally() == ["a": 4] }, "\(tally()) \(headgate.log.text)")
                            let next = try await member.grantLease(seconds: 600)
                            try await member.put("/services/web/b", "127.0.0.1:\(ports[2])", lease: next)
                            #expect(await eventually { tally() == ["a": 2, "b": 2] }, "\(headgate.log.text)")
                            try await member.put("/app/banner", "hello")
                            #expect(await eventually { workspace.read("haproxy.cfg")?.contains("# hello") == true })
                            #expect(headgate.log.count(containing: "fault") == 0, "\(headgate.log.text)")
                        }
                    }
                }
            }
        }
    }

    @Test func `what etcd cannot answer is said at once`() async throws {
        try await EtcdMember.with { member in
            try await Workspace.with { workspace in
                try workspace.write(
                    "t.tmpl",
                    "{{ range nodes }}{{ .Node }}{{ end }}{{ range service \"web\" }}{{ .ID }}{{ end }}"
                )
                let begun = ContinuousClock.now
                let run = try await execute(
                    Installed.headgate,
                    ["render", "--registry", member.url, "--template", workspace.file("t.tmpl"), "--timeout", "60s"]
                )
                #expect(run.status != 0 && ContinuousClock.now - begun < .seconds(20))
                #expect(run.error.contains("it has no nodes"), "\(run.error)")
            }
        }
    }

    @Test func `check says that drain has no effect on etcd, unless the registry says that it has`() async throws {
        try await Workspace.with { workspace in
            let etcd = #"a: "etcd://127.0.0.1:1", b: {url: "etcd://127.0.0.1:2", drain: true}"#
            for (registry, isWarned) in [("a", true), ("b", false), ("c", true), ("d", false)] {
                try workspace.write(
                    "headgate.yaml",
                    """
                    registries: {\(etcd), e: "etcd://127.0.0.1:3", c: {union: [a, e]}, d: {failover: [a, b]}}
                    targets: {t: {registry: \(registry), files: [{contents: x, destination: out}], drain: 30s}}
                    """
                )
                let run = try await execute(Installed.headgate, ["check", "--config", workspace.file("headgate.yaml")])
                #expect(run.status == 0 && run.error.contains("`drain` of the target `t` has no effect") == isWarned)
            }
        }
    }

    @Test func `in a union whoever was in etcd goes at once, and whoever was in a file drains`() async throws {
        try await EtcdMember.with { member in
            try await member.put("/services/web/e", "10.0.0.1:80")
            try await Workspace.with { workspace in
                try workspace.write(
                    "services.yaml",
                    "services: {web: {instances: [{id: f, address: 10.0.0.2}, {id: g, address: 10.0.0.3}]}}\n"
                )
                try workspace.write("t", #"{{ range service "web|any" }}{{ .ID }} {{ .Status }};{{ end }}"#)
                try workspace.write(
                    "headgate.yaml",
                    """
                    registries: {etcd: "\(member.url)", file: "file:services.yaml", all: {union: [etcd, file]}}
                    targets: {t: {registry: all, files: [{template: t, destination: out}], drain: 60s, wait: 0s}}
                    state_dir: state
                    """
                )
                let arguments = ["run", "--config", workspace.file("headgate.yaml")]
                @Sendable func reaches(_ text: String) async {
                    #expect(await eventually { workspace.read("out") == text }, "\(workspace.read("out") ?? "")")
                }
                try await withRunning(Installed.headgate, arguments) { _ in
                    await reaches("e passing;f passing;g passing;")
                    try workspace.edit("services.yaml", replacing: "{id: f, address: 10.0.0.2}, ", with: "")
                    await reaches("e passing;f draining;g passing;")
                    try await member.delete("/services/web/e")
                    await reaches("f draining;g passing;")
                }
            }
        }
    }

    enum Trouble: String, CaseIterable, CustomTestStringConvertible {
        case silence, refusal, slowness, wiped, killed

        var testDescription: String { rawValue }
    }

    @Test("what is in force loses nothing by", arguments: Trouble.allCases)
    func losesNothing(by trouble: Trouble) async throws {
        try await EtcdMember.with { member in
            for id in ["a", "b", "c"] { try await member.put("/services/web/\(id)", "10.0.0.1:80") }
            try await FaultyLink.with(to: member.ports.client) { link in
                try await Workspace.with { workspace in
                    let scene = try KeptScene(workspace, registry: "url: \"etcd://127.0.0.1:\(link.port)\"")
                    try await scene.withHeadgate(inForce: ["a", "b", "c"]) { headgate in
                        try await scene.neverLosing(["a", "b", "c"], headgate) {
                            switch trouble {
                            case .silence: link.set(.silent)
                            case .refusal:
                                link.set(.refusing)
                                link.cut()
                            case .slowness:
                                link.set(.slow(bytes: 5, every: .milliseconds(10)))
                                link.cut()
                            case .killed: member.kill()
                            case .wiped:
                                member.kill()
                                try await member.wipe()
                                try await member.restart()
                                // Believed only if it is still so half a minute later.
                                #expect(await headgate.log.wait(for: "held"), "\(headgate.log.text)")
                            }
                            if trouble != .wiped, trouble != .slowness {
                                #expect(await headgate.log.wait(for: "registry fault"), "\(headgate.log.text)")
                            }
                            if trouble == .killed { try await member.restart() }
                            link.set(.passing)
                            if trouble == .wiped {
                                for id in ["a", "b", "c"] { try await member.put("/services/web/\(id)", "10.0.0.1:80") }
                            }
                            try await member.put("/services/web/d", "10.0.0.1:80")
                            #expect(
                                await eventually(within: .seconds(60)) { scene.ids == ["a", "b", "c", "d"] },
                                "\(scene.ids)\n\(headgate.log.text)"
                            )
                        }
                    }
                }
            }
        }
    }
}
