import State
import SystemPackage
import Testing

@Suite("A record")
struct RecordTests {
    private let hash = ContentHash(of: Array("one".utf8))
    private let other = ContentHash(of: Array("two".utf8))

    private var full: TargetRecord {
        TargetRecord(
            target: "edge of the world\n100 %",
            inForce: InForce(
                revision: Revision(hash),
                files: [FileRecord(destination: "/etc/a b.cfg", contents: hash)],
                since: 1_795_000_000,
                reason: "reloaded"
            ),
            intent: Intent(
                revision: Revision(other),
                stage: .committing,
                files: [
                    IntendedFile(
                        destination: "/etc/a b.cfg",
                        path: "/srv/ü.cfg",
                        before: .init(
                            contents: hash,
                            attributes: FileAttributes(mode: 0o640, user: 7, group: 8),
                            backup: "/srv/.ü.cfg.headgate-0123456789abcdef"
                        ),
                        after: other
                    ),
                    IntendedFile(destination: "/etc/new", path: "/etc/new", before: nil, after: other),
                ],
                reloadWasOwed: true,
                started: -5,
                reason: ""
            ),
            failed: FailedRevision(revision: Revision(other), reason: "exit status 1: \u{1B}[31mno", at: 9, attempts: 3)
        )
    }

    @Test("is read as it was written, whatever its words hold")
    func roundTrip() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            try state.save(full)
            #expect(try state.record(of: full.target) == full)
            let bare = TargetRecord(target: "bare")
            try state.save(bare)
            #expect(try state.record(of: "bare") == bare)
            #expect(try state.record(of: "unknown") == nil)
        }
    }

    @Test("that lost or changed any byte is reported once and then absent")
    func damaged() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            let files = LocalFileSystem()
            try state.save(full)
            let target = try #require(try files.entries(of: "\(state.path)/targets").first)
            let file = "\(state.path)/targets/\(target)/record"
            let good = try #require(try files.contents(of: file))
            var flipped = good
            for (index, byte) in good.enumerated() where index % 5 == 0 {
                flipped[index] = byte ^ 1
                try files.replace(file, contents: flipped, mode: 0o600)
                #expect(throws: StateFault.self, "byte \(index)") { try state.record(of: full.target) }
                #expect(try state.record(of: full.target) == nil)
                flipped[index] = byte
            }
            for length in stride(from: 0, to: good.count, by: 7) {
                try files.replace(file, contents: Array(good.prefix(length)), mode: 0o600)
                #expect(throws: StateFault.self, "cut at \(length)") { try state.record(of: full.target) }
            }
            try files.replace(file, contents: good, mode: 0o600)
            #expect(try state.record(of: full.target) == full)
        }
    }

    @Test("keeps contents by their hash and drops those that are not needed")
    func contents() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            try state.keep(Array("one".utf8), hash: hash, for: "edge")
            try state.keep(Array("two".utf8), hash: other, for: "edge")
            try state.keep(Array("two".utf8), hash: other, for: "other")
            try state.discardContents(of: "edge", except: [hash])
            #expect(try state.contents(hash, for: "edge") == Array("one".utf8))
            #expect(try state.contents(other, for: "edge") == nil)
            #expect(try state.contents(other, for: "other") == Array("two".utf8))
        }
    }
}

/// A directory for one test, removed afterwards.
func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
    let files = LocalFileSystem()
    let path = "/tmp/headgate-test-\(UInt64.random(in: .min ... .max))"
    try files.makeDirectories(path, mode: 0o700)
    defer { try? files.removeTree(path) }
    try body(path)
}
