import Catalog
import Diagnostics
import Registries
import Testing

/// With real files, but a clock and a trigger by hand.
@Suite struct FileRegistryTests {
    private let directory: TemporaryDirectory
    private let trigger = ManualTrigger()
    private let clock: ManualClock
    private let start: Timestamp

    init() throws {
        directory = try TemporaryDirectory()
        start = try #require(Timestamp(rfc3339: "2026-11-21T05:00:00Z"))
        clock = ManualClock(start + .seconds(1))
    }

    private func registry(_ name: String = "") -> FileRegistry {
        FileRegistry(
            name: "main",
            path: directory(name),
            timing: .init(poll: .seconds(36000)),
            clock: clock.wallClock,
            trigger: trigger
        )
    }

    private func web(_ entry: String) -> String { "services: {web: {instances: [\(entry)]}}\n" }

    private func instance(_ id: String, _ more: String = "") -> String { "{id: \(id), address: 10.0.0.1\(more)}" }

    @Test func `new questions are answered once, others not again`() async throws {
        try directory.write("s.yaml", web(instance("a")) + "kv: {k: v}\n")
        try await watching(registry("s.yaml"), []) { (probe) async throws in
            probe.ask.yield([.key(path: "k")])
            #expect(try await probe.answers() == [.key(path: "k"): .key(KeyValue(path: "k", value: "v"))])
            probe.ask.yield([.key(path: "k"), .service(name: "web")])
            #expect(try await probe.ids() == ["a"])
            probe.ask.yield([.service(name: "web")])
            probe.ask.yield([.service(name: "web"), .key(path: "k")])
            #expect(try await probe.answers().keys.map(\.description) == ["key k"])
        }
    }

    @Test func `instances of one service in many files unite, each with its file's tags`() async throws {
        try directory.write("1.yaml", "services: {web: {tags: [x], instances: [\(instance("a"))]}}")
        try directory.write("2.yaml", "services: {web: {tags: [y], instances: [\(instance("b"))]}}")
        try directory.write("nodes.yml", "nodes: {n1: {address: 10.0.0.7, checks: [{id: c, status: critical}]}}")
        try directory.write("3.yaml", web("{id: c, node: n1}"))
        try await watching(registry()) { (probe) async throws in
            let instances = try await probe.instances(of: "web")
            #expect(instances.map(\.id) == ["a", "b", "c"])
            #expect(instances.map(\.tags) == [["x"], ["y"], []])
            #expect(instances[2].effectiveAddress == "10.0.0.7")
            #expect(instances[2].health == .critical)
        }
    }

    @Test func `one instance in two files names both, and the changed file keeps what it said`() async throws {
        try directory.write("a.yaml", web(instance("a")))
        try directory.write("b.yaml", web(instance("b")))
        try await watching(registry()) { (probe) async throws in
            #expect(try await probe.ids() == ["a", "b"])
            try directory.write("a.yaml", web("\(instance("b")), \(instance("c"))"))
            trigger.pull()
            let fault = try await probe.fault()
            #expect(fault.label == "invalid")
            let diagnostic = try #require(fault.diagnostics.first)
            let places = [diagnostic.position?.file, diagnostic.notes.first?.position?.file]
            #expect(Set(places) == [directory("a.yaml"), directory("b.yaml")])
            try directory.write("b.yaml", web(instance("d")))
            trigger.pull()
            #expect(try await probe.ids() == ["b", "c", "d"])
            try await probe.recovered()
        }
    }

    @Test func `an instance may move from one file to another at once`() async throws {
        try directory.write("a.yaml", web(instance("a")))
        try directory.write("b.yaml", web(instance("b")))
        try await watching(registry()) { (probe) async throws in
            #expect(try await probe.ids() == ["a", "b"])
            try directory.write("a.yaml", web("\(instance("b")), \(instance("a"))"))
            try directory.write("b.yaml", web(instance("c")))
            trigger.pull()
            #expect(try await probe.ids() == ["a", "b", "c"])
        }
    }

    @Test func `a bad file of a directory does not stop the others`() async throws {
        try directory.write("a.yaml", web(instance("a")))
        try directory.write("b.yaml", web(instance("b")))
        try await watching(registry()) { (probe) async throws in
            #expect(try await probe.ids() == ["a", "b"])
            try directory.write("a.yaml", web(instance("x", ", port: 70000")))
            try directory.write("b.yaml", web("\(instance("b")), \(instance("c"))"))
            try directory.write("new.yaml", "services:")
            trigger.pull()
            #expect(try await probe.ids() == ["a", "b", "c"])
            let fault = try await probe.fault()
            #expect(fault.diagnostics.compactMap(\.position?.file) == [directory("a.yaml"), directory("new.yaml")])
            try directory.remove("a.yaml")
            trigger.pull()
            #expect(try await probe.ids() == ["b", "c"])
            #expect(try await probe.fault().diagnostics.count == 1)
            try directory.remove("new.yaml")
            trigger.pull()
            try await probe.recovered()
        }
    }

