import Synchronization
import TestSupport
import Testing

/// headgate between a Consul and a destination whose every content is kept: what was ever in force can be looked at.
struct KeptScene: Sendable {
    let workspace: Workspace

    /// The server lines of a test's destination: `ID ADDRESS:PORT`.
    static let template = """
        {{ range service "web" "passing,warning" }}{{ .ID }} {{ .Address }}:{{ .Port }}
        {{ end }}
        """

    /// Writes the configuration.
    ///
    /// - Parameters:
    ///   - registry: The fields of the registry in YAML: `url: "consul://…", wait: 1s`.
    ///   - template: nil is `KeptScene.template`.
    init(_ workspace: Workspace, registry: String, template: String? = nil, target: String = "") throws {
        self.workspace = workspace
        try workspace.write("out.tmpl", template ?? Self.template)
        try workspace.write(
            "headgate.yaml",
            """
            registries: {main: {\(registry)}}
            targets:
              edge:
                files: [{template: out.tmpl, destination: out}]
                reload: (cat out; echo ===) >> history
                wait: {min: 5ms, max: 50ms}
                reload_interval: 0s
            \(target)
            state_dir: state
            """
        )
    }

    var configuration: [String] { ["--config", workspace.file("headgate.yaml")] }

    /// The identifiers in the destination.
    var ids: [String] { Self.ids(in: workspace.read("out") ?? "") }

    /// The identifiers of each content that was ever put in force.
    var history: [[String]] {
        (workspace.read("history") ?? "").split(separator: "===\n").map { Self.ids(in: String($0)) }
    }

    private static func ids(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    /// Runs headgate beside `body`, which begins when `ids` are in force; afterwards headgate has to end as told.
    @discardableResult
    func withHeadgate(
        inForce ids: [String],
        prefix: [String] = [],
        environment: [String: String] = [:],
        _ body: @escaping @Sendable (RunningProcess) async throws -> Void,
    ) async throws -> FinishedProcess {
        let words = prefix + [Installed.headgate, "run"] + configuration
        let finished = try await withRunning(words[0], Array(words.dropFirst()), environment: environment) { headgate in
            let isThere = await eventually(within: .seconds(30)) { self.ids == ids }
            try #require(isThere, "\(self.ids)\n\(headgate.log.text)")
            try await body(headgate)
            #expect(headgate.log.count(containing: "stopped") == 0, "headgate has ended by itself")
        }
        #expect(finished.status == 0, "\(finished.error)")
        return finished
    }

    /// Looks at the destination all the time while `body` runs: `ids` have to be in it, each of them, always.
    func neverLosing(
        _ ids: [String],
        _ headgate: RunningProcess,
        _ location: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void,
    ) async throws {
        let losses = LossRecord()
        let before = history.count
        try await withThrowingTaskGroup { group in
            group.addTask {
                // What the looks miss is in the history.
                _ = await eventually(within: .seconds(3600)) {
                    losses.note(ids.filter { !self.ids.contains($0) })
                    return false
                }
            }
            defer { group.cancelAll() }
            try await body()
        }
        for content in history.dropFirst(before) { losses.note(ids.filter { !content.contains($0) }) }
        #expect(losses.all == [], "\(headgate.log.text)", sourceLocation: location)
    }

    func status() async throws -> String {
        try await execute(Installed.headgate, ["status"] + configuration).output
    }
}

/// What was missed in the destination, however shortly.
private final class LossRecord: Sendable {
    private let losses = Mutex<Set<String>>([])

    var all: [String] { losses.withLock { $0.sorted() } }

    func note(_ missing: [String]) {
        if !missing.isEmpty { losses.withLock { $0.formUnion(missing) } }
    }
}
