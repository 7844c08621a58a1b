import Catalog
import Diagnostics
import Logging
import Registries
import Testing

/// With real files and real inotify; the poll is far too slow to help.
@Suite struct FileRegistryWatchTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func registry(_ name: String) -> FileRegistry {
        FileRegistry(
            name: "main",
            path: directory(name),
            timing: .init(debounce: .milliseconds(2), poll: .seconds(3600)),
            logger: Logger(label: "test")
        )
    }

    private func web(_ instances: String...) -> String {
        "services:\n  web:\n    instances:\n" + instances.map { "      - \($0)\n" }.joined()
            + (instances.isEmpty ? "      []\n" : "")
    }

    private func one(_ id: String, _ more: String = "") -> String { "{id: \(id), address: 10.0.0.1, port: 80\(more)}" }

    @Test func `a file written in place is read again`() async throws {
        try directory.write("s.yaml", web(one("a")))
        try await watching(registry("s.yaml")) { (probe) async throws in
            #expect(try await probe.ids() == ["a"])
            try directory.write("s.yaml", web(one("a"), one("b")))
            #expect(try await probe.ids() == ["a", "b"])
            try directory.write("s.yaml", web(one("b")))
            #expect(try await probe.ids() == ["b"])
        }
    }

    @Test func `a file renamed over the old one is read again, and again`() async throws {
        try directory.write("s.yaml", web(one("a")))
        try await watching(registry("s.yaml")) { (probe) async throws in
            #expect(try await probe.ids() == ["a"])
            for id in ["b", "c", "d"] {
                try directory.replace("s.yaml", web(one(id)))
                #expect(try await probe.ids() == [id])
            }
        }
    }

    @Test(arguments: ["mount/s.yaml", "mount", "outside.yaml"])
    func `the symlink swap of a ConfigMap is seen, and the next one too`(path: String) async throws {
        try directory.makeDirectory("mount")
        try directory.makeDirectory("mount/..1")
        try directory.write("mount/..1/s.yaml", web(one("v1")))
        try directory.link("mount/..data", to: "..1")
        try directory.link("mount/s.yaml", to: "..data/s.yaml")
        try directory.link("outside.yaml", to: directory("mount/s.yaml"))
        try await watching(registry(path)) { (probe) async throws in
            #expect(try await probe.ids() == ["v1"])
            for version in 2...4 {
                try directory.makeDirectory("mount/..\(version)")
                try directory.write("mount/..\(version)/s.yaml", web(one("v\(version)")))
                try directory.link("mount/..data_tmp", to: "..\(version)")
                try directory.rename("mount/..data_tmp", to: "mount/..data")
                #expect(try await probe.ids() == ["v\(version)"])
                TemporaryDirectory.remove(directory("mount/..\(version - 1)"))
            }
        }
    }

    @Test func `what changes nothing is not reported, and what stays is the same object`() async throws {
        try directory.write("s.yaml", web(one("a"), one("b")))
        try await watching(registry("s.yaml")) { (probe) async throws in
            let first = try await probe.instances(of: "web")
            try directory.write("s.yaml", web(one("a"), one("b")))
            try directory.replace("s.yaml", "# a comment\n" + web(one("b"), one("a")))
            try directory.write("other.txt", "not a registry")
            try directory.replace("s.yaml", web(one("c"), one("b", ", weight: 1"), one("a", ", weight: 2")))
            let second = try await probe.instances(of: "web")
            #expect(second.map(\.id) == ["a", "b", "c"])
            #expect(second[1] === first[1])
            #expect(second[0] !== first[0] && second[0].weights.passing == 2)
        }
    }

    @Test func `a bad file is told with its place and keeps what was good`() async throws {
        try directory.write("s.yaml", web(one("a")))
        try await watching(registry("s.yaml")) { (probe) async throws in
            #expect(try await probe.ids() == ["a"])
            try directory.replace("s.yaml", web(one("a", ", prot: 8")))
            let fault = try await probe.fault()
            #expect(fault.label == "invalid")
            #expect(fault.diagnostics.first?.position?.line == 4)
            #expect(fault.message.contains("s.yaml:4:46: an instance has no key `prot`"), "\(fault.message)")
            try directory.replace("s.yaml", "services: [")
            #expect(try await probe.fault().message.contains("this is not YAML"))
            try directory.replace("s.yaml", web(one("a"), one("b")))
            #expect(try await probe.ids() == ["a", "b"])
            try await probe.recovered()
        }
    }

    @Test func `a missing file is no empty list`() async throws {
        try await watching(registry("sub/s.yaml")) { (probe) async throws in
            let fault = try await probe.fault()
            #expect(fault.label == "missing")
            #expect(fault.message.contains("nothing of this registry is known yet"))
            try directory.makeDirectory("sub")
            try directory.write("sub/s.yaml", web(one("a")))
            #expect(try await probe.ids() == ["a"])
            try await probe.recovered()
            try directory.remove("sub/s.yaml")
            #expect(try await probe.fault().label == "missing")
            TemporaryDirectory.remove(directory("sub"))
            try directory.makeDirectory("sub")
            try directory.write("sub/s.yaml", web(one("a"), one("b")))
            #expect(try await probe.ids() == ["a", "b"])
            try await probe.recovered()
            try directory.write("sub/s.yaml", web())
            #expect(try await probe.ids() == [])
        }
    }

    @Test func `an empty list is said to be empty, a service that is gone is not`() async throws {
        try directory.write("s.yaml", web(one("a"), one("b")))
        try await watching(registry("s.yaml")) { (probe) async throws in
            #expect(try await probe.ids() == ["a", "b"])
            try directory.replace("s.yaml", web())
            guard case .answers(_, .stated) = try await probe.next() else {
                Issue.record("`instances: []` is not passed on as said")
                return
            }
            try directory.replace("s.yaml", web(one("a"), one("b")))
            #expect(try await probe.ids() == ["a", "b"])
            try directory.replace("s.yaml", "services: {}")
            guard case .answers(_, .unbroken) = try await probe.next() else {
                Issue.record("a service that is gone is passed on as said to be empty")
                return
            }
        }
    }

    @Test func `files of a directory come and go`() async throws {
        try directory.makeDirectory("services.d")
        try directory.write("services.d/a.yaml", web(one("a")))
        try directory.write("services.d/.hidden.yaml", web(one("hidden")))
        try directory.write("services.d/b.yaml~", web(one("backup")))
        try await watching(registry("services.d")) { (probe) async throws in
            #expect(try await probe.ids() == ["a"])
            try directory.write("services.d/b.json", "{\"services\": {\"web\": {\"instances\": [\"10.0.0.2:80\"]}}}")
            #expect(try await probe.ids() == ["a", "web-10.0.0.2-80"])
            try directory.remove("services.d/a.yaml")
            #expect(try await probe.ids() == ["web-10.0.0.2-80"])
            try directory.remove("services.d/b.json")
            #expect(try await probe.ids() == [])
        }
    }

    @Test func `a directory put in the place of another is watched`() async throws {
        try directory.makeDirectory("one")
        try directory.makeDirectory("two")
        try directory.write("one/a.yaml", web(one("a")))
        try directory.write("two/a.yaml", web(one("b")))
        try directory.link("live", to: "one")
        try await watching(registry("live")) { (probe) async throws in
            #expect(try await probe.ids() == ["a"])
            try directory.link("next", to: "two")
            try directory.rename("next", to: "live")
            #expect(try await probe.ids() == ["b"])
            try directory.write("two/a.yaml", web(one("c")))
            #expect(try await probe.ids() == ["c"])
        }
    }

    @Test func `a file is watched again after its directory was moved away and made anew`() async throws {
        try directory.makeDirectory("sub")
        try directory.write("sub/s.yaml", web(one("a")))
        try await watching(registry("sub/s.yaml")) { (probe) async throws in
            #expect(try await probe.ids() == ["a"])
            try directory.rename("sub", to: "old")
            #expect(try await probe.fault().label == "missing")
            try directory.makeDirectory("sub")
            try directory.write("sub/s.yaml", web(one("b")))
            #expect(try await probe.ids() == ["b"])
            try await probe.recovered()
            try directory.replace("sub/s.yaml", web(one("c")))
            #expect(try await probe.ids() == ["c"])
        }
    }
}
