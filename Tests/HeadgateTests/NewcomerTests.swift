import TestSupport
import Testing

/// What people stumble over on their first day.
@Suite(.timeLimit(.minutes(2))) struct NewcomerTests {
    private static let registry = """
        version: 1
        services: {web: {instances: ["10.0.0.1:80", "10.0.0.2:80"]}}
        kv: {color: red}

        """

    /// A workspace with a registry, a template and a configuration.
    private func with(_ configuration: String, _ body: (Workspace) async throws -> Void) async throws {
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", Self.registry)
            try workspace.write("t", "{{ range service \"web\" }}{{ .Address }}\n{{ end }}")
            try workspace.write("headgate.yaml", configuration)
            try await body(workspace)
        }
    }

    private func headgate(_ command: String, _ workspace: Workspace, _ options: String...) async throws
        -> FinishedProcess
    {
        try await execute(Installed.headgate, [command, "--config", workspace.file("headgate.yaml")] + options)
    }

    private static let plain = """
        registries: {main: file:services.yaml}
        targets:
          edge: {files: [{template: t, destination: out}], check: [grep, -q, ".", "{staged}"], reload: echo r >> reloads}
        state_dir: state

        """

    // MARK: check

    @Test func `check warns of what this machine lacks, and --strict fails for it`() async throws {
        let configuration = """
            registries:
              main: {url: "consul://127.0.0.1:8500", token_file: /nowhere/token}
              files: file:nowhere.yaml
            targets:
              edge:
                registry: main
                files: [{template: t, destination: no/such/out, user: nobody-here, group: nobody-there}]
                check: [no-such-check, "{staged}"]
                reload: no-such-reload now
              fine:
                registry: main
                files: [{template: t, destination: out}]
                reload: if true; then systemctl reload x; fi
            """
        try await with(configuration) { workspace in
            let check = try await headgate("check", workspace)
            #expect(check.status == 0, "\(check.error)")
            for part in [
                "`/nowhere/token` as its `token_file`", "nowhere.yaml` as its `url`", "no user `nobody-here`",
                "no group `nobody-there`", "no/such` of `", "runs `no-such-check`", "runs `no-such-reload`",
                "headgate.yaml:7:13: warning:",
            ] {
                #expect(check.error.contains(part), "\(part): \(check.error)")
            }
            #expect(check.error.split(separator: "\n").count { $0.contains("warning:") } == 7, "\(check.error)")
            #expect(check.output == "no faults, 7 warnings in 2 targets with 2 templates\n")
            #expect(try await headgate("check", workspace, "--strict").status == 65)
        }
    }

    @Test func `check reads the questions that stand in a template`() async throws {
        try await with(Self.plain) { workspace in
            try workspace.write(
                "t",
                "{{ service \"web?registry=mian\" }}\n{{ key \"a?registry=other\" }}{{ service \"web|passng\" }}"
                    + "{{ services \"?registry=main\" }}{{ service (printf \"%s?registry=x\" \"web\") }}"
            )
            let check = try await headgate("check", workspace, "--strict")
            #expect(check.status == 65)
            #expect(check.error.contains("t:1:4: warning: there is no registry `mian`"), "\(check.error)")
            #expect(check.error.contains("did you mean `main`?"), "\(check.error)")
            #expect(check.error.contains("t:2:4: warning: there is no registry `other`"), "\(check.error)")
            #expect(check.error.contains("did you mean `passing`?"), "\(check.error)")
            #expect(check.error.split(separator: "\n").count { $0.contains("warning:") } == 3, "\(check.error)")
        }
    }

    @Test(arguments: [
        ("127.0.0.1:8500", "did you mean `consul://127.0.0.1:8500`?"),
        ("consul.service:8500", "did you mean `consul://consul.service:8500`?"),
        ("http://127.0.0.1:8500/", "write `consul://127.0.0.1:8500`"),
        ("https://consul.example:8501", "write `consuls://consul.example:8501`"),
    ])
    func `an agent's address in another form is understood`(address: String, hint: String) async throws {
        try await with(Self.plain) { workspace in
            let run = try await execute(
                Installed.headgate,
                ["check", "--registry", address, "--template", workspace.file("t")]
            )
            #expect(run.status == 65)
            #expect(run.error.contains(hint), "\(run.error)")
        }
    }

    @Test func `a configuration of consul-template is told for what it is`() async throws {
        try await with("# comment\n\nconsul {\n  address = \"127.0.0.1:8500\"\n}\ntemplate {\n}\n") { workspace in
            let run = try await headgate("check", workspace)
            #expect(run.status == 65)
            #expect(run.error.contains("headgate.yaml:3:1: error: this is a configuration of consul-template"))
            #expect(run.error.contains("`files: [{template, destination}]` and `reload`"))
        }
    }

    // MARK: plan and render

    @Test func `plan says which check and reload would run, and what a guard would hold`() async throws {
        try await with(Self.plain) { workspace in
            let plan = try await headgate("plan", workspace)
            #expect(plan.status == 2)
            #expect(
                plan.output.contains("\n    check:  grep -q . {staged}\n    reload: echo r >> reloads\n"),
                "\(plan.output)"
            )
            #expect(try await headgate("run", workspace, "--once").status == 0)
            let settled = try await headgate("plan", workspace)
            #expect(settled.output == "edge: nothing\n")

            try workspace.write("services.yaml", "version: 1\nkv: {color: red}\n")
            let held = try await headgate("plan", workspace)
            #expect(held.status == 75)
            #expect(held.output.contains("    held:   service web (empty): instance"), "\(held.output)")
            #expect(held.output.contains("it ends after 60 s"), "\(held.output)")
            let json = try await headgate("plan", workspace, "--json")
            #expect(json.output.contains("\"reason\" : \"empty\""), "\(json.output)")
            #expect(!json.output.contains("\"check\""), "nothing is checked: \(json.output)")
        }
    }

    @Test func `targets whose registry is down do not hide the others`() async throws {
        let configuration = """
            registries: {main: file:services.yaml, gone: file:gone.yaml, down: consul://127.0.0.1:1}
            targets:
              a: {registry: gone, files: [{template: t, destination: a}]}
              b: {registry: main, files: [{template: t, destination: b}]}
              c: {registry: down, files: [{template: t, destination: c}]}
            state_dir: state
            """
        try await with(configuration) { workspace in
            let plan = try await headgate("plan", workspace, "--timeout", "500ms")
            #expect(plan.status == 69)
            #expect(plan.output.contains("b: write: b created (+2 -0)"), "\(plan.output)")
            #expect(plan.error.contains("gone.yaml does not exist"), "\(plan.error)")
            let render = try await headgate("render", workspace, "--timeout", "500ms")
            #expect(render.status == 69)
            #expect(render.output == "==> \(workspace.file("b")) <==\n10.0.0.1\n10.0.0.2\n")
        }
    }

    // MARK: run --once

    @Test(
        arguments: [
            ("reload: \"true\"", "{{ key \"color\" }}", 0), ("reload: \"false\"", "{{ key \"color\" }}", 1),
            ("check: \"false {staged}\"", "{{ key \"color\" }}", 1), ("mode: \"0600\"", "{{ key \"color\" }}", 65),
            ("reload: \"true\"", "{{ key \"color\" | parseInt }}", 65), ("reload: \"true\"", "{{ key \"limit\" }}", 75),
            ("registry: gone", "{{ key \"color\" }}", 69),
        ] as [(String, String, Int32)]
    )
    func `--once has the status of the outcome`(target: String, template: String, status: Int32) async throws {
        let configuration = """
            registries: {main: file:services.yaml, gone: file:gone.yaml}
            targets:
              edge:
                files: [{template: t, destination: out}]
                \(target)
                \(target.hasPrefix("registry") ? "" : "registry: main")
            state_dir: state
            """
        try await with(configuration) { workspace in
            try workspace.write("t", template)
            let run = try await headgate("run", workspace, "--once", "--timeout", "300ms")
            #expect(run.status == status, "\(run.error)")
        }
    }

    @Test func `SIGTERM lets --once end the delivery that is under way, and begin no other`() async throws {
        let configuration = """
            registries: {main: file:services.yaml}
            targets:
              a: {files: [{template: t, destination: a}], reload: echo begin >> reloads; read x < gate; echo end >> reloads}
              b: {files: [{template: t, destination: b}]}
            state_dir: state
            """
        try await with(configuration) { workspace in
            _ = try await execute("mkfifo", [workspace.file("gate")])
            let run = try await withRunning(
                Installed.headgate,
                ["run", "--once", "--config", workspace.file("headgate.yaml")]
            ) { headgate in
                #expect(await eventually { workspace.read("reloads") == "begin\n" })
                headgate.signal(.terminate)
                try workspace.write("gate", "go\n")
                #expect(await headgate.log.wait(for: "a: reloaded"), "\(headgate.log.text)")
            }
            #expect(run.status == 143, "\(run.error)")
            #expect(workspace.read("reloads") == "begin\nend\n")
            #expect(workspace.read("b") == nil)
        }
    }

    // MARK: plan

    @Test func `plan --check says where there is nothing to run`() async throws {
        let configuration = Self.plain.replacing("check: [grep, -q, \".\", \"{staged}\"], ", with: "")
        try await with(configuration) { workspace in
            let plan = try await headgate("plan", workspace, "--check")
            #expect(plan.status == 2)
            #expect(plan.error == "edge: has no check\n")
        }
    }

    // MARK: status

    @Test func `status and release work while the configuration on disk is faulty`() async throws {
        try await with(Self.plain) { workspace in
            try await withRunning(Installed.headgate, ["run", "--config", workspace.file("headgate.yaml")]) {
                headgate in
                #expect(await headgate.log.wait(for: "reloaded"))
                let faulty = Self.plain.replacing("check:", with: "chekc:").replacing(
                    "template: t",
                    with: "template: x"
                )
                try workspace.write("headgate.yaml", faulty)
                for command in ["status", "release"] {
                    let run = try await self.headgate(command, workspace)
                    #expect(run.status == 0, "\(command): \(run.error)")
                    #expect(!run.output.isEmpty)
                }
                headgate.signal(.hangUp)
                #expect(await headgate.log.wait(for: "the old one goes on"))
                #expect(await headgate.log.wait(for: "did you mean `check`?"), "\(headgate.log.text)")
                #expect(headgate.log.count(containing: "has no key `chekc`") == 1, "\(headgate.log.text)")
                let status = try await self.headgate("status", workspace)
                #expect(status.output.hasPrefix("configuration: refused "), "\(status.output)")
                #expect(status.output.contains("has no key `chekc`\n"), "\(status.output)")
            }
        }
    }

    @Test func `status counts what it says, and knows since when a revision is in force`() async throws {
        try await with(Self.plain.replacing("echo r >> reloads", with: "test ! -e refuse")) { workspace in
            #expect(try await headgate("run", workspace, "--once").status == 0)
            let began = ContinuousClock.now
            #expect(await eventually { ContinuousClock.now - began > .milliseconds(1500) })
            try await withRunning(Installed.headgate, ["run", "--config", workspace.file("headgate.yaml")]) {
                headgate in
                #expect(await headgate.log.wait(for: "unchanged"), "\(headgate.log.text)")
                let first = try await self.headgate("status", workspace, "--json")
                let seconds = first.output.firstMatch(of: /"seconds" : ([0-9.]+),\n +"setAside"/).flatMap {
                    Double($0.1)
                }
                #expect(try #require(seconds) >= 1, "\(first.output)")
                try workspace.write("refuse", "")
                try workspace.replace("services.yaml", Self.registry.replacing("10.0.0.2", with: "10.0.0.3"))
                #expect(await headgate.log.wait(for: "degraded"), "\(headgate.log.text)")
                let status = try await self.headgate("status", workspace)
                #expect(status.output.contains(", 0 reloads, "), "\(status.output)")
            }
        }
    }

    @Test func `a registry file's faults are logged once`() async throws {
        try await with(Self.plain) { workspace in
            try await withRunning(Installed.headgate, ["run", "--config", workspace.file("headgate.yaml")]) {
                headgate in
                #expect(await headgate.log.wait(for: "reloaded"))
                try workspace.replace("services.yaml", Self.registry.replacing("10.0.0.2:80", with: "10.0.0.2:99999"))
                #expect(await headgate.log.wait(for: "99999\""), "\(headgate.log.text)")
                #expect(headgate.log.count(containing: "registry fault") == 1, "\(headgate.log.text)")
                #expect(headgate.log.count(containing: "services.yaml:2:") == 1, "\(headgate.log.text)")
            }
        }
    }

    @Test func `a key that is used and goes away is a warning`() async throws {
        try await with(Self.plain) { workspace in
            try workspace.write("t", "{{ key \"color\" }}\n")
            try await withRunning(Installed.headgate, ["run", "--config", workspace.file("headgate.yaml")]) {
                headgate in
                #expect(await headgate.log.wait(for: "reloaded"))
                try workspace.replace("services.yaml", "version: 1\nkv: {other: red}\n")
                #expect(await headgate.log.wait(for: "warning waiting"), "\(headgate.log.text)")
                #expect(workspace.read("out") == "red\n")
            }
        }
    }

    @Test func `init names Consul`() async throws {
        try await Workspace.with { workspace in
            _ = try await execute(Installed.headgate, ["init", "haproxy", "--directory", workspace.path])
            #expect(workspace.read("headgate.yaml")?.contains("# main: consul://127.0.0.1:8500") == true)
        }
    }
}
