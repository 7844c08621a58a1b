import State
import SystemPackage
import Testing

@Suite("A record")
struct RecordTests {
    private let hash = ContentHash(of: Array("one".utf8))
    private let other = ContentHash(of: Array("two".utf8))

    private var full: TargetRecord {
        var record = TargetRecord(
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
            failed: FailedRevision(
                revision: Revision(other),
                reason: "exit status 1: \u{1B}[31mno",
                at: 9,
                attempts: 3
            ),
            pin: Pin(number: 7, revision: Revision(hash), since: 12)
        )
        record.traces = ["/etc/a b.cfg", "/etc/c"]
        return record
    }

    private func entry(_ revision: Int, _ outcome: String = "reloaded", at time: Int64 = 1_795_000_000) -> HistoryEntry
    {
        let hash = ContentHash(of: Array("\(revision)".utf8))
        return HistoryEntry(
            at: time,
            milliseconds: 140,
            revision: Revision(hash),
            outcome: outcome,
            isInForce: outcome == "reloaded",
            reason: "service web: + web-3",
            plan: "reload: edge.cfg changed (+3 -1)",
            detail: outcome == "reloaded" ? "" : "exit status 1: line\nfeed",
            files: [FileRecord(destination: "/etc/a b.cfg", contents: hash)]
        )
    }