    @Test func `as long as one file was never good there are no answers`() async throws {
        try directory.write("a.yaml", web(instance("a")))
        try directory.write("b.yaml", "services:")
        try await watching(registry()) { (probe) async throws in
            let fault = try await probe.fault()
            #expect(fault.message.contains("nothing of this registry is known yet"))
            try directory.write("b.yaml", web(instance("b")))
            trigger.pull()
            #expect(try await probe.ids() == ["a", "b"])
            try await probe.recovered()
        }
    }

    @Test func `a file that others need is not removed without them`() async throws {
        try directory.write("nodes.yaml", "nodes: {n1: 10.0.0.7}")
        try directory.write("s.yaml", web("{id: a, node: n1}"))
        try await watching(registry()) { (probe) async throws in
            #expect(try await probe.ids() == ["a"])
            try directory.remove("nodes.yaml")
            trigger.pull()
            #expect(try await probe.fault().message.contains("has no address"))
            try directory.write("s.yaml", web("{id: b, address: 10.0.0.8}"))
            trigger.pull()
            #expect(try await probe.ids() == ["b"])
            try await probe.recovered()
        }
    }

    @Test func `an empty directory in the place of a full one is not believed`() async throws {
        try directory.makeDirectory("mount")
        try directory.write("mount/a.yaml", web(instance("a")))
        try await watching(registry("mount")) { (probe) async throws in
            #expect(try await probe.ids() == ["a"])
            try directory.rename("mount", to: "elsewhere")
            try directory.makeDirectory("mount")
            trigger.pull()
            #expect(try await probe.fault().label == "missing")
            try directory.write("mount/a.yaml", web(instance("b")))
            trigger.pull()
            #expect(try await probe.ids() == ["b"])
            try await probe.recovered()
        }
    }

    @Test func `a dangling link keeps what it said until it is removed`() async throws {
        try directory.write("a.yaml", web(instance("a")))
        try directory.makeDirectory("data")
        try directory.write("data/b.yaml", web(instance("b")))
        try directory.link("b.yaml", to: "data/b.yaml")
        try await watching(registry()) { (probe) async throws in
            #expect(try await probe.ids() == ["a", "b"])
            #expect(trigger.observed == [directory.path, directory("data")])
            try directory.remove("data/b.yaml")
            trigger.pull()
            #expect(try await probe.fault().label == "missing")
            try directory.remove("b.yaml")
            trigger.pull()
            #expect(try await probe.ids() == ["a"])
            try await probe.recovered()
        }
    }

    @Test func `the directory of each link on the way to a file is observed`() async throws {
        try directory.makeDirectory("mount")
        for version in ["..1", "..2"] {
            try directory.makeDirectory("mount/\(version)")
            try directory.write("mount/\(version)/s.yaml", web(instance(version)))
        }
        try directory.link("mount/..data", to: "..1")
        try directory.link("mount/s.yaml", to: "..data/s.yaml")
        try directory.link("s.yaml", to: "\(directory("mount"))/./../mount/s.yaml")
        try await watching(registry("s.yaml")) { (probe) async throws in
            #expect(try await probe.ids() == ["..1"])
            #expect(trigger.observed == [directory.path, directory("mount"), directory("mount/..1")])
            try directory.link("mount/..data_tmp", to: "..2")
            try directory.rename("mount/..data_tmp", to: "mount/..data")
            trigger.pull()
            #expect(try await probe.ids() == ["..2"])
            #expect(trigger.observed == [directory.path, directory("mount"), directory("mount/..2")])
        }
    }

    @Test func `for a missing file the last directory on the way is observed`() async throws {
        try await watching(registry("not/there/s.yaml")) { (probe) async throws in
            #expect(try await probe.fault().label == "missing")
            #expect(trigger.observed == [directory.path])
        }
    }

    @Test func `a path that is no file is told`() async throws {
        #expect(directory.makePipe("pipe.yaml"))
        try await watching(registry("pipe.yaml")) { (probe) async throws in
            #expect(try await probe.fault().label == "unreadable")
        }
    }

    @Test func `a change that nobody hinted at is found by the poll`() async throws {
        try directory.write("s.yaml", web(instance("a")))
        let registry = FileRegistry(
            name: "main",
            path: directory("s.yaml"),
            timing: .init(poll: .seconds(5)),
            clock: clock.wallClock,
            trigger: trigger
        )
        try await watching(registry) { (probe) async throws in
            #expect(try await probe.ids() == ["a"])
            try directory.write("s.yaml", web(instance("b")))
            clock.set(clock.now + .seconds(5))
            #expect(try await probe.ids() == ["b"])
        }
    }

