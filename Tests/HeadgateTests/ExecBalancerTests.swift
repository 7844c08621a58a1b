import TestSupport
import Testing

/// Real balancers as headgate's children.
@Suite(.tags(.haproxy, .nginx), .timeLimit(.minutes(2)), .serialized) struct ExecBalancerTests {
    private func services(_ color: String) -> String { "version: 1\nkv: {color: \(color)}\n" }

    private func configuration(_ target: String) -> String {
        """
        registries: {main: file:services.yaml}
        targets:
          edge:
            files: [{template: t, destination: balancer.cfg}]
            \(target)
            wait: {min: 20ms, max: 100ms}
        state_dir: state
        """
    }

    /// Starts, changes twice, ends; gives the status.
    private func serve(_ workspace: Workspace, port: Int, _ options: [String]) async throws -> Int32 {
        let run = try await withRunning(
            Installed.headgate,
            ["run", "--config", workspace.file("headgate.yaml")] + options
        ) { headgate in
            try #require(await eventually { HTTPProbe.get(port: port)?.body == "red" }, "\(headgate.log.text)")
            for color in ["green", "blue"] {
                try workspace.replace("services.yaml", services(color))
                #expect(await eventually { HTTPProbe.get(port: port)?.body == color }, "\(headgate.log.text)")
            }
            #expect(await headgate.log.wait(for: "reloaded", times: 2), "\(headgate.log.text)")
            #expect(headgate.log.count(containing: "balancer started") == 1)
        }
        #expect(HTTPProbe.get(port: port) == nil)
        return run.status
    }

    @Test func `HAProxy in master-worker mode`() async throws {
        try await Workspace.with { workspace in
            let port = LoopbackPorts.free(1)[0]
            try workspace.write("services.yaml", services("red"))
            try workspace.write(
                "t",
                """
                defaults
                    mode http
                    timeout connect 1s
                    timeout client 5s
                    timeout server 5s
                frontend in
                    bind 127.0.0.1:\(port)
                    http-request return status 200 content-type text/plain string {{ key "color" }}

                """
            )
            try workspace.write("headgate.yaml", configuration("profile: haproxy"))
            let status = try await serve(
                workspace,
                port: port,
                ["--exec-reload-signal", "SIGUSR2", "--", "haproxy", "-W", "-db", "-f", workspace.file("balancer.cfg")]
            )
            // HAProxy's master says of its workers that SIGTERM ended them.
            #expect(status == 143 || status == 0)
        }
    }

    @Test func `NGINX in the foreground`() async throws {
        try await Workspace.with { workspace in
            let port = LoopbackPorts.free(1)[0]
            try workspace.write("services.yaml", services("red"))
            try workspace.makeDirectory("tmp")
            try workspace.write(
                "t",
                """
                daemon off;
                pid \(workspace.file("nginx.pid"));
                error_log stderr;
                events { worker_connections 64; }
                http {
                    access_log off;
                    \(["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
                        "\($0)_temp_path \(workspace.file("tmp/\($0)"));"
                    }.joined(separator: "\n    "))
                    server { listen 127.0.0.1:\(port); location / { return 200 {{ key "color" }}; } }
                }

                """
            )
            try workspace.write(
                "headgate.yaml",
                configuration("check: [nginx, -t, -q, -e, stderr, -c, \"{staged}\"]")
            )
            let status = try await serve(
                workspace,
                port: port,
                [
                    "--exec-kill-signal", "SIGQUIT", "--", "nginx", "-e", "stderr", "-c",
                    workspace.file("balancer.cfg"),
                ]
            )
            #expect(status == 0)
        }
    }
}
