import Subprocess
import TestSupport
import Testing

/// A file for each service, from a registry file to the disk.
@Suite(.timeLimit(.minutes(2))) struct ForEachRunTests {
    private func prepare(_ workspace: Workspace, _ services: [String]) throws {
        try workspace.write("each.tmpl", "{{ .each }}.{{ .domain }}:{{ range service .each }} {{ .ID }}{{ end }}\n")
        try workspace.write("all.tmpl", "{{ range services }}{{ .Name }}\n{{ end }}")
        try register(workspace, services)
        try workspace.write(
            "headgate.yaml",
            """
            registries: {main: file:services.yaml}
            targets:
              edge:
                files:
                  - {template: each.tmpl, destination: "out/{each}.cfg", for_each: services, create_directories: true}
                  - {template: all.tmpl, destination: out/all.cfg}
                values: {domain: example.com}
                check: "cat {staged_dir}/*.cfg > checked"
                reload: echo reload >> reloads
                wait: {min: 10ms, max: 50ms}
            state_dir: state
            """
        )
    }

    private func register(_ workspace: Workspace, _ services: [String]) throws {
        try workspace.replace(
            "services.yaml",
            "version: 1\nservices:\n"
                + services.map { "  \"\($0)\": {instances: [{id: \"i-\($0)\", address: 10.0.0.1, port: 80}]}\n" }
                .joined()
        )
    }

    @Test func `three hundred services have three hundred files, and one more is one file more`() async throws {
        try await Workspace.with { workspace in
            let services = (0..<300).map { "s\($0)" }
            try prepare(workspace, services)
            let configuration = ["--config", workspace.file("headgate.yaml")]
            try await withRunning(Installed.headgate, ["run"] + configuration) { headgate in
                try #require(await headgate.log.wait(for: "reloaded"), "\(headgate.log.text)")
                #expect(workspace.names(in: "out").count == 301)
                #expect(headgate.log.text.contains(" and 291 more\""), "\(headgate.log.text)")
                #expect(workspace.read("out/s7.cfg") == "s7.example.com: i-s7\n")
                #expect(workspace.read("checked")?.contains("s299.example.com: i-s299\n") == true)

                try register(workspace, services + ["another"])
                #expect(await headgate.log.wait(for: "reloaded", times: 2), "\(headgate.log.text)")
                #expect(workspace.read("out/another.cfg") == "another.example.com: i-another\n")
                let line = headgate.log.lines.last { $0.contains("reloaded") } ?? ""
                #expect(line.contains("another.cfg created (+1 -0), all.cfg changed (+1 -0)"), "\(line)")
                let status = try await execute(Installed.headgate, ["status", "--json"] + configuration).output
                #expect(status.contains("out/another.cfg"), "\(status)")
                #expect(workspace.read("reloads") == "reload\nreload\n")
            }
            // Nothing has changed for the next one.
            let again = try await execute(Installed.headgate, ["run", "--once"] + configuration)
            #expect(again.status == 0 && again.error.contains("unchanged"), "\(again.error)")
        }
    }

    @Test func `a service whose name leads elsewhere has no file, and is named`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, ["web", "../../escaped", ".hidden", "all"])
            let configuration = ["--config", workspace.file("headgate.yaml")]
            let run = try await execute(Installed.headgate, ["run", "--once"] + configuration)
            #expect(run.status == 0, "\(run.error)")
            #expect(run.error.contains("service `../../escaped`: no file can be named for it"), "\(run.error)")
            #expect(run.error.contains("out/all.cfg is another file's"), "\(run.error)")
            #expect(workspace.names(in: "out") == ["all.cfg", "web.cfg"])
            #expect(workspace.read("out/all.cfg") == "../../escaped\n.hidden\nall\nweb\n")
            let render = try await execute(Installed.headgate, ["render"] + configuration)
            #expect(render.output.contains("/out/web.cfg <==\nweb.example.com: i-web\n"), "\(render.output)")
        }
    }
}
