import Subprocess
import TestSupport
import Testing

/// One instance that a real balancer's check refuses, among fifty that are fine: the rest is delivered, and it is named.
@Suite(.timeLimit(.minutes(2))) struct CulpritTests {
    /// A target whose templates write what the registrations say.
    private struct Scene: Sendable {
        let workspace: Workspace
        var configuration: [String] { ["--config", workspace.file("headgate.yaml")] }

        static let haproxy = """
            defaults
                mode http
                timeout connect 1s
                timeout client 1s
                timeout server 1s
            frontend in
                bind 127.0.0.1:18080
                default_backend web
            backend web
            {{- range service "web" }}
                server {{ .ID }} {{ hostport .Address .Port }}{{ with .Meta.weight }} weight {{ . }}{{ end }}
            {{- end }}

            """
        static let nginx = """
            events {}
            http {
                upstream web {
                    server 127.0.0.1:1 down;
            {{- range service "web" }}
                    server {{ hostport .Address .Port }}{{ with .Meta.weight }} weight={{ . }}{{ end }};
            {{- end }}
                }
            }

            """

        init(_ workspace: Workspace, template: String, check: String, target: String = "") throws {
            self.workspace = workspace
            try workspace.write("t", template)
            try workspace.write(
                "headgate.yaml",
                """
                registries: {main: {url: "file:services.yaml", hostnames: true}}
                targets:
                  edge:
                    files: [{template: t, destination: out.cfg}]
                    check: \(check)
                    reload: echo reload >> reloads
                    wait: {min: 10ms, max: 50ms}
                \(target)
                state_dir: state
                """
            )
        }

        /// Fifty good instances, and these lines.
        func register(_ lines: String...) throws {
            let good = (0..<50).map { "{id: web-\($0), address: 127.0.0.1, port: \(2_000 + $0)}" }
            try workspace.replace(
                "services.yaml",
                "version: 1\nservices:\n  web:\n    instances:\n" + (good + lines).map { "      - \($0)\n" }.joined()
            )
        }

        /// How many of the good instances are in force.
        var servers: Int { (workspace.read("out.cfg") ?? "").split(separator: "\n").count { $0.contains(":20") } }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var template: String
        var check: String
        /// A registration that is refused, and as it is mended.
        var bad: String
        var mended: String
        /// What the balancer says.
        var words: String
    }

    private static let haproxyCheck = #"[haproxy, -c, -f, "{staged}"]"#
    private static let nginxCheck = #"[nginx, -t, -q, -e, stderr, -c, "{staged}"]"#

    static let refused: [Refused] = [
        Refused(
            testDescription: "HAProxy, a host name that does not resolve",
            template: Scene.haproxy,
            check: haproxyCheck,
            bad: "{id: bad, address: nope.invalid, port: 80}",
            mended: "{id: bad, address: localhost, port: 80}",
            words: "'server web/bad' : could not resolve address 'nope.invalid'"
        ),
        Refused(
            testDescription: "HAProxy, a weight out of range",
            template: Scene.haproxy,
            check: haproxyCheck,
            bad: "{id: bad, address: 127.0.0.1, port: 80, meta: {weight: \"900\"}}",
            mended: "{id: bad, address: 127.0.0.1, port: 80, meta: {weight: \"90\"}}",
            words: "'server web/bad' : weight of server bad is not within 0 and 256 (900)"
        ),
        Refused(
            testDescription: "HAProxy, two servers of one name",
            template: Scene.haproxy,
            check: haproxyCheck,
            bad: "{id: web-7, address: 127.0.0.1, port: 80, node: n9}",
            mended: "{id: web-77, address: 127.0.0.1, port: 80, node: n9}",
            words: "another server named 'web-7' was already defined at line"
        ),
        Refused(
            testDescription: "NGINX, a host name that does not resolve",
            template: Scene.nginx,
            check: nginxCheck,
            bad: "{id: bad, address: nope.invalid, port: 80}",
            mended: "{id: bad, address: 127.0.0.1, port: 80}",
            words: #"host not found in upstream "nope.invalid:80" in "#
        ),
        Refused(
            testDescription: "NGINX, a weight that is none",
            template: Scene.nginx,
            check: nginxCheck,
            bad: "{id: bad, address: 127.0.0.1, port: 80, meta: {weight: many}}",
            mended: "{id: bad, address: 127.0.0.1, port: 80, meta: {weight: \"9\"}}",
            words: #"invalid parameter "weight=many" in "#
        ),
    ]

    @Test(.tags(.haproxy, .nginx), arguments: refused)
    func `the rest is delivered, status names the culprit in the balancer's words, and it comes in when it is mended`(
        refused: Refused
    ) async throws {
        try await Workspace.with { workspace in
            let scene = try Scene(workspace, template: refused.template, check: refused.check)
            try scene.register()
            try await withRunning(Installed.headgate, ["run"] + scene.configuration) { headgate in
                try #require(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                #expect(scene.servers == 50)
                let before = workspace.read("out.cfg")

                // It comes alone: what is in force is the rest.
                try scene.register(refused.bad)
                try #require(await headgate.log.wait(for: "set aside"), "\(headgate.log.text)")
                #expect(headgate.log.text.contains("the check refuses it: exit status 1: "), "\(headgate.log.text)")
                #expect(workspace.read("out.cfg") == before)
                let status = try await execute(Installed.headgate, ["status"] + scene.configuration).output
                #expect(status.contains("set aside: instance `"), "\(status)")
                #expect(status.contains(refused.words), "\(status)")
                #expect(workspace.read("reloads") == "reload\n")

                // Others go in and out while it stays as it is, and nothing is searched for again.
                try scene.register(refused.bad, "{id: web-50, address: 127.0.0.1, port: 2050}")
                #expect(await headgate.log.wait(for: "reloaded", times: 2), "\(headgate.log.text)")
                #expect(workspace.read("out.cfg")?.contains("127.0.0.1:2050") == true)

                try scene.register(refused.mended, "{id: web-50, address: 127.0.0.1, port: 2050}")
                #expect(await headgate.log.wait(for: "reloaded", times: 3), "\(headgate.log.text)")
                #expect(workspace.read("out.cfg")?.contains(":80") == true)
                let after = try await execute(Installed.headgate, ["status"] + scene.configuration).output
                #expect(!after.contains("set aside"), "\(after)")
                #expect(headgate.log.count(containing: "set aside") == 1)
                #expect(headgate.log.count(containing: "check failed") == 0)
            }
        }
    }

    @Test(.tags(.haproxy))
    func `run --once delivers the rest and names the culprits, plan --check names them beforehand`()
        async throws
    {
        try await Workspace.with { workspace in
            let scene = try Scene(workspace, template: Scene.haproxy, check: Self.haproxyCheck)
            try scene.register(Self.refused[0].bad, Self.refused[2].bad)
            let plan = try await execute(Installed.headgate, ["plan", "--check"] + scene.configuration)
            #expect(plan.status == 2, "\(plan.error)")
            #expect(plan.error.contains("could not resolve address"), "\(plan.error)")
            #expect(plan.error.contains("another server named 'web-7'"), "\(plan.error)")
            #expect(plan.error.contains("edge: check passed for the rest"), "\(plan.error)")
            #expect(workspace.read("out.cfg") == nil)

            let once = try await execute(Installed.headgate, ["run", "--once"] + scene.configuration)
            #expect(once.status == 0, "\(once.error)")
            #expect(once.error.contains("warning: set aside: instance `bad` of service `web`"), "\(once.error)")
            #expect(once.error.contains("reloaded"))
            #expect(scene.servers == 50)

            // Found again by the next one, for whom there is nothing to do.
            let again = try await execute(Installed.headgate, ["run", "--once"] + scene.configuration)
            #expect(again.status == 0 && again.error.contains("unchanged"), "\(again.error)")
            #expect(workspace.read("reloads") == "reload\n")
        }
    }

    @Test(.tags(.haproxy)) func `with culprits off the check's failure stands`() async throws {
        try await Workspace.with { workspace in
            let scene = try Scene(
                workspace,
                template: Scene.haproxy,
                check: Self.haproxyCheck,
                target: "    culprits: off"
            )
            try scene.register(Self.refused[0].bad)
            let once = try await execute(Installed.headgate, ["run", "--once"] + scene.configuration)
            #expect(once.status == 1)
            // The line that tells, and where in the file that the target has.
            let place = "[\(workspace.file("out.cfg")):"
            #expect(once.error.contains("check failed (exit status 1: \(place)"), "\(once.error)")
            #expect(
                once.error.contains("'server web/bad' : could not resolve address 'nope.invalid'.)"),
                "\(once.error)"
            )
            #expect(workspace.read("out.cfg") == nil)
        }
    }

    @Test func `where the templates are to blame nobody is set aside`() async throws {
        try await Workspace.with { workspace in
            let scene = try Scene(
                workspace,
                template: "bogus\n" + Scene.haproxy,
                check: "echo check >> checks; grep -qv bogus {staged} && exit 3"
            )
            try scene.register()
            let once = try await execute(Installed.headgate, ["run", "--once"] + scene.configuration)
            #expect(once.status == 1)
            #expect(!once.error.contains("set aside"), "\(once.error)")
            // The first one, and the one without any instance.
            #expect(workspace.read("checks") == "check\ncheck\n")
        }
    }

    @Test func `the last of its service is left out too, and the log says so`() async throws {
        try await Workspace.with { workspace in
            let scene = try Scene(
                workspace,
                template: Scene.haproxy,
                check: "if grep -q nope {staged}; then exit 1; fi"
            )
            try workspace.write(
                "services.yaml",
                "version: 1\nservices:\n  web:\n    instances:\n      - {id: bad, address: nope.invalid, port: 80}\n"
            )
            try await withRunning(Installed.headgate, ["run"] + scene.configuration) { headgate in
                #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                #expect(headgate.log.text.contains("nothing healthy of service web"), "\(headgate.log.text)")
                #expect(scene.servers == 0)
            }
        }
    }

    @Test func `who is refused for a time only comes in when that is over, though the registration stays`() async throws
    {
        try await Workspace.with { workspace in
            let scene = try Scene(
                workspace,
                template: Scene.haproxy,
                check: "if grep -q slow.invalid {staged} && ! [ -e resolves ]; then echo no slow.invalid; exit 1; fi",
                target: "    culprits: {retry: 50ms}"
            )
            try scene.register(
                "{id: bad, address: nope.invalid, port: 80}",
                "{id: slow, address: slow.invalid, port: 80}"
            )
            try await withRunning(Installed.headgate, ["run"] + scene.configuration) { headgate in
                try #require(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                #expect(workspace.read("out.cfg")?.contains("slow.invalid") == false)
                try workspace.write("resolves", "")
                #expect(await headgate.log.wait(for: "reloaded", times: 2), "\(headgate.log.text)")
                #expect(workspace.read("out.cfg")?.contains("server slow slow.invalid:80") == true)
                let status = try await execute(Installed.headgate, ["status"] + scene.configuration).output
                #expect(!status.contains("set aside"), "\(status)")
                #expect(headgate.log.count(containing: "check failed") == 0)
            }
        }
    }

    @Test(.tags(.nginx))
    func `where the templates cannot do without any instance, the one that the check names is found`()
        async throws
    {
        try await Workspace.with { workspace in
            let template = Scene.nginx.replacing("        server 127.0.0.1:1 down;\n", with: "")
            let scene = try Scene(workspace, template: template, check: Self.nginxCheck)
            try scene.register("{id: bad, address: nope.invalid, port: 80}")
            let once = try await execute(Installed.headgate, ["run", "--once"] + scene.configuration)
            #expect(once.status == 0, "\(once.error)")
            #expect(once.error.contains("warning: set aside: instance `bad` of service `web`"), "\(once.error)")
            #expect(scene.servers == 50)
        }
    }
}
