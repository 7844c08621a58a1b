import Controller
import Delivery
import Logging
import Registries
import Settings
import State
import Synchronization
import TemplateEngine
import TestSupport

/// One target with two files behind the real loop, from a registry file to a balancer that is a shell command, with faults
/// that are switched on and off below it.
final class FaultScene: Sendable {
    let workspace: Workspace
    /// Whether the planted fault happens.
    let isFaulty = Atomic(false)
    /// What the ledger could not do.
    let stateFaults = Mutex<[String]>([])
    private let settings: TargetSettings
    private let fault: @Sendable (FileFault.Operation, String) -> FileFault?
    private let stateFault: @Sendable (FileFault.Operation, String) -> FileFault?

    /// - Parameters:
    ///   - reload: Nil is the balancer of `runs`.
    ///   - fault: Of the delivery's file system, by operation and path.
    ///   - stateFault: Of the state directory's.
    init(
        _ workspace: Workspace,
        check: CheckSettings? = nil,
        reload: ReloadSettings? = nil,
        template: String? = nil,
        fault: @escaping @Sendable (FileFault.Operation, String) -> FileFault? = { _, _ in nil },
        stateFault: @escaping @Sendable (FileFault.Operation, String) -> FileFault? = { _, _ in nil },
    ) {
        self.workspace = workspace
        self.fault = fault
        self.stateFault = stateFault
        let text =
            template
            ?? #"{{ if keyExists "broken" }}{{ fail "no" }}{{ end }}{{ range service "web" }}{{ .ID }}{{ end }}"#
        var target = TargetSettings(
            name: "edge",
            files: ["a", "b"].map {
                FileSettings(template: "<contents>", contents: text, destination: workspace.file("\($0).conf"))
            },
            registry: "main",
            check: check,
            reload: reload ?? ReloadSettings(Self.balancer(workspace)),
            wait: WaitSettings(min: .zero, max: .zero)
        )
        // The one instance would be found and left out.
        target.culpritRetry = nil
        settings = target
    }

    /// A balancer that runs what it finds, unless it has been told how to fail with what is new.
    private static func balancer(_ workspace: Workspace) -> CommandSettings {
        let script = """
            cd '\(workspace.path)'
            echo reload >> reloads
            if grep -q new a.conf; then
                test ! -e refuse || exit 1
                test ! -e hang || sleep 60
            fi
            cat a.conf b.conf > running
            """
        return CommandSettings(.shell(script), timeout: .seconds(1))
    }

    /// What the registry says from now on.
    func register(_ id: String, isBroken: Bool = false, port: Int = 80) throws {
        let keys = isBroken ? ",\"kv\":{\"broken\":\"yes\"}" : ""
        try workspace.replace(
            "services.json",
            "{\"version\":1,\"services\":{\"web\":{\"instances\":[{\"id\":\"\(id)\",\"address\":\"127.0.0.1\",\"port\":\(port)}]}}\(keys)}"
        )
    }

    /// What the files hold, one after the other.
    var files: String { ["a.conf", "b.conf"].map { workspace.read($0) ?? "-" }.joined(separator: " ") }

    /// Runs the loop and `body` beside it; ends the loop as a stop does.
    func run(now: @escaping @Sendable () -> Int64 = secondsSince1970, _ body: (Controller) async throws -> Void)
        async throws
    {
        let state = try StateDirectory.open(
            path: workspace.file("state"),
            configuration: "test",
            fileSystem: FaultyFileSystem { [self] in isFaulty.load(ordering: .relaxed) ? stateFault($0, $1) : nil }
        )
        let ledger = Ledger(state) { [self] fault in stateFaults.withLock { $0.append(fault.label) } }
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let deliverer = Deliverer(
            ledger: ledger,
            workDirectory: state.workPath,
            fileSystem: FaultyFileSystem { [self] in isFaulty.load(ordering: .relaxed) ? fault($0, $1) : nil },
            now: now
        )
        let all = Settings(
            registries: [
                RegistrySettings(name: "main", url: .file(path: workspace.file("services.json")))
            ],
            targets: [settings]
        )
        let generation = Generation(
            targets: try CompiledTarget.compile(all, functions: StandardFunctions.pure),
            registries: [
                FileRegistry(name: "main", path: workspace.file("services.json"), hostnames: false, logger: quiet)
            ],
            deliverer: deliverer,
            logger: quiet
        )
        let controller = Controller(generation, version: "test", stateDirectory: nil, logger: quiet)
        try await withThrowingTaskGroup { group in
            group.addTask { await generation.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(controller)) } catch { result = .failure(error) }
            generation.stop()
            try await group.waitForAll()
            try result.get()
        }
    }
}

extension Controller {
    /// How the one target is.
    var target: StatusReport.Target? { get async { await report().targets.first } }

    /// Waits until the target is in one of `states`, having tried something new if it was in one before.
    func waits(for state: StatusReport.Target.State, within limit: Duration = .seconds(30)) async -> Bool {
        await eventually(within: limit) { await self.target?.state == state }
    }
}
