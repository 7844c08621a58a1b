import Balancers
import Delivery
import Planning
import Settings
import State
import Synchronization
import SystemPackage
import TestSupport

/// A directory with a target in it, for one test.
struct Workshop: Sendable {
    /// Removed after the test.
    let root: String
    let files = LocalFileSystem()

    /// Where a test's destinations lie.
    var etc: String { "\(root)/etc" }

    /// Makes a workshop, and takes it away afterwards.
    static func open<Result>(_ body: (Workshop) async throws -> Result) async throws -> Result {
        let workshop = Workshop(root: "/tmp/headgate-test-\(UInt64.random(in: .min ... .max))")
        try workshop.files.makeDirectories(workshop.etc, mode: 0o755)
        defer { try? workshop.files.removeTree(workshop.root) }
        return try await body(workshop)
    }

    /// A deliverer over the state directory, as one run of headgate has it; locked while it lives.
    func deliverer(
        fileSystem: any FileSystem = LocalFileSystem(),
        runner: any ProcessRunner = SubprocessRunner(),
        socket: @escaping @Sendable (String) -> any CommandSocket = { RuntimeSocket(path: $0) },
        processes: ProcessTable = ProcessTable(),
        pace: Pace = .machine,
        hook: @escaping StepHook = { _ in },
    ) throws -> Deliverer {
        let state = try StateDirectory.open(path: "\(root)/state", configuration: "test")
        return Deliverer(
            ledger: Ledger(state),
            workDirectory: state.workPath,
            fileSystem: fileSystem,
            runner: runner,
            socket: socket,
            processes: processes,
            pace: pace,
            now: { 1_795_000_000 },
            hook: hook
        )
    }

    /// `a.cfg` with its text becomes a desired file in `etc`.
    func desired(_ texts: KeyValuePairs<String, String>) -> [DesiredFile] {
        texts.map { DesiredFile(destination: "\(etc)/\($0.key)", bytes: Array($0.value.utf8)) }
    }

    func plan(
        _ files: [DesiredFile],
        with deliverer: Deliverer,
        sensitive: Bool = false,
        reloads: Bool = true,
        retryingFailed: Bool = false,
    ) throws -> Plan {
        Planner(target: "edge", sensitive: sensitive, reloads: reloads).plan(
            try observe(files),
            record: deliverer.ledger.record(of: "edge"),
            retryingFailed: retryingFailed
        )
    }

    /// Plans and delivers.
    @discardableResult
    func deliver(
        _ files: [DesiredFile],
        with deliverer: Deliverer,
        check: CheckSettings? = nil,
        reload: ReloadSettings? = nil,
        sensitive: Bool = false,
        retryingFailed: Bool = false,
        urgency: Deliverer.Urgency = .cannotWait,
    ) async throws -> DeliveryOutcome {
        let plan = try plan(
            files,
            with: deliverer,
            sensitive: sensitive,
            reloads: reload != nil,
            retryingFailed: retryingFailed
        )
        return await deliverer.deliver(plan, check: check, reload: reload, urgency: urgency)
    }

    /// Plans with what the target once wrote, and delivers.
    @discardableResult
    func deliverAndPrune(
        _ files: [DesiredFile],
        with deliverer: Deliverer,
        check: CheckSettings? = nil,
        reload: ReloadSettings? = nil,
        others: Set<String> = [],
    ) async throws -> (outcome: DeliveryOutcome, plan: Plan) {
        let record = deliverer.ledger.record(of: "edge")
        let plan = Planner(target: "edge", reloads: reload != nil).plan(
            try observe(files),
            obsolete: observeObsolete(record.manifest, besides: files, isClaimed: { others.contains($0) }),
            record: record
        )
        return (await deliverer.deliver(plan, check: check, reload: reload), plan)
    }

    /// A balancer that refuses what contains `bad` and otherwise runs what it finds; `reloads` counts its reloads.
    var balancer: ReloadSettings {
        ReloadSettings(
            CommandSettings(
                .shell(
                    "cd '\(root)' && echo reload >> reloads && ! grep -q bad etc/a.cfg && cat etc/*.cfg > running"
                ),
                timeout: .seconds(20)
            )
        )
    }

    /// What the balancer runs.
    var running: String? { text("running") }

    /// How often the balancer was told to reload.
    var reloads: Int { text("reloads")?.split(separator: "\n").count ?? 0 }

    func text(_ path: String) -> String? {
        guard let bytes = try? files.contents(of: "\(root)/\(path)") else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    func write(_ path: String, _ text: String, mode: UInt16 = 0o644) throws {
        try files.replace("\(root)/\(path)", contents: Array(text.utf8), mode: mode)
    }

    /// Lengthens a file in place, as logs grow.
    func append(_ path: String, _ text: String) throws {
        let descriptor = try FileDescriptor.open(FilePath("\(root)/\(path)"), .writeOnly, options: .append)
        try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
    }

    /// Every name below `etc`.
    func listing() throws -> [String] { try files.entries(of: etc) }

    /// Whether `needle` occurs in any file of the state directory.
    func stateContains(_ needle: String) throws -> Bool {
        func search(_ path: String) throws -> Bool {
            guard try files.status(of: path, followingLinks: false)?.kind == .directory else {
                return String(decoding: try files.contents(of: path) ?? [], as: UTF8.self).contains(needle)
            }
            for entry in try files.entries(of: path) where try search("\(path)/\(entry)") { return true }
            return false
        }
        return try search("\(root)/state")
    }
}

/// Collects values from closures.
final class Log<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    var all: [Value] { values.withLock { $0 } }

    func add(_ value: Value) { values.withLock { $0.append(value) } }
}

extension Plan.Action {
    /// Whether the revision failed before and is not tried.
    var isHeldBack: Bool { if case .heldBack = self { true } else { false } }
}
