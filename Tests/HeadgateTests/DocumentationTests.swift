import TestSupport
import Testing

/// What the README says works as it says.
@Suite(.timeLimit(.minutes(1))) struct DocumentationTests {
    /// The blocks of the README fenced as `language`.
    private func blocks(_ language: String) throws -> [String] {
        let text = try #require(Workspace(path: Repository.path).read("README.md"))
        return text.components(between: "```\(language)\n", and: "\n```")
    }

    @Test func `the configuration of the README is good`() async throws {
        let configuration = try #require(try blocks("yaml").first { $0.contains("targets:") })
        try await Workspace.with { workspace in
            try workspace.write("headgate.yaml", configuration + "\n")
            try workspace.write("edge.cfg.tmpl", "{{ .domain }}\n")
            let check = try await execute(Installed.headgate, ["check", "--config", workspace.file("headgate.yaml")])
            #expect(check.status == 0, "\(check.error)")
        }
    }

    @Test(arguments: ["service_label", "failover"])
    func `the registries of the README are good`(part: String) async throws {
        let registries = try #require(try blocks("yaml").first { $0.contains(part) })
        let name = part == "failover" ? "safe" : "sd"
        try await Workspace.with { workspace in
            try workspace.write("t", "{{ range service \"web\" }}{{ .ID }}{{ end }}\n")
            try workspace.write(
                "headgate.yaml",
                registries + "\ntargets: {edge: {registry: \(name), files: [{template: t, destination: out}]}}\n"
            )
            let check = try await execute(Installed.headgate, ["check", "--config", workspace.file("headgate.yaml")])
            #expect(check.status == 0, "\(check.error)")
        }
    }

    @Test(arguments: ["consul://", "etcd://"])
    func `the Consul and etcd registries of the README are good`(url: String) async throws {
        let registry = try #require(try blocks("yaml").first { $0.contains("url: \(url)") })
        try await Workspace.with { workspace in
            try workspace.write(
                "headgate.yaml",
                registry + "\ntargets:\n  t: {files: [{contents: x, destination: out}]}\n"
            )
            let check = try await execute(Installed.headgate, ["check", "--config", workspace.file("headgate.yaml")])
            // This machine has none of its files, which is a warning.
            #expect(check.status == 0, "\(check.error)")
            #expect(check.error.contains("client-key.pem"), "\(check.error)")
        }
    }

    /// What stands apart in the README: `not_running` and `cut_after` of a target, and what has a place of its own.
    @Test(arguments: ["not_running", "error_log", "cut_after", "kill_timeout", "all_namespaces"])
    func `the parts of a configuration that the README shows are good`(part: String) async throws {
        let block = try #require(try blocks("yaml").first { $0.contains("  \(part): ") || $0.contains("# \(part): ") })
        // Two ways to reload are shown, one below the other.
        let shown = block.split(separator: "\n\n").first { $0.contains("\(part): ") } ?? ""
        let reload = shown.contains("reload:") ? "" : "    reload: {master: m}\n"
        let target = "targets:\n  t:\n    files: [{contents: x, destination: haproxy.cfg}]\n\(reload)"
        try await Workspace.with { workspace in
            try workspace.write("headgate.yaml", shown.hasPrefix(" ") ? target + shown : shown + "\n" + target)
            let check = try await execute(Installed.headgate, ["check", "--config", workspace.file("headgate.yaml")])
            #expect(check.status == 0, "\(check.error)")
        }
    }

    @Test func `the registry file and the template of the README give what they say`() async throws {
        let registry = try #require(try blocks("yaml").first { $0.contains("instances:") })
        let template = try #require(try blocks("gotmpl").first { $0.contains("range service \"web\"") })
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", registry + "\n")
            try workspace.write("t", template + "{{ range service \"web|any\" }}\n# {{ .ID }} {{ .Status }}{{ end }}\n")
            let run = try await execute(
                Installed.headgate,
                ["render", "--registry", "file:\(workspace.file("services.yaml"))", "--template", workspace.file("t")]
            )
            #expect(run.status == 0, "\(run.error)")
            #expect(run.output.contains("server web-1 10.0.0.11:8080 weight 10"), "\(run.output)")
            #expect(run.output.contains("# web-2 draining"), "\(run.output)")
            #expect(!run.output.contains("server web-2"), "\(run.output)")
        }
    }

    @Test func `the file for each service of the README is good, and is what it says`() async throws {
        let files = try #require(try blocks("yaml").first { $0.contains("for_each: services") })
        let template = try #require(try blocks("gotmpl").first { $0.contains("{{ .each }}") })
        let registry = try #require(try blocks("yaml").first { $0.contains("instances:") })
        try await Workspace.with { workspace in
            try workspace.write("services.yaml", registry + "\n")
            try workspace.write("service.tmpl", template + "\n")
            try workspace.write(
                "headgate.yaml",
                "registries: {main: file:services.yaml}\ntargets:\n  edge:\n\(files)\n"
            )
            let run = try await execute(Installed.headgate, ["render", "--config", workspace.file("headgate.yaml")])
            #expect(run.status == 0, "\(run.error)")
            #expect(
                run.output.contains(
                    "==> /etc/haproxy/services/web.cfg <==\nbackend web\n    server web-10.0.0.10-8080 10.0.0.10:8080\n"
                ),
                "\(run.output)"
            )
        }
    }
}

extension String {
    /// What stands between `start` and the next `end`, each time.
    fileprivate func components(between start: String, and end: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let begin = rest.firstRange(of: start) {
            rest = rest[begin.upperBound...]
            guard let finish = rest.firstRange(of: end) else { break }
            parts.append(String(rest[..<finish.lowerBound]))
            rest = rest[finish.upperBound...]
        }
        return parts
    }
}
