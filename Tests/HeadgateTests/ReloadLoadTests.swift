import TestSupport
import Testing

/// Changes that need a reload, one after the other, while clients ask over fresh connections.
@Suite(.timeLimit(.minutes(15)), .serialized) struct ReloadLoadTests {
    private static let changes = Installed.isSoak ? 200 : 40

    /// A registry of two instances whose weights make every change a reload.
    private func services(_ servers: [Int], change: Int) -> String {
        "version: 1\nservices:\n  web:\n    instances:\n"
            + servers.enumerated().map { index, port in
                "      - {id: s\(index), address: 127.0.0.1, port: \(port), weight: \((change + index) % 97 + 1)}\n"
            }.joined()
    }

    /// Makes the changes while `front` is asked, and expects a proven reload for each and no failed request.
    private func change(_ workspace: Workspace, _ servers: [Int], front: Int) async throws {
        try await workspace.withHeadgateInStep { headgate in
            let tally = try await LoadClient.whileAsking(port: front) { _ in
                for change in 1...Self.changes {
                    try workspace.replace("services.yaml", services(servers, change: change))
                    try #require(await headgate.log.wait(for: "reloaded", times: change), "\(headgate.log.text)")
                }
            }
            let faults = headgate.log.lines.filter { $0.contains(" error ") || $0.contains(" warning ") }
            #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
            print("\(Self.changes) changes under load: \(tally.answered) requests, failed: \(tally.failures)")
            #expect(tally.failures.isEmpty)
            #expect(tally.answered > Self.changes)
            #expect(headgate.log.count(containing: "reloaded") == Self.changes)
            #expect(headgate.log.count(containing: "new worker") == Self.changes)
        }
    }

    @Test(.tags(.haproxy)) func `HAProxy reloads once for each change, and loses no request`() async throws {
        try await Workspace.with { workspace in
            let ports = LoopbackPorts.free(3)
            let servers = Array(ports[1...])
            let defaults = """
                global
                    maxconn 500
                defaults
                    mode http
                    timeout connect 5s
                    timeout client 10s
                    timeout server 10s

                """
            try workspace.write(
                "servers.cfg",
                defaults
                    + servers.map { port in
                        "frontend s\(port)\n    bind 127.0.0.1:\(port)\n"
                            + "    http-request return status 200 content-type text/plain string ok\n"
                    }.joined()
            )
            try workspace.write(
                "haproxy.cfg.tmpl",
                defaults + """
                    frontend in
                        bind 127.0.0.1:\(ports[0])
                        default_backend web
                    backend web
                    {{- range service "web" }}
                        server {{ .ID }} {{ hostport .Address .Port }} weight {{ .Weights.Passing }}
                    {{- end }}

                    """
            )
            try workspace.write(
                "headgate.yaml",
                """
                registries: {main: file:services.yaml}
                targets:
                  edge:
                    files: [{template: haproxy.cfg.tmpl, destination: haproxy.cfg}]
                    check: [haproxy, -c, -f, "{staged}"]
                    reload: {master: master.sock, not_running: ok}
                    wait: {min: 10ms, max: 100ms}
                state_dir: state
                """
            )
            try workspace.write("services.yaml", services(servers, change: 0))
            try await workspace.deliverOnce()
            try await withRunning("haproxy", ["-db", "-f", workspace.file("servers.cfg")]) { _ in
                let master = workspace.file("master.sock")
                let arguments = ["-W", "-db", "-S", master, "-f", workspace.file("haproxy.cfg")]
                try await withRunning("haproxy", arguments) { haproxy in
                    try #require(
                        await eventually { HTTPProbe.get(port: ports[0])?.status == 200 },
                        "\(haproxy.log.text)"
                    )
                    try await change(workspace, servers, front: ports[0])
                    #expect(haproxy.log.count(containing: "Reloading HAProxy") == Self.changes)
                }
            }
        }
    }

    @Test(.tags(.nginx)) func `NGINX reloads once for each change, and loses no request`() async throws {
        try await Workspace.with { workspace in
            let ports = LoopbackPorts.free(3)
            let servers = Array(ports[1...])
            try workspace.prepareNGINX(top: "worker_processes 2;", servers: servers.map { ($0, "ok") })
            try workspace.write(
                "web.conf.tmpl",
                """
                upstream web {
                {{- range service "web" }}
                    server {{ hostport .Address .Port }} weight={{ .Weights.Passing }};
                {{- end }}
                }
                server { listen 127.0.0.1:\(ports[0]); location / { proxy_pass http://web; } }

                """
            )
            let nginx = "nginx -e \(workspace.file("logs/error.log")) -c \(workspace.file("nginx.conf"))"
            try workspace.write(
                "headgate.yaml",
                """
                registries: {main: file:services.yaml}
                targets:
                  edge:
                    files: [{template: web.conf.tmpl, destination: conf.d/web.conf}]
                    check: {command: [nginx, -t, -q, -e, stderr, -c, \(workspace.file("nginx.conf"))], isolation: mount}
                    reload:
                      command: \(nginx) -s reload
                      pid_file: nginx.pid
                      error_log: logs/error.log
                      not_running: ok
                    wait: {min: 10ms, max: 100ms}
                state_dir: state
                """
            )
            try workspace.write("services.yaml", services(servers, change: 0))
            try await workspace.deliverOnce()
            let arguments = ["-e", workspace.file("logs/error.log"), "-c", workspace.file("nginx.conf")]
            try await withRunning("nginx", arguments) { nginx in
                try #require(await eventually { HTTPProbe.get(port: ports[0])?.status == 200 }, "\(nginx.log.text)")
                try await change(workspace, servers, front: ports[0])
                let log = workspace.read("logs/error.log") ?? ""
                #expect(
                    log.split(separator: "\n").count { $0.contains("reconfiguring") && $0.contains("SIGHUP") }
                        == Self.changes
                )
            }
        }
    }
}