    @Test("is read as it was written, whatever its words hold")
    func roundTrip() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            try state.save(Journal(record: full), adding: nil)
            #expect(try state.journal(of: full.target)?.record == full)
            let bare = TargetRecord(target: "bare")
            try state.save(Journal(record: bare), adding: nil)
            #expect(try state.journal(of: "bare")?.record == bare)
            #expect(try state.journal(of: "unknown") == nil)
            #expect(try state.targets() == ["bare", full.target])
        }
    }

    @Test("keeps its history over appends, a compaction and another process; the last entries only")
    func history() throws {
        try withTemporaryDirectory { directory in
            var expected: [Int] = []
            for round in 0..<4 {
                let state = try StateDirectory.open(path: directory, configuration: "c")
                let ledger = Ledger(state, depth: 5)
                #expect(ledger.history(of: "edge").map(\.number) == expected)
                // Enough for the file to be written anew at least once.
                for revision in 0..<100 {
                    ledger.save(
                        TargetRecord(target: "edge", pin: Pin(number: revision, revision: Revision(hash), since: 9)),
                        noting: entry(round * 100 + revision)
                    )
                }
                expected = Array((round * 100 + 96)...(round * 100 + 100))
                #expect(ledger.history(of: "edge").map(\.number) == expected)
                let size = try LocalFileSystem().contents(of: "\(state.path)/targets/\(name(of: "edge"))/journal")?
                    .count
                #expect(try #require(size) < 70_000)
            }
            let ledger = Ledger(try StateDirectory.open(path: directory, configuration: "c"))
            #expect(ledger.record(of: "edge").pin?.number == 99)
            var last = entry(399)
            last.number = 400
            #expect(ledger.history(of: "edge").last == last)
        }
    }

    @Test("counts the same failure once more instead of pushing out what went well")
    func attempts() throws {
        try withTemporaryDirectory { directory in
            do {
                let ledger = Ledger(try StateDirectory.open(path: directory, configuration: "c"), depth: 3)
                ledger.save(full, noting: entry(1))
                for attempt in 0..<50 { ledger.save(full, noting: entry(2, "check failed", at: Int64(attempt))) }
                ledger.save(full, noting: entry(3))
                ledger.save(full, noting: entry(3))
            }
            let history = Ledger(try StateDirectory.open(path: directory, configuration: "c"), depth: 3).history(
                of: full.target
            )
            #expect(history.map(\.number) == [2, 3, 4])
            #expect(history.map(\.attempts) == [50, 1, 1])
            #expect(history[0].at == 49)
        }
    }

    @Test("outlives an append that was cut off at any byte, and the next one is not lost with it")
    func tornTail() throws {
        try withTemporaryDirectory { directory in
            let files = LocalFileSystem()
            let first = TargetRecord(target: "edge", failed: full.failed)
            let second = TargetRecord(target: "edge", inForce: full.inForce)
            let third = TargetRecord(target: "edge", intent: full.intent)
            let file: String
            let (start, whole): ([UInt8], [UInt8])
            do {
                let state = try StateDirectory.open(path: directory, configuration: "c")
                file = "\(state.path)/targets/\(name(of: "edge"))/journal"
                try state.save(Journal(record: first), adding: nil)
                start = try #require(try files.contents(of: file))
                try state.save(Journal(record: second), adding: nil)
                whole = try #require(try files.contents(of: file))
            }
            for length in start.count..<(whole.count - 1) {
                try files.replace(file, contents: Array(whole.prefix(length)), mode: 0o600)
                do {
                    let ledger = Ledger(try StateDirectory.open(path: directory, configuration: "c"))
                    #expect(ledger.record(of: "edge") == first, "cut at \(length)")
                    ledger.save(third)
                }
                let ledger = Ledger(try StateDirectory.open(path: directory, configuration: "c"))
                #expect(ledger.record(of: "edge") == third, "cut at \(length)")
            }
            // A machine that lost power may leave zeros.
            try files.replace(file, contents: start + [UInt8](repeating: 0, count: 4096), mode: 0o600)
            let state = try StateDirectory.open(path: directory, configuration: "c")
            #expect(try state.journal(of: "edge")?.record == first)
        }
    }

    @Test("that is damaged all over is reported once and then absent; a damaged line alone costs that line")
    func damaged() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            let files = LocalFileSystem()
            try state.save(Journal(record: full), adding: nil)
            let file = "\(state.path)/targets/\(name(of: full.target))/journal"
            let good = try #require(try files.contents(of: file))
            let header = (good.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1
            for (index, byte) in good.enumerated() where index % 5 == 0 && index >= header {
                var flipped = good
                flipped[index] = byte ^ 1
                try files.replace(file, contents: flipped, mode: 0o600)
                if index == good.count - 1 {
                    // No line end: as if the append had been cut off before anything was done.
                    #expect(try state.journal(of: full.target) == nil)
                } else {
                    #expect(throws: StateFault.self, "byte \(index)") { try state.journal(of: full.target) }
                }
            }
            var garbage = good
            for index in garbage.indices { garbage[index] ^= 0x55 }
            try files.replace(file, contents: garbage, mode: 0o600)
            #expect(throws: StateFault.self) { try state.journal(of: full.target) }
            #expect(try state.journal(of: full.target) == nil)
            #expect(try files.contents(of: "\(file).damaged") == garbage)
            try files.replace(file, contents: good, mode: 0o600)
            #expect(try state.journal(of: full.target)?.record == full)
        }
    }

    @Test("is written anew when somebody has taken it away or changed it meanwhile")
    func takenAway() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            let file = "\(state.path)/targets/\(name(of: "edge"))/journal"
            let ledger = Ledger(state)
            let files = LocalFileSystem()
            ledger.save(TargetRecord(target: "edge", inForce: full.inForce), noting: entry(1))
            for step in 0..<3 {
                switch step {
                case 0: try files.remove(file)
                case 1: try files.removeTree("\(state.path)/targets")
                default: _ = try files.append(Array("half a li".utf8), to: file)
                }
                ledger.save(TargetRecord(target: "edge", failed: full.failed), noting: entry(2 + step))
                let journal = try StateDirectory.reading(at: state.path).journal(of: "edge")
                #expect(journal?.record.failed == full.failed, "step \(step)")
                #expect(journal?.history.count == 2 + step, "step \(step)")
            }
        }
    }

    private func name(of target: String) -> String {
        String(ContentHash(of: Array(target.utf8)).hexadecimal.prefix(16))
    }

    @Test("keeps contents by their hash and drops those that are not needed")
    func contents() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            try state.keep(Array("one".utf8), hash: hash, for: "edge", durably: true)
            try state.keep(Array("two".utf8), hash: other, for: "edge", durably: false)
            try state.keep(Array("two".utf8), hash: other, for: "other", durably: false)
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
