import TestSupport
import Testing

/// `stableId` across restarts: the numbers are kept in the state directory.
@Suite(.timeLimit(.minutes(2))) struct StableIDRunTests {
    /// Two instances whose names have the same hash: which one gets its number depends on which was there first.
    private let first = "w1566"
    private let second = "w43"

    private func prepare(_ workspace: Workspace, _ ids: String...) throws {
        try workspace.replace(
            "services.yaml",
            "version: 1\nservices:\n  web:\n    instances:\n"
                + ids.map { "      - {id: \($0), address: 10.0.0.1, port: 80}\n" }.joined()
        )
        try workspace.write("t", "{{ range service \"web\" }}{{ .ID }} {{ stableId . }}\n{{ end }}")
        try workspace.write(
            "headgate.yaml",
            """
            registries: {main: file:services.yaml}
            targets: {edge: {files: [{template: t, destination: out}]}}
            state_dir: state
            """
        )
    }

    private func headgate(_ workspace: Workspace, _ command: String...) async throws -> FinishedProcess {
        try await execute(Installed.headgate, command + ["--config", workspace.file("headgate.yaml")])
    }

    private func numbers(_ text: String?) -> [Substring: Substring] {
        Dictionary(
            uniqueKeysWithValues: (text ?? "").split(separator: "\n").map { $0.split(separator: " ") }
                .map { ($0[0], $0[1]) }
        )
    }

    @Test func `a restart keeps the numbers, whatever was added or removed meanwhile`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, "a", "b", second)
            #expect(try await headgate(workspace, "run", "--once").status == 0)
            let before = numbers(workspace.read("out"))
            try prepare(workspace, "a", first, second)
            // What would be written is what is written then.
            let render = try await headgate(workspace, "render")
            #expect(try await headgate(workspace, "plan").status == 2)
            #expect(numbers(workspace.read("out")) == before)
            #expect(try await headgate(workspace, "run", "--once").status == 0)
            let after = numbers(workspace.read("out"))
            #expect(after == numbers(render.output))
            #expect(after["a"] == before["a"] && after[second[...]] == before[second[...]])
            #expect(after[first[...]] != after[second[...]])
            #expect(try await headgate(workspace, "plan").status == 0)
        }
    }

    @Test func `a headgate that keeps running has them too`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, second)
            #expect(try await headgate(workspace, "run", "--once").status == 0)
            let before = numbers(workspace.read("out"))
            try prepare(workspace, first, second)
            try await withRunning(Installed.headgate, ["run", "--config", workspace.file("headgate.yaml")]) {
                headgate in
                #expect(await headgate.log.wait(for: "written"), "\(headgate.log.text)")
                let during = numbers(workspace.read("out"))
                #expect(during[second[...]] == before[second[...]])
                try prepare(workspace, first, second, "z")
                #expect(await headgate.log.wait(for: "written", times: 2), "\(headgate.log.text)")
            }
            let after = numbers(workspace.read("out"))
            #expect(after.count == 3)
            try prepare(workspace, "z", first)
            #expect(try await headgate(workspace, "run", "--once").status == 0)
            #expect(numbers(workspace.read("out")) == after.filter { $0.key != second[...] })
        }
    }

    @Test func `a damaged file is reported, and the numbers are given anew`() async throws {
        try await Workspace.with { workspace in
            try prepare(workspace, "a")
            #expect(try await headgate(workspace, "run", "--once").status == 0)
            let before = workspace.read("out")
            let damage = "for f in \(workspace.file("state"))/*/targets/*/stable-ids; do echo x >> $f; done"
            #expect(try await execute("sh", ["-c", damage]).status == 0)
            let run = try await headgate(workspace, "run", "--once")
            #expect(run.status == 0)
            #expect(run.error.contains("stable-ids is damaged"), "\(run.error)")
            #expect(workspace.read("out") == before)
            #expect(try await !headgate(workspace, "run", "--once").error.contains("damaged"))
        }
    }
}
