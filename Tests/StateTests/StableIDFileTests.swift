import State
import Testing

@Suite("The numbers of instances")
struct StableIDFileTests {
    private let text = "5 0 n1%00web%00a\n9 3 n1%00web%00b\n"

    @Test("are read as they were saved, each target's own", arguments: ["edge", "edge of the world\n100 %"])
    func roundTrip(target: String) throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            #expect(try state.stableIDs(of: target) == nil)
            try state.save(stableIDs: text, of: target)
            #expect(try state.stableIDs(of: target) == text)
            try state.save(stableIDs: "", of: "other")
            #expect(try state.stableIDs(of: "other") == "")
            #expect(try state.stableIDs(of: target) == text)
            #expect(try state.journal(of: target) == nil)
        }
    }

    @Test("that lost or changed any byte are reported once and then absent")
    func damaged() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            let files = LocalFileSystem()
            try state.save(stableIDs: text, of: "edge")
            let target = try #require(try files.entries(of: "\(state.path)/targets").first)
            let file = "\(state.path)/targets/\(target)/stable-ids"
            let whole = try #require(try files.contents(of: file))
            var cases = whole.indices.map { index in
                var bytes = whole
                bytes[index] ^= 1
                return bytes
            }
            cases += [[], Array(whole.dropLast()), Array(whole.dropFirst()), whole + [10]]
            for bytes in cases {
                try files.replace(file, contents: bytes, mode: 0o600)
                let fault = #expect(throws: StateFault.self) { try state.stableIDs(of: "edge") }
                #expect(fault?.label == "state_damaged")
                #expect(try state.stableIDs(of: "edge") == nil)
            }
        }
    }

    @Test("of another target are not taken for one's own")
    func foreign() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            let files = LocalFileSystem()
            try state.save(stableIDs: text, of: "edge")
            let edge = try #require(try files.entries(of: "\(state.path)/targets").first)
            try state.save(stableIDs: text, of: "other")
            let other = try #require(try files.entries(of: "\(state.path)/targets").first { $0 != edge })
            let bytes = try #require(try files.contents(of: "\(state.path)/targets/\(edge)/stable-ids"))
            try files.replace("\(state.path)/targets/\(other)/stable-ids", contents: bytes, mode: 0o600)
            let fault = #expect(throws: StateFault.self) { try state.stableIDs(of: "other") }
            #expect(fault?.description.contains("another target") == true)
        }
    }

    @Test("are known to the ledger also when the store fails, which is reported")
    func ledger() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            let faults = FaultLog()
            let ledger = Ledger(state) { faults.add($0) }
            ledger.save(stableIDs: text, of: "edge")
            #expect(Ledger(state).stableIDs(of: "edge") == text)
            try LocalFileSystem().removeTree(directory)
            try LocalFileSystem().create(directory, contents: [], attributes: FileAttributes(mode: 0o600))
            ledger.save(stableIDs: "1 0 a\n", of: "edge")
            #expect(ledger.stableIDs(of: "edge") == "1 0 a\n")
            #expect(ledger.stableIDs(of: "unknown") == "")
            #expect(!faults.all.isEmpty)
        }
    }
}
