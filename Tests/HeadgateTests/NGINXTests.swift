import TestSupport
import Testing

/// From a registry file to a running NGINX whose main configuration includes the delivered fragment.
@Suite(.tags(.nginx), .timeLimit(.minutes(2)), .serialized) struct NGINXTests {
    private func prepare(_ workspace: Workspace, front: Int, servers: [String: Int], top: String) throws {
        try workspace.prepareNGINX(top: top, servers: servers.map { ($0.value, $0.key) })
        try workspace.write(
            "web.conf.tmpl",
            """
            upstream web {
            {{- range service "web" "passing,draining" }}
                server {{ hostport .Address .Port }}{{ if eq .Status "draining" }} down{{ end }};
            {{- else }}
                server 127.0.0.1:1 down;
            {{- end }}
            }
            server { listen 127.0.0.1:\(front); location / { proxy_pass http://web; } }

            """
        )
        try workspace.write(
            "headgate.yaml",
            """
            registries: {main: file:services.yaml}
            targets:
              edge:
                files: [{template: web.conf.tmpl, destination: conf.d/web.conf}]
                check: {command: [nginx, -t, -q, -e, stderr, -c, \(workspace.file("nginx.conf"))], isolation: mount}
                reload: echo reload >> reloads; if [ -s nginx.pid ]; then kill -HUP $(cat nginx.pid); fi
                wait: {min: 20ms, max: 200ms}
            state_dir: state
            """
        )
    }

    /// Runs `body` where the instance `a` is registered, with the ports of the front and of what stands behind.
    private func scene(
        top: String = "",
        _ body: (_ workspace: Workspace, _ ports: [Int], _ servers: [String: Int]) async throws -> Void,
    ) async throws {
        try await Workspace.with { workspace in
            let ports = LoopbackPorts.free(3)
            let servers = ["a": ports[1], "b": ports[2]]
            try prepare(workspace, front: ports[0], servers: servers, top: top)
            try workspace.write("services.yaml", services([("a", "passing")], servers))
            try await body(workspace, ports, servers)
        }
    }

    private func services(_ instances: [(id: String, health: String)], _ servers: [String: Int]) -> String {
        "version: 1\nservices:\n  web:\n    instances:\(instances.isEmpty ? " []" : "")\n"
            + instances.map {
                "      - {id: \($0.id), address: 127.0.0.1, port: \(servers[$0.id] ?? 0), health: \($0.health)}\n"
            }.joined()
    }

    @Test func `a fragment is checked in its place, and traffic follows the registry`() async throws {
        try await scene { workspace, ports, servers in
            try await workspace.deliverOnce()

            let arguments = ["-c", workspace.file("nginx.conf"), "-e", workspace.file("logs/error.log")]
            try await withRunning("nginx", arguments) { nginx in
                try #require(await eventually { HTTPProbe.get(port: ports[0])?.body == "a" })
                try workspace.write("reloads", "")
                try await workspace.withHeadgateInStep { headgate in
                    let fragment = workspace.read("conf.d/web.conf")

                    try workspace.replace("services.yaml", services([("a", "passing"), ("b", "passing")], servers))
                    #expect(await headgate.log.wait(for: "reloaded"))
                    #expect(await eventually { Set(HTTPProbe.tally(6, port: ports[0]).keys) == ["a", "b"] })

                    try workspace.replace("services.yaml", services([("a", "draining"), ("b", "passing")], servers))
                    #expect(await headgate.log.wait(for: "reloaded", times: 2))
                    #expect(await eventually { Set(HTTPProbe.tally(6, port: ports[0]).keys) == ["b"] })

                    try workspace.replace("services.yaml", services([("a", "critical"), ("b", "critical")], servers))
                    #expect(await headgate.log.wait(for: "reloaded", times: 3))
                    #expect(await eventually { HTTPProbe.get(port: ports[0])?.status == 502 })
                    #expect(workspace.read("conf.d/web.conf")?.contains("server 127.0.0.1:1 down;") == true)

                    try workspace.replace("services.yaml", services([("a", "passing")], servers))
                    #expect(await headgate.log.wait(for: "reloaded", times: 4))
                    #expect(await eventually { HTTPProbe.tally(6, port: ports[0]) == ["a": 6] })
                    #expect(workspace.read("conf.d/web.conf") == fragment)
                    #expect(workspace.read("reloads")?.split(separator: "\n").count == 4)
                }
            }
        }
    }

    @Test func `a fragment that NGINX refuses in its place is not delivered`() async throws {
        try await scene { workspace, ports, servers in
            // `web` is defined twice only when the fragment is seen together with this one.
            try workspace.write("conf.d/other.conf", "upstream web { server 127.0.0.1:1; }\n")
            let run = try await workspace.headgate("run", "--once")
            #expect(run.status == 1)
            #expect(run.error.contains("duplicate upstream \"web\""), "\(run.error)")
            #expect(workspace.names(in: "conf.d") == ["other.conf"])
            #expect(workspace.read("reloads") == nil)
        }
    }

    @Test func `where the kernel allows no mount namespace a copy is checked, which is said once`() async throws {
        // There is nobody else in the namespace.
        try await scene(top: "user root;") { workspace, ports, servers in
            let note = "edge: no mount namespace can be made here (exit status 1: unshare: unshare failed:"
            func headgate(_ arguments: String...) async throws -> FinishedProcess {
                let (program, arguments) = workspace.withoutNamespaces(arguments)
                return try await execute(program, arguments)
            }
            let check = try await headgate("check")
            #expect(check.status == 0 && check.error.contains(note), "\(check.error)")

            try workspace.write("conf.d/other.conf", "upstream web { server 127.0.0.1:1; }\n")
            let plan = try await headgate("plan", "--check")
            #expect(plan.status == 1 && plan.error.contains(note), "\(plan.error)")
            let refusal = "duplicate upstream \"web\" in \(workspace.file("conf.d/web.conf")):1"
            #expect(plan.error.contains(refusal), "\(plan.error)")
            let once = try await headgate("run", "--once")
            #expect(once.status == 1 && once.error.contains(note) && once.error.contains(refusal), "\(once.error)")

            try workspace.write("conf.d/other.conf", "# none\n")
            let (program, arguments) = workspace.withoutNamespaces(["run"])
            try await withRunning(program, arguments) { headgate in
                #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                try workspace.replace("services.yaml", services([("a", "passing"), ("b", "passing")], servers))
                #expect(await headgate.log.wait(for: "reloaded", times: 2), "\(headgate.log.text)")
                #expect(headgate.log.count(containing: "checking a copy") == 1, "\(headgate.log.text)")
            }
            #expect(workspace.read("conf.d/web.conf")?.contains(":\(ports[2]);") == true)
        }
    }

    @Test func `who writes resolve is told what it needs, and what a reload is for`() async throws {
        try await scene { workspace, ports, servers in
            try await workspace.deliverOnce()
            try workspace.replace("services.yaml", services([("a", "passing"), ("b", "passing")], servers))
            let only = "note:   upstream web: only servers change, for which NGINX has to be reloaded"
            #expect(try await workspace.headgate("plan").output.contains(only))

            try workspace.edit("web.conf.tmpl", replacing: "}} down{{ end }};", with: "}} down{{ end }} resolve;")
            let warnings = try await workspace.headgate("check").error
            #expect(warnings.contains("web.conf.tmpl` has `resolve` in an upstream without `zone`"), "\(warnings)")
            let version = try await execute("nginx", ["-v"]).error
            if version.contains("nginx/1.22") {
                #expect(warnings.contains("has `resolve` in an upstream, and this NGINX is 1.22"), "\(warnings)")
            }
            let plan = try await workspace.headgate("plan").output
            #expect(plan.contains("note:   upstream web: NGINX follows the names with `resolve` by itself"), "\(plan)")
            #expect(!plan.contains(only))
        }
    }
}
