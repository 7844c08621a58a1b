import TestSupport
import Testing

/// A registry that never rests: a hundred changes a second over a thousand services, on a default agent.
@Suite(.tags(.consul), .timeLimit(.minutes(15))) struct ConsulChurnTests {
    private static let services = 1_000
    private static let template = """
        {{ range $number := loop 1000 }}{{ range service (printf "churn-%d" $number) }}{{ .ID }} {{ .Port }}
        {{ end }}{{ end }}
        """

    @Test func `no change is lost, and memory stays flat`() async throws {
        let duration: Duration = .seconds(Installed.isSoak ? 600 : 60)
        try await ConsulAgent.with { agent in
            let churn = CatalogChurn(agent: agent, services: Self.services, instances: 3)
            try await churn.begin()
            try await Workspace.with { workspace in
                let scene = try KeptScene(workspace, registry: "url: \"\(agent.url)\"", template: Self.template)
                // What was ever in force would fill the disk here.
                try workspace.write(
                    "headgate.yaml",
                    """
                    registries: {main: {url: "\(agent.url)"}}
                    targets:
                      edge:
                        files: [{template: out.tmpl, destination: out}]
                        wait: {min: 100ms, max: 1s}
                        guard: off
                    state_dir: state
                    log: {level: warning}
                    """
                )
                let first = churn.lines
                try await withRunning(Installed.headgate, ["run"] + scene.configuration) { headgate in
                    let isThere = await eventually(within: .seconds(30)) { workspace.read("out") == first }
                    try #require(isThere, "\(headgate.log.text)")
                    let change = try await churn.run(for: duration) { elapsed in
                        if elapsed < duration / 3 { return .warmingUp }
                        return .measuring(ProcessProbe(pid: headgate.pid).residentBytes ?? 0)
                    }
                    #expect(change.changes > Int(duration / .seconds(1)) * 90, "\(change.changes) changes")
                    let last = churn.lines
                    let isLast = await eventually(within: .seconds(30)) { workspace.read("out") == last }
                    #expect(isLast, "\(headgate.log.text)")
                    // The first measurements are taken when all has been seen a few times.
                    #expect(
                        change.lastMemory < change.firstMemory * 5 / 4,
                        "resident: \(change.firstMemory >> 20) MB, then \(change.lastMemory >> 20) MB"
                    )
                    #expect(headgate.log.count(containing: "registry fault") == 0, "\(headgate.log.text)")
                }
            }
            // What the test believes is what Consul says.
            for number in stride(from: 0, to: Self.services, by: 97) {
                #expect(try await agent.passing("churn-\(number)") == churn.instances(of: number))
            }
        }
    }
}
