import TestSupport
import Testing

/// What headgate tells systemd (sd_notify(3)).
@Suite(.timeLimit(.minutes(2))) struct SystemdNotifierTests {
    private func prepare(_ workspace: Workspace, template: String, registry: String = "") throws {
        try workspace.write("services.yaml", "version: 1\nservices: {web: {instances: [\"10.0.0.1:80\"]}}\n\(registry)")
        try workspace.write("t", template)
        try workspace.write(
            "headgate.yaml",
            """
            registries: {main: file:services.yaml}
            targets:
              edge: {files: [{template: t, destination: out}], wait: 20ms}
            state_dir: state
            """
        )
    }

    /// Runs headgate with a listener, which hears it to its end.
    private func run(
        _ workspace: Workspace,
        at name: String? = nil,
        environment: [String: String] = [:],
        options: [String] = [],
        _ body: @escaping @Sendable (RunningProcess, DatagramListener) async throws -> Void,
    ) async throws -> [String] {
        let name = name ?? workspace.file("notify")
        let listener = try DatagramListener(at: name)
        try await withRunning(
            Installed.headgate,
            ["run", "--config", workspace.file("headgate.yaml")] + options,
            environment: environment.merging(["NOTIFY_SOCKET": name]) { $1 }
        ) { headgate in try await body(headgate, listener) }
        return listener.lines
    }

    @Test(arguments: [false, true])
    func `it is ready when its targets are, at a path and at an abstract name`(isAbstract: Bool) async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, template: "{{ len (service \"web\") }}\n")
            let lines = try await run(workspace, at: isAbstract ? "@\(workspace.path)" : nil) { headgate, listener in
                #expect(await eventually { listener.lines.contains("READY=1") }, "\(headgate.log.text)")
                #expect(workspace.read("out") == "1\n")
            }
            let end = ["READY=1", "STATUS=1 target in force", "STOPPING=1", "STATUS=stopping"]
            #expect(Array(lines.suffix(4)) == end, "\(lines)")
        }
    }

    @Test func `who waits past the grace is ready, and says for what`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, template: "{{ key \"limit\" }}\n")
            _ = try await run(workspace) { headgate, listener in
                let status = "STATUS=0 targets in force; edge: waiting for key limit, which does not exist"
                #expect(await eventually { listener.lines.contains(status) }, "\(listener.lines)")
                #expect(await eventually { listener.lines.contains("READY=1") }, "\(listener.lines)")
                let (said, ready) = (listener.lines.firstIndex(of: status), listener.lines.firstIndex(of: "READY=1"))
                #expect(try #require(said) < (try #require(ready)))
                try workspace.write("services.yaml", "version: 1\nkv: {limit: 7}\n")
                #expect(await eventually { listener.lines.last == "STATUS=1 target in force" }, "\(listener.lines)")
                #expect(listener.lines.count { $0 == "READY=1" } == 1)
            }
        }
    }

    @Test func `reading the configuration anew is said, and its end`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, template: "{{ len (service \"web\") }}\n")
            let lines = try await run(workspace) { headgate, listener in
                #expect(await eventually { listener.lines.contains("READY=1") }, "\(headgate.log.text)")
                headgate.signal(.hangUp)
                #expect(await eventually { listener.lines.count { $0 == "READY=1" } == 2 }, "\(listener.lines)")
                let good = try #require(workspace.read("headgate.yaml"))
                try workspace.write("headgate.yaml", "targets: 7\n")
                headgate.signal(.hangUp)
                #expect(await eventually { listener.lines.count { $0 == "READY=1" } == 3 }, "\(listener.lines)")
                try workspace.write("headgate.yaml", good)
            }
            let kinds = lines.map { $0.prefix { $0 != "=" } }.filter { ["READY", "RELOADING"].contains($0) }
            #expect(kinds == ["READY", "RELOADING", "READY", "RELOADING", "READY"])
            #expect(lines.count { $0.hasPrefix("MONOTONIC_USEC=") } == 2)
        }
    }

    /// Prepares a target whose reload may wait for a line in the FIFO `gate`.
    private func prepareGate(_ workspace: Workspace, _ reload: String) async throws {
        try prepare(workspace, template: "{{ len (service \"web\") }}\n")
        _ = try await execute("mkfifo", [workspace.file("gate")])
        let text = try #require(workspace.read("headgate.yaml"))
        try workspace.write("headgate.yaml", text.replacing("wait: 20ms", with: reload))
    }

    @Test func `signs of life come twice in an interval, also while a delivery takes long`() async throws {
        try await Workspace.with { workspace in
            try await prepareGate(workspace, "reload: read x < gate")
            let environment = ["WATCHDOG_USEC": "200000"]
            _ = try await run(workspace, environment: environment) { headgate, listener in
                #expect(await eventually { listener.lines.count { $0 == "WATCHDOG=1" } >= 5 }, "\(listener.lines)")
                #expect(!listener.lines.contains("READY=1"))
                try workspace.write("gate", "go\n")
                #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                let before = listener.lines.count
                #expect(await eventually { listener.lines.count > before + 5 }, "\(listener.lines)")
            }
        }
    }

    @Test func `signs of life for another process are not given`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, template: "{{ len (service \"web\") }}\n")
            let lines = try await run(workspace, environment: ["WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"]) {
                headgate,
                listener in
                #expect(await eventually { listener.lines.contains("READY=1") }, "\(headgate.log.text)")
            }
            #expect(!lines.contains("WATCHDOG=1"))
        }
    }

    @Test func `the balancer that headgate runs does not hear of the socket`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, template: "{{ len (service \"web\") }}\n")
            let child = ["--", "sh", "-c", "env > \(workspace.file("env")); exec sleep 600"]
            let lines = try await run(workspace, environment: ["WATCHDOG_USEC": "200000"], options: child) {
                headgate,
                listener in
                #expect(await eventually { workspace.read("env")?.isEmpty == false }, "\(headgate.log.text)")
                #expect(await eventually { listener.lines.contains("WATCHDOG=1") }, "\(headgate.log.text)")
            }
            #expect(lines.contains("READY=1"))
            let names = (workspace.read("env") ?? "").split(separator: "\n").map { $0.prefix { $0 != "=" } }
            #expect(
                !names.contains { $0.hasPrefix("NOTIFY") || $0.hasPrefix("WATCHDOG") || $0.hasPrefix("HEADGATE_P") }
            )
        }
    }

    @Test func `signs of life come also while a rollback takes long`() async throws {
        try await Workspace.with { workspace in
            try await prepareGate(workspace, "reload: test ! -e slow || (touch begun; read x < gate)")
            _ = try await run(workspace, environment: ["WATCHDOG_USEC": "200000"]) { headgate, listener in
                #expect(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                let configuration = workspace.file("headgate.yaml")
                try workspace.write(
                    "services.yaml",
                    "version: 1\nservices: {web: {instances: [\"10.0.0.1:80\", \"10.0.0.2:80\"]}}\n"
                )
                #expect(await eventually { headgate.log.count(containing: "reloaded") == 2 }, "\(headgate.log.text)")
                try workspace.write("slow", "")
                async let rollback = execute(Installed.headgate, ["rollback", "1", "--config", configuration])
                let hasBegun = await eventually { workspace.read("begun") != nil }
                try #require(hasBegun)
                let before = listener.lines.count
                #expect(await eventually { listener.lines.count > before + 8 }, "\(listener.lines)")
                try workspace.write("gate", "go\n")
                _ = try await rollback
            }
        }
    }
}
