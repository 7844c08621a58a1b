import TestSupport
import Testing

/// Reloads that wait for old processes, with a real HAProxy whose clients stay.
@Suite(.tags(.haproxy), .timeLimit(.minutes(2)), .serialized) struct PostponedReloadTests {
    private func services(_ instances: [(id: String, health: String)]) -> String {
        "version: 1\nservices:\n  web:\n    instances:\n"
            + instances.map { "      - {id: \($0.id), address: 127.0.0.1, port: 9, health: \($0.health)}\n" }.joined()
    }

    private func prepare(_ workspace: Workspace, front: Int) throws {
        try workspace.write(
            "haproxy.cfg.tmpl",
            """
            global
                maxconn 100
            defaults
                mode http
                timeout connect 1s
                timeout client 100s
                timeout server 1s
            frontend in
                bind 127.0.0.1:\(front)
                http-request return status 200 content-type text/plain string {{ range service "web" }}{{ .ID }}{{ end }}

            """
        )
        try workspace.write(
            "headgate.yaml",
            """
            registries: {main: file:services.yaml}
            targets:
              edge:
                files: [{template: haproxy.cfg.tmpl, destination: haproxy.cfg}]
                reload: {master: master.sock, not_running: ok}
                max_draining: 0
                wait: {min: 10ms, max: 100ms}
            state_dir: state
            """
        )
        try workspace.write("services.yaml", services([("a", "passing"), ("b", "passing")]))
    }

    @Test func `a change of membership waits for old workers, a broken server does not`() async throws {
        try await Workspace.with { workspace in
            let front = LoopbackPorts.free(1)[0]
            try prepare(workspace, front: front)
            let configuration = ["--config", workspace.file("headgate.yaml")]
            let first = try await execute(Installed.headgate, ["run", "--once"] + configuration)
            try #require(first.status == 0, "\(first.error)")
            #expect(first.error.contains("written"), "\(first.error)")
            let arguments = ["-W", "-db", "-S", workspace.file("master.sock"), "-f", workspace.file("haproxy.cfg")]
            try await withRunning("haproxy", arguments) { haproxy in
                try #require(await eventually { HTTPProbe.get(port: front)?.body == "ab" }, "\(haproxy.log.text)")
                try await withRunning(Installed.headgate, ["run"] + configuration) { headgate in
                    try #require(await headgate.log.wait(for: "unchanged"), "\(headgate.log.text)")
                    let held = try #require(HeldConnection(port: front))

                    // Nothing is old yet.
                    try workspace.replace(
                        "services.yaml",
                        services([("a", "passing"), ("b", "passing"), ("c", "passing")])
                    )
                    #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                    #expect(headgate.log.count(containing: "a new worker") == 1)

                    // The first worker has the held connection.
                    try workspace.replace("services.yaml", services([("a", "passing"), ("b", "passing")]))
                    #expect(await headgate.log.wait(for: "postponed"), "\(headgate.log.text)")
                    #expect(HTTPProbe.get(port: front)?.body == "abc")

                    // What is broken goes at once, and what waited goes with it.
                    try workspace.replace("services.yaml", services([("a", "critical"), ("b", "passing")]))
                    #expect(await headgate.log.wait(for: "reloaded", times: 2), "\(headgate.log.text)")
                    #expect(HTTPProbe.get(port: front)?.body == "b")

                    try workspace.replace("services.yaml", services([("b", "passing"), ("d", "passing")]))
                    #expect(await headgate.log.wait(for: "postponed", times: 2), "\(headgate.log.text)")
                    held.end()
                    #expect(await headgate.log.wait(for: "reloaded", times: 3), "\(headgate.log.text)")
                    #expect(HTTPProbe.get(port: front)?.body == "bd")
                }
            }
        }
    }
}
