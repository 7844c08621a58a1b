import Catalog
import Glibc
import Logging
import Registries
import Settings
import SystemPackage
import TestSupport
import Testing

/// A registry that real programs print.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ProgramRegistryTests {
    private let web = CatalogQuery.service(name: "web")

    private func registry(
        _ line: CommandSettings.Line,
        in directory: TemporaryDirectory,
        limit: Int = 1 << 20,
        _ change: (inout ProgramSettings) -> Void = { _ in },
    ) -> PublishedRegistry {
        var settings = ProgramSettings()
        settings.interval = .milliseconds(100)
        settings.timeout = .seconds(15)
        settings.directory = directory.path
        change(&settings)
        return PublishedRegistry(
            name: "main",
            from: ProgramSource(line, settings, limit: limit),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func text(_ address: String) -> String {
        "{\"services\": {\"web\": {\"instances\": [\"\(address):80\"]}}}\n"
    }

    private func addresses(_ diary: ReportDiary) -> [String]? { diary.instances(web)?.map(\.effectiveAddress) }

    @Test func `what a program prints is the registry, again and again`() async throws {
        let directory = try TemporaryDirectory()
        try directory.write("now", Self.text("10.0.0.1"))
        for line in [CommandSettings.Line.arguments(["cat", "now"]), .shell("cat <now; echo ignored >&2")] {
            try directory.replace("now", Self.text("10.0.0.1"))
            try await watched(registry(line, in: directory), [web]) { diary in
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.1"] }
                try directory.replace("now", Self.text("10.0.0.2"))
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.2"] }
                #expect(diary.faults == 0 && diary.breaks == 1)
            }
        }
    }

    @Test(
        "a program that fails keeps what was good, and says why",
        arguments: [
            ("cat now; echo out of order >&2; exit 3", "failed", "exit status 3: out of order"),
            ("kill -9 $$", "failed", "ended by signal 9"),
            ("cat now; sleep 60", "timeout", "no end within 2 s"),
            ("exec >&- 2>&-; sleep 60", "timeout", "no end within 2 s"),
            ("yes", "too_large", "prints more than is read"),
            ("echo '{\"services\": {'", "invalid", "exec:"),
            ("printf '\\377\\376'", "invalid", "UTF-8"),
            (":", "invalid", "the file is empty"),
            ("no-such-program-at-all", "failed", "not found"),
        ]
    )
    func faults(script: String, label: String, words: String) async throws {
        let directory = try TemporaryDirectory()
        try directory.write("script", "cat now")
        try directory.write("now", Self.text("10.0.0.1"))
        let registry = registry(.arguments(["sh", "script"]), in: directory) { settings in
            if label == "timeout" { settings.timeout = .seconds(2) }
        }
        try await watched(registry, [web]) { diary in
            try await diary.reaches(within: .seconds(40)) { _ in addresses(diary) == ["10.0.0.1"] }
            try directory.replace("script", script + "\n")
            // A machine that is slow may be told first.
            let isTold = await eventually(within: .seconds(40)) {
                diary.lastFault?.label == label && diary.messages.last?.contains(words) == true
            }
            #expect(isTold, "\(diary.messages)")
            #expect(addresses(diary) == ["10.0.0.1"])
            try directory.replace("script", "cat now")
            try await diary.reaches(within: .seconds(30)) { _ in diary.isRecovered }
            #expect(diary.breaks >= 2)
        }
    }

    @Test func `a program that is not there is told as such`() async throws {
        let directory = try TemporaryDirectory()
        try await watched(registry(.arguments(["./none"]), in: directory), [web]) { diary in
            try await diary.reaches { _ in diary.lastFault?.label == "not_started" }
            #expect(diary.lastFault?.needsMending == true)
        }
    }

    @Test func `a stream says each change in a line, and is started again when it ends`() async throws {
        let directory = try TemporaryDirectory()
        try directory.write("log", Self.text("10.0.0.1") + "\n")
        let script = "echo $$ >leader; exec tail -n +1 -f log"
        let registry = registry(.shell(script), in: directory) { $0.streams = true }
        try await watched(registry, [web]) { diary in
            try await diary.reaches { _ in addresses(diary) == ["10.0.0.1"] }
            try append(Self.text("10.0.0.2") + Self.text("10.0.0.3"), directory)
            try await diary.reaches { _ in addresses(diary) == ["10.0.0.3"] }
            #expect(diary.faults == 0 && diary.breaks == 1)
            try append("no document\n", directory)
            try await diary.reaches { _ in diary.lastFault?.label == "invalid" }
            try append(Self.text("10.0.0.4") + "{\"services\": {\"web\": {\"instances\": []}}}", directory)
            try await diary.reaches { _ in addresses(diary) == ["10.0.0.4"] && diary.isRecovered }
            kill(try pid("leader", directory), SIGTERM)
            try await diary.reaches { _ in
                diary.messages.contains { $0.contains("ended by signal 15; its last line has no end") }
            }
            // The next one reads it all again.
            try await diary.reaches(within: .seconds(30)) { _ in diary.isRecovered }
            #expect(addresses(diary) == ["10.0.0.4"])
        }
    }

    @Test func `its whole process group ends with the watch`() async throws {
        let directory = try TemporaryDirectory()
        let script = "trap '' TERM; sleep 300 & echo $! >child; echo $$ >leader; cat now; wait; wait"
        try directory.write("now", Self.text("10.0.0.1"))
        let registry = registry(.shell(script), in: directory) { $0.streams = true }
        try await watched(registry, [web]) { diary in
            try await diary.reaches { _ in addresses(diary) == ["10.0.0.1"] }
        }
        for name in ["leader", "child"] {
            let pid = try pid(name, directory)
            #expect(await eventually { kill(pid, 0) != 0 }, "\(name) is still there")
        }
    }

    private func pid(_ name: String, _ directory: TemporaryDirectory) throws -> Int32 {
        let text = try #require(Workspace(path: directory.path).read(name))
        return try #require(Int32(text.split(separator: "\n").first ?? ""))
    }

    private func append(_ text: String, _ directory: TemporaryDirectory) throws {
        let file = try FileDescriptor.open(FilePath(directory("log")), .writeOnly, options: .append)
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }
}
