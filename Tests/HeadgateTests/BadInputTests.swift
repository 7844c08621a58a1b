import TestSupport
import Testing

/// Bad input of every kind: a clear message, the right exit status, and nothing lost.
@Suite(.timeLimit(.minutes(2))) struct BadInputTests {
    private func services(_ text: String = "{id: a, address: 10.0.0.1, port: 80}") -> String {
        "version: 1\nservices:\n  web:\n    instances:\n      - \(text)\n"
    }

    /// Delivers once with a good registry, then again after `spoil`, and gives the second run.
    private func deliverTwice(
        _ workspace: Workspace,
        target: String = "",
        spoil: (Workspace) async throws -> Void,
    ) async throws -> FinishedProcess {
        try workspace.write("services.yaml", services())
        try workspace.write("t", "{{ range service \"web\" }}{{ .ID }}:{{ .Port }}\n{{ end }}")
        try workspace.write("headgate.yaml", configuration(target))
        let first = try await once(workspace)
        try #require(first.status == 0, "\(first.error)")
        try #require(workspace.read("out") == "a:80\n")
        try await spoil(workspace)
        return try await once(workspace)
    }

    private func configuration(_ target: String) -> String {
        """
        registries: {main: file:services.yaml}
        targets:
          edge:
            files: [{template: t, destination: out}]
            reload: echo reload >> reloads
        \(target)
        state_dir: state
        """
    }

    private func once(_ workspace: Workspace) async throws -> FinishedProcess {
        try await execute(
            Installed.headgate,
            ["run", "--once", "--timeout", "2s", "--config", workspace.file("headgate.yaml")]
        )
    }

    // MARK: the registry file

    @Test(arguments: [
        ("{id: a, address: 10.0.0.1, port: 70000}", ["services.yaml:5:", "70000", "65535"]),
        ("{id: a, address: 10.0.0.1, port: 80, health: pasing}", ["services.yaml:5:", "pasing", "passing"]),
        ("{id: a, address: 10.0.0.1, prot: 80}", ["services.yaml:5:", "prot", "port"]),
        ("{id: a, address: not an address, port: 80}", ["services.yaml:5:", "not an address"]),
        (
            "{id: a, address: 10.0.0.1, port: 80}\n      - {id: a, address: 10.0.0.1, port: 80}",
            ["services.yaml:6:", "services.yaml:5:"]
        ),
        ("{id: a, address: 10.0.0.1\n\t  , port: 80", ["services.yaml:"]),
    ])
    func `a fault of the registry file names its place and empties nothing`(
        instance: String,
        parts: [String],
    ) async throws {
        try await Workspace.with { workspace in
            let run = try await deliverTwice(workspace) { try $0.write("services.yaml", services(instance)) }
            #expect(run.status == 69, "\(run.error)")
            for part in parts { #expect(run.error.contains(part), "\(run.error)") }
            #expect(workspace.read("out") == "a:80\n")
            #expect(workspace.read("reloads") == "reload\n")
        }
    }

    @Test func `indentation by tabs is named as such`() async throws {
        try await Workspace.with { workspace in
            let run = try await deliverTwice(workspace) {
                try $0.write("services.yaml", "version: 1\nservices:\n\tweb:\n\t\tinstances: []\n")
            }
            #expect(run.status == 69)
            #expect(run.error.contains("services.yaml:3:"), "\(run.error)")
            #expect(run.error.contains("tab"), "\(run.error)")
            #expect(workspace.read("out") == "a:80\n")
        }
    }

    @Test(arguments: ["rm services.yaml", "rm services.yaml && ln -s services.yaml services.yaml", ": > services.yaml"])
    func `a registry file that is missing, unreadable or cut off empties nothing`(spoil: String) async throws {
        try await Workspace.with { workspace in
            let run = try await deliverTwice(workspace) { workspace in
                _ = try await execute("sh", ["-c", "cd \(workspace.path) && \(spoil)"])
            }
            #expect(run.status == 69, "\(run.error)")
            #expect(run.error.contains("services.yaml"), "\(run.error)")
            #expect(workspace.read("out") == "a:80\n")
        }
    }

    @Test func `an instances list that is said to be empty does empty`() async throws {
        try await Workspace.with { workspace in
            let run = try await deliverTwice(workspace) {
                try $0.write("services.yaml", "version: 1\nservices:\n  web: {instances: []}\n")
            }
            #expect(run.status == 0, "\(run.error)")
            #expect(workspace.read("out") == "")
        }
    }

    @Test func `one id in two files names both`() async throws {
        try await Workspace.with { workspace in
            try workspace.makeDirectory("services.d")
            try workspace.write("services.d/one.yaml", services())
            try workspace.write("services.d/two.yaml", services())
            try workspace.write("t", "{{ len (service \"web\") }}")
            let run = try await execute(
                Installed.headgate,
                ["render", "--registry", "file:\(workspace.file("services.d"))", "--template", workspace.file("t")]
            )
            #expect(run.status == 69)
            #expect(run.error.contains("one.yaml:5:") && run.error.contains("two.yaml:5:"), "\(run.error)")
        }
    }

    // MARK: templates

    @Test(arguments: [
        "{{ define \"x\" }}{{ template \"x\" . }}{{ end }}{{ template \"x\" . }}",
        "{{ range $i := 100000 }}{{ range $j := 100000 }}{{ end }}{{ end }}",
        "{{ range $i := 100000 }}{{ printf \"%100000d\" $i }}{{ end }}",
    ])
    func `a template without end is stopped`(template: String) async throws {
        try await Workspace.with { workspace in
            let run = try await deliverTwice(workspace) { try $0.write("t", template) }
            #expect(run.status == 65, "\(run.error)")
            #expect(run.error.contains("\(workspace.file("t")):1:"), "\(run.error)")
            #expect(workspace.read("out") == "a:80\n")
        }
    }

    @Test func `a hostile registration is set aside and the rest is delivered`() async throws {
        try await Workspace.with { workspace in
            let run = try await deliverTwice(workspace) {
                try $0.write(
                    "services.yaml",
                    services(
                        "{id: a, address: 10.0.0.1, port: 81}\n      - {id: \"x\\nbind :22\", address: 10.0.0.2, port: 82}"
                    )
                )
            }
            #expect(run.status == 0, "\(run.error)")
            #expect(run.error.contains("set aside"), "\(run.error)")
            #expect(workspace.read("out") == "a:81\n")
        }
    }

    // MARK: destinations

    @Test(arguments: [
        ("nowhere/out", "create_directories"), ("/proc/headgate.cfg", "/proc"), ("/sys/headgate.cfg", "/sys"),
    ])
    func `a destination that cannot be written says so`(destination: String, part: String) async throws {
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", services())
            try workspace.write("t", "x\n")
            try workspace.write(
                "headgate.yaml",
                configuration("").replacing("destination: out", with: "destination: \(destination)")
            )
            let run = try await once(workspace)
            #expect(run.status == 1, "\(run.error)")
            #expect(run.error.contains(part), "\(run.error)")
            #expect(workspace.read("reloads") == nil)
        }
    }

    @Test func `a full disk loses nothing`() async throws {
        try await Workspace.with { workspace in
            try workspace.makeDirectory("disk")
            let mount = try await execute("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", workspace.file("disk")])
            guard mount.status == 0 else { return print("not root, no tmpfs: the full disk is not tested") }
            do {
                try workspace.write("services.yaml", services())
                try workspace.write("t", "small {{ range service \"web\" }}{{ .Port }}{{ end }}\n")
                try workspace.write(
                    "headgate.yaml",
                    configuration("").replacing("destination: out", with: "destination: disk/out")
                )
                let first = try await once(workspace)
                #expect(first.status == 0, "\(first.error)")
                try workspace.write("t", "{{ range $i := 20000 }}0123456789{{ end }}\n")
                let full = try await once(workspace)
                #expect(full.status == 1)
                #expect(full.error.contains("No space left"), "\(full.error)")
                #expect(workspace.read("disk/out") == "small 80\n")
                #expect(workspace.names(in: "disk") == ["out"])
                #expect(workspace.read("reloads") == "reload\n")
            }
            _ = try await execute("umount", [workspace.file("disk")])
        }
    }

    // MARK: commands

    @Test func `a check that hangs is ended, and nothing is written`() async throws {
        try await Workspace.with { workspace in
            let started = ContinuousClock.now
            let run = try await deliverTwice(workspace) {
                try $0.write("services.yaml", services("{id: b, address: 10.0.0.1, port: 80}"))
                try $0.write(
                    "headgate.yaml",
                    configuration("    check: {command: \"sleep 100 # {staged}\", timeout: 300ms}")
                )
            }
            #expect(ContinuousClock.now - started < .seconds(30))
            #expect(run.status == 1)
            #expect(run.error.contains("300 ms"), "\(run.error)")
            #expect(workspace.read("out") == "a:80\n")
            #expect(workspace.read("reloads") == "reload\n")
        }
    }

    @Test func `a reload that forks a child and hangs is ended with all it started, and undone`() async throws {
        try await Workspace.with { workspace in
            let started = ContinuousClock.now
            let run = try await deliverTwice(workspace) {
                try $0.write("services.yaml", services("{id: b, address: 10.0.0.1, port: 80}"))
                let reload =
                    "sh -c 'trap \\\"\\\" TERM; echo $$ >> children; while :; do read x < children || :; done' & wait"
                try $0.write(
                    "headgate.yaml",
                    configuration("").replacing(
                        "reload: echo reload >> reloads",
                        with: "reload: {command: \"\(reload)\", timeout: 300ms}"
                    )
                )
            }
            #expect(ContinuousClock.now - started < .seconds(60))
            #expect(run.status == 1)
            #expect(run.error.contains("300 ms"), "\(run.error)")
            // The old content is back.
            #expect(workspace.read("out") == "a:80\n")
            for child in (workspace.read("children") ?? "").split(separator: "\n") {
                #expect(
                    await eventually { !Workspace(path: "/proc").names().contains(String(child)) },
                    "\(child) is still there"
                )
            }
        }
    }

    @Test func `one bad target does not hold the others`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", services())
            try workspace.write("t", "{{ range service \"web\" }}{{ .ID }}\n{{ end }}")
            try workspace.write(
                "headgate.yaml",
                """
                registries: {main: file:services.yaml}
                targets:
                  bad: {files: [{template: t, destination: bad}], check: \"false {staged}\"}
                  good: {files: [{template: t, destination: good}]}
                state_dir: state
                """
            )
            let run = try await once(workspace)
            #expect(run.status == 1)
            #expect(workspace.read("good") == "a\n")
            #expect(workspace.read("bad") == nil)
        }
    }
}
