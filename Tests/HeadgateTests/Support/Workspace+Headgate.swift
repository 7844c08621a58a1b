import TestSupport
import Testing

/// The built headgate with the workspace's `headgate.yaml`.
extension Workspace {
    /// Runs a command of it to its end.
    func headgate(_ arguments: String...) async throws -> FinishedProcess {
        try await execute(Installed.headgate, arguments + ["--config", file("headgate.yaml")])
    }

    /// How a command of it is run where the kernel makes no namespaces, as in an unprivileged container: in a user namespace
    /// that allows no more of them.
    func withoutNamespaces(_ arguments: [String]) -> (program: String, arguments: [String]) {
        let script = "for kind in user mnt; do echo 0 > /proc/sys/user/max_${kind}_namespaces; done; exec \"$@\""
        return (
            "unshare",
            ["--map-root-user", "--", "/bin/sh", "-c", script, "sh", Installed.headgate] + arguments
                + ["--config", file("headgate.yaml")]
        )
    }

    /// Delivers once, as before a balancer starts.
    func deliverOnce() async throws {
        let once = try await headgate("run", "--once")
        try #require(once.status == 0, "\(once.error)")
    }

    /// Runs it beside `body`.
    @discardableResult
    func withHeadgate(_ body: @escaping @Sendable (RunningProcess) async throws -> Void) async throws -> FinishedProcess
    {
        try await withRunning(Installed.headgate, ["run", "--config", file("headgate.yaml")], body: body)
    }

    /// Runs it beside `body`, from when it is in step with what was delivered before.
    func withHeadgateInStep(_ body: @escaping @Sendable (RunningProcess) async throws -> Void) async throws {
        try await withHeadgate { headgate in
            try #require(await headgate.log.wait(for: "unchanged"), "\(headgate.log.text)")
            try await body(headgate)
        }
    }
}

/// A target `edge` whose file `out` has a line for each instance of the service `web`.
extension Workspace {
    /// What the registry file says from now on: an instance of `web` for each letter.
    func register(_ letters: String) throws {
        let lines = letters.map { "      - {id: \($0), address: 10.0.0.1, port: 80}\n" }.joined()
        try replace("services.yaml", "version: 1\nservices:\n  web:\n    instances:\n\(lines)")
    }

    /// Writes the template `t`, the configuration, and a registry file with the instance `a`.
    ///
    /// - Parameter target: More lines of the target.
    func prepareLetters(files: String = "[{template: t, destination: out}]", _ target: String) throws {
        try register("a")
        try write("t", "{{ range service \"web\" }}{{ .ID }}\n{{ end }}")
        try write(
            "headgate.yaml",
            """
            registries: {main: file:services.yaml}
            targets:
              edge:
                files: \(files)
                wait: {min: 20ms, max: 100ms}
            \(target)
            state_dir: state
            """
        )
    }
}
