import Catalog
import Controller
import Delivery
import Planning
import Rendering
import Settings
import State
import Synchronization
import Testing

@Suite struct CulpritSearchTests {
    /// A balancer's check that reads the staged file and refuses the lines with `nope` in it.
    private final class Check: ProcessRunner {
        private let count = Mutex(0)
        /// How a run that refuses ends, by its number.
        private let ending: @Sendable (Int) -> CommandReport.Ending

        var runs: Int { count.withLock { $0 } }

        init(ending: @escaping @Sendable (Int) -> CommandReport.Ending) { self.ending = ending }

        func run(_ arguments: [String], in directory: String?, timeout: Duration) async -> CommandReport {
            count.withLock { $0 += 1 }
            let text = String(decoding: (try? LocalFileSystem().contents(of: arguments[1])) ?? [], as: UTF8.self)
            guard let line = text.split(separator: "\n").first(where: { $0.contains("nope") }) else {
                return CommandReport(arguments: arguments, ending: .exited(0))
            }
            return CommandReport(arguments: arguments, ending: ending(runs), output: BoundedOutput("no \(line)\n"))
        }
    }

    /// A target with a thousand instances, some of them bad.
    private struct Scene {
        let root = "/tmp/headgate-test-\(UInt64.random(in: .min ... .max))"
        let check: Check
        let target: CompiledTarget
        let deliverer: Deliverer
        let snapshot: CatalogSnapshot

        static let web = CatalogQuery.service(name: "web", scope: QueryScope(registry: "main"))

        init(
            bad: Set<Int>,
            ending: @escaping @Sendable (Int) -> CommandReport.Ending = { _ in .exited(3) },
            retry: Duration? = .seconds(60),
            sensitive: Bool = false,
        ) throws {
            check = Check(ending: ending)
            try LocalFileSystem().makeDirectories(root, mode: 0o700)
            let file = FileSettings(
                template: "<contents>",
                contents: #"{{range service "web"}}{{.ID}} {{.Address}}{{"\n"}}{{end}}"#,
                destination: "\(root)/out"
            )
            var settings = TargetSettings(
                name: "edge",
                files: [file],
                registry: "main",
                check: CheckSettings(CommandSettings(.arguments(["check", "{staged}"]))),
                sensitive: sensitive
            )
            settings.culpritRetry = retry
            let registry = RegistrySettings(name: "main", url: .file(path: "none"))
            target = try CompiledTarget.compile(Settings(registries: [registry], targets: [settings]), functions: [])[0]
            deliverer = Deliverer(ledger: Ledger(VolatileState()), workDirectory: "\(root)/work", runner: check)
            snapshot = Self.snapshot(bad: bad)
        }

        static func snapshot(bad: Set<Int>) -> CatalogSnapshot {
            let instances = (0..<1_000).map { number in
                Instance(
                    service: "web",
                    id: "web-\(number)",
                    node: Node(name: "n1"),
                    address: bad.contains(number) ? "nope" : "10.0.0.1"
                )
            }
            return CatalogSnapshot(answers: [web: .instances(instances)])
        }

        var text: String? {
            (try? LocalFileSystem().contents(of: "\(root)/out")).map { String(decoding: $0, as: UTF8.self) }
        }

        /// Delivers, and searches after that.
        func search(
            since lastGood: LastGood? = nil,
            isStopped: @escaping @Sendable () -> Bool = { false },
        ) async throws -> CulpritSearch.Finding? {
            defer { try? LocalFileSystem().removeTree("\(root)/work") }
            let cache = target.renderer.makeCache()
            let time = RenderTime(seconds: 0)
            guard case .complete(let rendered) = target.renderer.render(snapshot, using: cache, at: time) else {
                return nil
            }
            let record = deliverer.ledger.record(of: "edge")
            let plan = try target.plan(rendered, at: time, from: snapshot, using: cache, record: record)
            let outcome = await deliverer.deliver(plan, check: target.settings.check, reload: nil)
            let search = CulpritSearch(
                target,
                deliverer: deliverer,
                snapshot: snapshot,
                time: time,
                numbers: cache.stableIDs,
                isStopped: isStopped
            )
            return await search.run(after: outcome, of: rendered, lastGood: lastGood, retryingFailed: false) { rest in
                await deliverer.deliver(rest, check: target.settings.check, reload: nil)
            }
        }

        func close() { try? LocalFileSystem().removeTree(root) }
    }

    private func ids(_ finding: CulpritSearch.Finding?) -> [String]? {
        finding?.culprits.map(\.candidate.instance.id)
    }

    @Test func `one culprit among a thousand is found with twelve checks more, and the rest is in force`() async throws
    {
        let scene = try Scene(bad: [700])
        defer { scene.close() }
        let finding = try await scene.search()
        #expect(ids(finding) == ["web-700"])
        #expect(finding?.culprits.first?.setAside.reason == "the check refuses it: exit status 3: no web-700 nope")
        #expect(finding?.culprits.first?.isLast == false)
        #expect(scene.check.runs <= 13)
        #expect(finding?.rest?.outcome.result == .written)
        #expect(scene.text?.split(separator: "\n").count == 999)
        #expect(scene.deliverer.ledger.record(of: "edge").failed == nil)
    }

    @Test func `only what changed since the last good delivery is searched`() async throws {
        let scene = try Scene(bad: [3, 700])
        defer { scene.close() }
        let good = LastGood(Scene.snapshot(bad: [7]), leftOut: [])
        // 3, 7 and 700 are other than they were.
        #expect(ids(try await scene.search(since: good)) == ["web-3", "web-700"])
        #expect(scene.check.runs <= 7)
    }

    @Test func `what did not change is not set aside, though the check fails for it`() async throws {
        let scene = try Scene(bad: [3, 700])
        defer { scene.close() }
        #expect(try await scene.search(since: LastGood(Scene.snapshot(bad: [3]), leftOut: [])) == nil)
        #expect(scene.text == nil)
    }

    @Test func `a stop ends the search between two checks`() async throws {
        let scene = try Scene(bad: [700])
        defer { scene.close() }
        let finding = try await scene.search { [check = scene.check] in check.runs >= 3 }
        #expect(finding == nil && scene.check.runs == 3)
    }

    @Test(arguments: [
        CommandReport.Ending.timedOut(.seconds(30)), .signalled(9), .notStarted("no such program"),
    ])
    func `a check that did not come to an end of its own blames nobody`(ending: CommandReport.Ending) async throws {
        let scene = try Scene(bad: [700], ending: { _ in ending })
        defer { scene.close() }
        #expect(try await scene.search() == nil)
        #expect(scene.check.runs == 1)
    }

    @Test func `a check that takes too long in the middle of a search ends it, and blames nobody`() async throws {
        let scene = try Scene(bad: [0], ending: { $0 < 4 ? .exited(3) : .timedOut(.seconds(30)) })
        defer { scene.close() }
        #expect(try await scene.search() == nil)
        #expect(scene.check.runs == 4)
    }

    @Test func `nothing is searched where that is off`() async throws {
        let scene = try Scene(bad: [700], retry: nil)
        defer { scene.close() }
        #expect(try await scene.search() == nil)
        #expect(scene.check.runs == 1)
    }

    @Test func `what the check printed stays out of a sensitive target's reason`() async throws {
        let scene = try Scene(bad: [700], sensitive: true)
        defer { scene.close() }
        #expect(try await scene.search()?.culprits.map(\.setAside.reason) == ["the check refuses it: exit status 3"])
    }
}
