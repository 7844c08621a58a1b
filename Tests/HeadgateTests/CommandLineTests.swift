import TestSupport
import Testing

/// What the one-shot commands print and how they exit.
@Suite(.timeLimit(.minutes(2))) struct CommandLineTests {
    private func headgate(_ arguments: String...) async throws -> FinishedProcess {
        try await execute(Installed.headgate, arguments)
    }

    private static let oneService = """
        version: 1
        services:
          web:
            instances:
              - {id: a, address: 10.0.0.1, port: 80}
              - {id: b, address: "fd00::2", port: 81, health: critical}
        kv: {color: blue}

        """

    // MARK: render

    @Test func `render prints exactly the bytes of the quickstart`() async throws {
        let expected = Workspace(path: Repository.file("Tests/HeadgateTests/Fixtures")).read("quickstart.cfg")
        let run = try await headgate(
            "render",
            "--registry",
            "file:\(Repository.file("examples/quickstart/services.yaml"))",
            "--template",
            Repository.file("examples/quickstart/haproxy.cfg.tmpl")
        )
        #expect(run.status == 0)
        #expect(run.output == expected)
        #expect(run.error == "")
    }

    @Test func `render takes its dot from a values file, and needs no registry then`() async throws {
        try await Workspace.with { workspace in
            try workspace.write(
                "values.json",
                #"{"port": 8080, "share": 0.5, "big": 1e3, "none": null, "names": ["a", "b"]}"#
            )
            try workspace.write(
                "t",
                "{{ .port }} {{ .share }} {{ .big }} {{ .none }}{{ range .names }} {{ . }}{{ end }}\n"
            )
            let run = try await headgate(
                "render",
                "--template",
                workspace.file("t"),
                "--values",
                workspace.file("values.json")
            )
            #expect(run.output == "8080 0.5 1000 <nil> a b\n" || run.output == "8080 0.5 1000 <no value> a b\n")
            #expect(run.status == 0)
        }
    }

    @Test func `several files come each under its path, or below a directory`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", Self.oneService)
            try workspace.write("one", "{{ key \"color\" }}\n")
            try workspace.write("two", "{{ len (service \"web\") }}\n")
            let arguments = [
                "render", "--registry", "file:\(workspace.file("services.yaml"))",
                "--template", "\(workspace.file("one")):/etc/one", "--template", "\(workspace.file("two")):/etc/two",
            ]
            let printed = try await execute(Installed.headgate, arguments)
            #expect(printed.output == "==> /etc/one <==\nblue\n==> /etc/two <==\n1\n")
            let written = try await execute(
                Installed.headgate,
                arguments + ["--output-dir", workspace.file("preview")]
            )
            #expect(written.status == 0, "\(written.error)")
            #expect(workspace.read("preview/etc/one") == "blue\n")
            #expect(workspace.read("preview/etc/two") == "1\n")
        }
    }

    @Test func `a fault exits 65, shows its place and prints nothing`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", Self.oneService)
            try workspace.write("t", "before\n{{ index (service \"web\") 7 }}\n")
            let run = try await headgate(
                "render",
                "--registry",
                "file:\(workspace.file("services.yaml"))",
                "--template",
                workspace.file("t")
            )
            #expect(run.status == 65)
            #expect(run.output == "")
            #expect(run.error.contains("\(workspace.file("t")):2:4: error:"), "\(run.error)")
        }
    }

    @Test func `data that is missing exits 75 and is named`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", Self.oneService)
            try workspace.write("t", "{{ key \"app/limit\" }}")
            let run = try await headgate(
                "render",
                "--registry",
                "file:\(workspace.file("services.yaml"))",
                "--template",
                workspace.file("t"),
                "--timeout",
                "200ms"
            )
            #expect(run.status == 75)
            #expect(run.output == "")
            #expect(run.error.contains("key app/limit"), "\(run.error)")
        }
    }

    // MARK: plan

    @Test func `plan exits 2 with a diff if something would change, 0 if not, and touches nothing`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", Self.oneService)
            try workspace.write("t", "{{ range service \"web\" }}{{ .ID }}\n{{ end }}")
            let arguments = [
                "--registry", "file:\(workspace.file("services.yaml"))", "--state-dir", workspace.file("state"),
                "--template", "\(workspace.file("t")):\(workspace.file("out")):touch \(workspace.file("reloaded"))",
            ]
            let first = try await execute(Installed.headgate, ["plan"] + arguments)
            #expect(first.status == 2)
            #expect(first.output.contains("@@ -0,0 +1 @@\n+a\n"), "\(first.output)")
            #expect(first.output.contains("reload: out created (+1 -0)"), "\(first.output)")
            #expect(workspace.names() == ["services.yaml", "t"])

            let run = try await execute(Installed.headgate, ["run", "--once"] + arguments)
            #expect(run.status == 0, "\(run.error)")
            #expect(workspace.read("out") == "a\n")
            #expect(workspace.read("reloaded") == "")

            let second = try await execute(Installed.headgate, ["plan"] + arguments)
            #expect(second.status == 0)
            #expect(second.output.contains("nothing"), "\(second.output)")
            let json = try await execute(Installed.headgate, ["plan", "--json"] + arguments)
            #expect(json.output.contains("\"action\" : \"nothing\""), "\(json.output)")
        }
    }

    @Test func `run --once again writes and reloads nothing`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", Self.oneService)
            try workspace.write("t", "{{ range service \"web\" }}{{ .ID }}\n{{ end }}")
            let arguments = [
                "run", "--once", "--registry", "file:\(workspace.file("services.yaml"))", "--state-dir",
                workspace.file("state"), "--template",
                "\(workspace.file("t")):\(workspace.file("out")):echo reload >> \(workspace.file("reloads"))",
            ]
            for _ in 0..<3 {
                let run = try await execute(Installed.headgate, arguments)
                #expect(run.status == 0, "\(run.error)")
            }
            #expect(workspace.read("reloads") == "reload\n")
        }
    }

    @Test func `a template that prints the time is not a change at every look`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", Self.oneService)
            try workspace.write(
                "t",
                "# {{ timestamp \"2006-01-02T15:04:05.000000000\" }}\n{{ len (service \"web\") }}\n"
            )
            let arguments = [
                "--registry", "file:\(workspace.file("services.yaml"))", "--state-dir", workspace.file("state"),
                "--template",
                "\(workspace.file("t")):\(workspace.file("out")):echo reload >> \(workspace.file("reloads"))",
            ]
            for _ in 0..<3 { _ = try await execute(Installed.headgate, ["run", "--once"] + arguments) }
            #expect(workspace.read("reloads") == "reload\n")
            let plan = try await execute(Installed.headgate, ["plan"] + arguments)
            #expect(plan.status == 0, "\(plan.output)")
            // What is delivered when something else changes has the time of then.
            let before = workspace.read("out")
            try workspace.write("services.yaml", Self.oneService.replacing("critical", with: "passing"))
            _ = try await execute(Installed.headgate, ["run", "--once"] + arguments)
            let after = workspace.read("out")
            #expect(after?.hasSuffix("\n2\n") == true)
            #expect(after?.split(separator: "\n").first != before?.split(separator: "\n").first)
        }
    }

    // MARK: check

    @Test func `check shows all faults with line, caret and hint, and exits 65`() async throws {
        try await Workspace.with { workspace in
            try workspace.write(
                "bad.tmpl",
                "{{ range servcie \"web\" }}\n{{ end }}\nok\n  {{ toUppr \"x\" }}\n{{ if }}{{ end }}\n"
            )
            let run = try await headgate("check", "--template", workspace.file("bad.tmpl"))
            #expect(run.status == 65)
            #expect(run.output == "")
            let file = workspace.file("bad.tmpl")
            #expect(run.error.contains("\(file):1:10: error:"), "\(run.error)")
            #expect(run.error.contains(" 1 | {{ range servcie \"web\" }}\n   |          ^~~~~~~"), "\(run.error)")
            #expect(run.error.contains("did you mean \"service\"?"), "\(run.error)")
            #expect(run.error.contains("\(file):4:6: error:"), "\(run.error)")
            #expect(run.error.contains("did you mean \"toUpper\"?"), "\(run.error)")
            #expect(run.error.contains("\(file):5:"), "\(run.error)")
        }
    }

    @Test func `check shows all faults of a configuration`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("t", "x")
            try workspace.write(
                "headgate.yaml",
                """
                registries: {main: file:services.yaml}
                targets:
                  edge:
                    files: [{template: t, destinaton: out}]
                    wait: soon
                  other:
                    files: [{template: missing.tmpl, destination: out2}]
                """
            )
            let run = try await headgate("check", "--config", workspace.file("headgate.yaml"))
            #expect(run.status == 65)
            #expect(run.error.contains("headgate.yaml:4:"), "\(run.error)")
            #expect(run.error.contains("`destination`"), "\(run.error)")
            #expect(run.error.contains("headgate.yaml:5:"), "\(run.error)")
            #expect(run.error.contains("missing.tmpl"), "\(run.error)")
        }
    }

    // MARK: init and profiles

    @Test(arguments: ["haproxy", "nginx", "plain", "prometheus"])
    func `what init writes is good and can be planned, and is never overwritten`(profile: String) async throws {
        try await Workspace.with { workspace in
            let directory = workspace.file("new")
            let made = try await headgate("init", profile, "--directory", directory)
            #expect(made.status == 0, "\(made.error)")
            let check = try await headgate("check", "--config", "\(directory)/headgate.yaml")
            #expect(check.status == 0, "\(check.error)")
            let plan = try await headgate(
                "plan",
                "--config",
                "\(directory)/headgate.yaml",
                "--state-dir",
                workspace.file("state")
            )
            #expect(plan.status == 2, "\(plan.error)")
            let before = workspace.read("new/headgate.yaml")
            let again = try await headgate("init", profile, "--directory", directory)
            #expect(again.status == 1)
            #expect(again.error.contains("there already"))
            #expect(workspace.read("new/headgate.yaml") == before)
            let profiles = try await headgate("profiles")
            #expect(profiles.output.contains("\n\(profile) ") || profiles.output.hasPrefix("\(profile) "))
        }
    }

    // MARK: bad command lines

    @Test(arguments: [
        ["frobnicate"], ["render"], ["render", "--template", "t", "--config", "c"],
        ["render", "--template", "t", "--timeout", "x"],
        ["status"], ["run", "--template", Repository.file("examples/quickstart/services.yaml")],
    ])
    func `a bad command line exits 64 and says why`(arguments: [String]) async throws {
        let run = try await execute(Installed.headgate, arguments)
        #expect(run.status == 64, "\(run.error)")
        #expect(!run.error.isEmpty)
        #expect(run.output == "")
    }

    @Test func `status of a headgate that does not run says so`() async throws {
        let run = try await headgate("status", "--socket", "/tmp/headgate-test-nobody.sock")
        #expect(run.status == 69)
        #expect(run.error.contains("no headgate answers"), "\(run.error)")
    }
}
