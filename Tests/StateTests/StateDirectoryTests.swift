import State
import SystemPackage
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("The state directory")
struct StateDirectoryTests {
    private let files = LocalFileSystem()

    @Test("is private: directories 0700, files 0600")
    func modes() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/deep/state"
            let state = try StateDirectory.open(path: path, configuration: "c")
            try state.save(Journal(record: TargetRecord(target: "edge")), adding: nil)
            try state.keep([1], hash: ContentHash(of: [1]), for: "edge", durably: true)
            var seen = 0
            func look(_ path: String) throws {
                let status = try #require(try files.status(of: path, followingLinks: false))
                #expect(status.attributes.mode == (status.kind == .directory ? 0o700 : 0o600), "\(path)")
                seen += 1
                guard status.kind == .directory else { return }
                for entry in try files.entries(of: path) { try look("\(path)/\(entry)") }
            }
            try look(path)
            #expect(seen >= 8)
        }
    }

    @Test("that others could read is closed to them")
    func closes() throws {
        try withTemporaryDirectory { directory in
            try files.makeDirectories("\(directory)/state", mode: 0o755)
            try files.apply(FileAttributes(mode: 0o755), to: "\(directory)/state")
            _ = try StateDirectory.open(path: "\(directory)/state", configuration: "c")
            #expect(try files.status(of: "\(directory)/state", followingLinks: false)?.attributes.mode == 0o700)
        }
    }

    @Test("keeps a second headgate out and names the first")
    func lock() throws {
        try withTemporaryDirectory { directory in
            let first = try StateDirectory.open(path: directory, configuration: "c")
            let fault = #expect(throws: StateFault.self) {
                try StateDirectory.open(path: directory, configuration: "c")
            }
            #expect(fault == .locked(path: directory, holder: getpid()))
            #expect(fault?.description.contains("process \(getpid())") == true)
            _ = try StateDirectory.open(path: directory, configuration: "another")
            withExtendedLifetime(first) {}
        }
    }

    @Test("is free again when its owner is gone")
    func unlock() throws {
        try withTemporaryDirectory { directory in
            do { _ = try StateDirectory.open(path: directory, configuration: "c") }
            _ = try StateDirectory.open(path: directory, configuration: "c")
        }
    }

    @Test("that cannot be used says which promises are lost")
    func notWritable() throws {
        try withTemporaryDirectory { directory in
            try files.create("\(directory)/file", contents: [], attributes: FileAttributes(mode: 0o600))
            let fault = #expect(throws: StateFault.self) {
                try StateDirectory.open(path: "\(directory)/file/state", configuration: "c")
            }
            #expect(fault?.label == "state_not_writable")
            #expect(fault?.description.contains("a reload that failed is forgotten") == true)
        }
    }

    @Test("removes what a killed run left half-written")
    func leftovers() throws {
        try withTemporaryDirectory { directory in
            let path: String
            do {
                let state = try StateDirectory.open(path: directory, configuration: "c")
                try state.save(Journal(record: TargetRecord(target: "edge")), adding: nil)
                path = state.path
            }
            let target = try #require(try files.entries(of: "\(path)/targets").first)
            let half = StagedName(for: "\(path)/targets/\(target)/journal").path
            try files.create(half, contents: [], attributes: FileAttributes(mode: 0o600))
            try files.makeDirectories("\(path)/work/check-1/staged", mode: 0o700)
            _ = try StateDirectory.open(path: directory, configuration: "c")
            #expect(try files.entries(of: "\(path)/targets/\(target)") == ["journal"])
            #expect(try files.entries(of: "\(path)/work").isEmpty)
        }
    }

    @Test(
        "has the usual place",
        arguments: [
            (UInt32(0), ["XDG_STATE_HOME": "/x"], "/var/lib/headgate"),
            (1000, ["XDG_STATE_HOME": "/x", "HOME": "/home/u"], "/x/headgate"),
            (1000, ["XDG_STATE_HOME": "relative", "HOME": "/home/u"], "/home/u/.local/state/headgate"),
            (1000, ["HOME": "/home/u"], "/home/u/.local/state/headgate"),
            (1000, [:], nil),
        ] as [(UInt32, [String: String], String?)]
    )
    func defaultPath(user: UInt32, environment: [String: String], expected: String?) {
        #expect(StateDirectory.defaultPath(userID: user, environment: environment) == expected)
    }
}

@Suite("The ledger")
struct LedgerTests {
    @Test("goes on from memory when the store fails, and reports it")
    func failingStore() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            // As if the disk had gone: nothing below can be written any more.
            try LocalFileSystem().removeTree(directory)
            try LocalFileSystem().create(directory, contents: [], attributes: FileAttributes(mode: 0o600))
            let faults = FaultLog()
            let ledger = Ledger(state) { faults.add($0) }
            let hash = ledger.keep([1, 2], for: "edge", sensitive: false)
            let failed = FailedRevision(revision: Revision(hash), reason: "", at: 0, attempts: 1)
            ledger.save(TargetRecord(target: "edge", failed: failed))
            #expect(ledger.record(of: "edge").failed == failed)
            #expect(ledger.contents(hash, for: "edge") == [1, 2])
            #expect(!faults.all.isEmpty)
        }
    }

    @Test("lets no sensitive contents reach the store")
    func sensitive() {
        let store = VolatileState()
        let ledger = Ledger(store)
        let hash = ledger.keep([1, 2], for: "edge", sensitive: true)
        #expect(store.contents(hash, for: "edge") == nil)
        #expect(ledger.contents(hash, for: "edge") == [1, 2])
        ledger.discardContents(of: "edge")
        #expect(ledger.contents(hash, for: "edge") == nil)
    }
}

@Suite("A staged name")
struct StagedNameTests {
    @Test("is hidden, beside its destination, and known again")
    func names() {
        let staged = StagedName(for: "/etc/haproxy/haproxy.cfg").path
        #expect(staged.hasPrefix("/etc/haproxy/.haproxy.cfg.headgate-"))
        let name = baseName(of: staged)
        #expect(!name.hasSuffix(".cfg"))
        #expect(StagedName.isStaged(name, for: "haproxy.cfg"))
        #expect(StagedName.isStaged(name))
        #expect(!StagedName.isStaged(name, for: "other.cfg"))
        #expect(!StagedName.isStaged(name, for: "haproxy"))
    }

    @Test("fits a directory entry however long the destination's name is")
    func long() {
        let long = String(repeating: "ä", count: 127)
        let name = baseName(of: StagedName(for: "/etc/\(long)").path)
        #expect(name.utf8.count <= 255)
        #expect(StagedName.isStaged(name, for: long))
    }

    @Test(
        "is not what others call their files",
        arguments: [
            ".haproxy.cfg.swp", ".haproxy.cfg.headgate-xyz", "haproxy.cfg.headgate-0123456789abcdef",
            ".haproxy.cfg.headgate-0123456789ABCDEF", ".haproxy.cfg.headgate-0123456789abcdef0",
        ]
    )
    func foreign(name: String) { #expect(!StagedName.isStaged(name, for: "haproxy.cfg")) }
}