    @Test func `a file that changes while others look is left alone until it settles`() async throws {
        try directory.write("s.yaml", web(instance("a")))
        try await watching(registry("s.yaml")) { (probe) async throws in
            #expect(try await probe.ids() == ["a"])
            // Written this very moment: half of it could be missing still.
            try directory.write("s.yaml", "services: {web: {instances: []}}")
            try directory.touch("s.yaml", at: clock.now + .milliseconds(-1))
            trigger.pull()
            probe.ask.yield([.service(name: "web"), .services()])
            #expect(try await probe.answers()[.services()] == .services([ServiceSummary(name: "web", tags: [])]))
            try directory.write("s.yaml", web("\(instance("a")), \(instance("b"))"))
            try directory.touch("s.yaml", at: clock.now + .milliseconds(-60))
            trigger.pull()
            #expect(try await probe.ids() == ["a", "b"])
        }
    }

    // MARK: - Leases

    @Test func `what has expired is dropped at its moment`() async throws {
        try directory.write("s.yaml", web("\(instance("a")), \(instance("b", ", expires: 2026-11-21T06:00:10+01:00"))"))
        try await watching(registry("s.yaml")) { (probe) async throws in
            #expect(try await probe.ids() == ["a", "b"])
            clock.set(start + .seconds(10))
            #expect(try await probe.ids() == ["a"])
        }
    }

    @Test func `a lease holds from the file's change or its own renewal, whichever is later`() async throws {
        try directory.write(
            "s.yaml",
            web(
                "\(instance("changed", ", ttl: 30s")), \(instance("renewed", ", ttl: 30s, renewed: '2026-11-21T05:00:05Z'")),"
                    + " \(instance("old", ", ttl: 30s, renewed: '2026-11-21T04:00:00Z'")), \(instance("ever"))"
            )
        )
        try directory.touch("s.yaml", at: start)
        try await watching(registry("s.yaml")) { (probe) async throws in
            #expect(try await probe.ids() == ["changed", "ever", "old", "renewed"])
            clock.set(start + .seconds(30))
            #expect(try await probe.ids() == ["ever", "renewed"])
            clock.set(start + .seconds(35))
            #expect(try await probe.ids() == ["ever"])
        }
    }

    @Test func `what had expired at the start is not there, and a touch brings it back`() async throws {
        try directory.write("s.yaml", web(instance("a", ", ttl: 30s")))
        try directory.touch("s.yaml", at: start + .seconds(-31))
        try await watching(registry("s.yaml")) { (probe) async throws in
            #expect(try await probe.ids() == [])
            try directory.touch("s.yaml", at: start)
            trigger.pull()
            #expect(try await probe.ids() == ["a"])
        }
    }

    @Test func `a touch is a heartbeat`() async throws {
        try directory.write("beating.yaml", "services: {web: {ttl: 30s, instances: [\(instance("a"))]}}")
        try directory.touch("beating.yaml", at: start)
        try directory.write("marker.yaml", web(instance("m1")))
        try await watching(registry()) { (probe) async throws in
            #expect(try await probe.ids() == ["a", "m1"])
            clock.set(start + .seconds(26))
            try directory.touch("beating.yaml", at: start + .seconds(25))
            try directory.write("marker.yaml", web(instance("m2")))
            trigger.pull()
            #expect(try await probe.ids() == ["a", "m2"])
            clock.set(start + .seconds(50))
            try directory.write("marker.yaml", web(instance("m3")))
            trigger.pull()
            #expect(try await probe.ids() == ["a", "m3"])
            clock.set(start + .seconds(55))
            #expect(try await probe.ids() == ["m3"])
        }
    }

    @Test func `leases of a file that cannot be seen do not end`() async throws {
        try directory.write(
            "s.yaml",
            web("\(instance("a", ", ttl: 30s")), \(instance("b", ", expires: 2026-11-21T05:01:00Z"))")
        )
        try directory.touch("s.yaml", at: start)
        try await watching(registry("s.yaml")) { (probe) async throws in
            #expect(try await probe.ids() == ["a", "b"])
            try directory.rename("s.yaml", to: "gone")
            trigger.pull()
            #expect(try await probe.fault().label == "missing")
            clock.set(start + .seconds(31))
            clock.set(start + .seconds(61))
            #expect(try await probe.ids() == ["a"])
            try directory.rename("gone", to: "s.yaml")
            trigger.pull()
            #expect(try await probe.ids() == [])
            try await probe.recovered()
        }
    }
}
