import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The state directory of one configuration, locked for this process.
///
///     STATE_DIR/                      0700
///       3b1f…/                        one for each configuration
///         lock                        flock'ed; holds the process id
///         targets/9c56…/journal       what is in force, owed, failed, and was before
///         targets/9c56…/stable-ids    the numbers that `stableId` gave
///         targets/9c56…/contents/…    files by their SHA-256, for the way back
///         work/                       shadow directories of checks; emptied at the start
package final class StateDirectory: StateStore {
    /// The configuration's own directory; the control socket lies here too.
    package let path: String
    /// For files that live no longer than a delivery.
    package var workPath: String { "\(path)/work" }

    private let fileSystem: any FileSystem
    private let lock: StateLock?
    /// The journals that this process has read or written whole, by target; they can be appended to.
    private let onDisk = Mutex<[String: JournalOnDisk]>([:])

    private init(path: String, fileSystem: any FileSystem, lock: StateLock?) {
        self.path = path
        self.fileSystem = fileSystem
        self.lock = lock
    }

    /// The state directory when none is configured: `/var/lib/headgate` for root, else `$XDG_STATE_HOME/headgate` or
    /// `~/.local/state/headgate`; nil for a user without a home.
    package static func defaultPath(userID: UInt32 = getuid(), environment: [String: String]) -> String? {
        if userID == 0 { return "/var/lib/headgate" }
        // The XDG base directory specification: a relative path is to be ignored.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return "\(state)/headgate" }
        if let home = environment["HOME"], home.hasPrefix("/") { return "\(home)/.local/state/headgate" }
        return nil
    }

    /// The directory of `configuration` below `path`.
    package static func path(of configuration: String, below path: String) -> String {
        "\(path)/\(ContentHash(of: Array(configuration.utf8)).hexadecimal.prefix(16))"
    }

    /// What is there, for looking at it: nothing is made or locked, and a headgate that works with it is not disturbed.
    package static func reading(
        path: String,
        configuration: String,
        fileSystem: any FileSystem = LocalFileSystem(),
    ) -> StateDirectory {
        StateDirectory(path: Self.path(of: configuration, below: path), fileSystem: fileSystem, lock: nil)
    }

    /// The same, where the configuration's own directory is known: the control socket lies in it.
    package static func reading(at path: String, fileSystem: any FileSystem = LocalFileSystem()) -> StateDirectory {
        StateDirectory(path: path, fileSystem: fileSystem, lock: nil)
    }

    /// The names of all targets that have a journal here, sorted.
    package func targets() throws(StateFault) -> [String] {
        var names: [String] = []
        do throws(FileFault) {
            guard try fileSystem.status(of: "\(path)/targets", followingLinks: true) != nil else { return [] }
            for entry in try fileSystem.entries(of: "\(path)/targets") {
                guard let bytes = try fileSystem.contents(of: "\(path)/targets/\(entry)/journal") else { continue }
                if let name = JournalCodec.target(of: bytes) { names.append(name) }
            }
        } catch {
            throw .file(error)
        }
        return names.sorted()
    }

    /// Makes the directory where needed, locks it, and removes what a killed run left there.
    ///
    /// - Parameters:
    ///   - path: The state directory as configured, shared by all configurations.
    ///   - configuration: What tells this configuration from others, such as its file's absolute path.
    /// - Throws: `locked` if another process has it; `notWritable` if it cannot be used at all.
    package static func open(
        path: String,
        configuration: String,
        fileSystem: any FileSystem = LocalFileSystem(),
    ) throws(StateFault) -> StateDirectory {
        let own = Self.path(of: configuration, below: path)
        do throws(FileFault) {
            for directory in [path, own, "\(own)/targets", "\(own)/work"] {
                try fileSystem.makeDirectories(directory, mode: 0o700)
            }
            for directory in [path, own] { try fileSystem.apply(FileAttributes(mode: 0o700), to: directory) }
        } catch {
            throw .notWritable(path: path, error)
        }
        let lock = try StateLock(path: "\(own)/lock", directory: path)
        let state = StateDirectory(path: own, fileSystem: fileSystem, lock: lock)
        state.removeLeftovers()
        return state
    }

    package func journal(of target: String) throws(StateFault) -> Journal? {
        let file = "\(directory(of: target))/journal"
        guard let bytes = try bytes(of: file) else { return nil }
        do throws(JournalCodec.DecodingFault) {
            guard let (journal, damagedLines) = try JournalCodec.decode(bytes, of: target) else { return nil }
            // One that ends in the middle of a line is written anew: the next line would be lost with it.
            if damagedLines == 0, bytes.last == UInt8(ascii: "\n") {
                let whole = JournalCodec.encode(journal).count
                onDisk.withLock { $0[target] = JournalOnDisk(journal, length: bytes.count, whole: whole) }
            }
            return journal
        } catch {
            throw setAside(file, why: error.why)
        }
    }

    package func save(_ journal: Journal, adding entry: HistoryEntry?) throws(StateFault) {
        let target = journal.record.target
        // Until it is known to be well, the next one writes it whole.
        if let known = onDisk.withLock({ $0.removeValue(forKey: target) }), known.length < known.limit {
            let numbers = Set(journal.history.map(\.number))
            let lines =
                (entry.map(JournalCodec.line) ?? [])
                + known.numbers.subtracting(numbers).sorted().flatMap(JournalCodec.line(forgetting:))
                + JournalCodec.line(of: journal.record)
            do throws(FileFault) {
                let new = try fileSystem.append(lines, to: "\(directory(of: target))/journal")
                if new == known.length + lines.count {
                    onDisk.withLock {
                        $0[target] = JournalOnDisk(length: new, limit: known.limit, numbers: numbers)
                    }
                    return
                }
            } catch {
                // Somebody has taken the directory away: it is made again.
                guard error.errno == .noSuchFileOrDirectory else { throw .file(error) }
            }
        }
        let whole = JournalCodec.encode(journal)
        try replace("journal", contents: whole, of: target)
        onDisk.withLock { $0[target] = JournalOnDisk(journal, length: whole.count, whole: whole.count) }
    }

    package func stableIDs(of target: String) throws(StateFault) -> String? {
        let file = "\(directory(of: target))/stable-ids"
        guard let bytes = try bytes(of: file) else { return nil }
        do throws(StateText.DecodingFault) {
            return try StableIDFile.decode(bytes, of: target)
        } catch {
            throw setAside(file, why: error.why)
        }
    }

    package func save(stableIDs text: String, of target: String) throws(StateFault) {
        try replace("stable-ids", contents: StableIDFile.encode(text, of: target), of: target)
    }

    package func keep(
        _ contents: [UInt8],
        hash: ContentHash,
        for target: String,
        durably: Bool,
    ) throws(StateFault) {
        // What is there already may be in the page cache alone.
        if !durably, try self.contents(hash, for: target) != nil { return }
        let directory = "\(directory(of: target))/contents"
        let path = "\(directory)/\(hash.hexadecimal)"
        do throws(FileFault) {
            try fileSystem.makeDirectories(directory, mode: 0o700)
            if durably {
                try fileSystem.replace(path, contents: contents, mode: 0o600)
            } else {
                try fileSystem.write(path, contents: contents)
            }
        } catch {
            throw .file(error)
        }
    }

    package func contents(_ hash: ContentHash, for target: String) throws(StateFault) -> [UInt8]? {
        guard let bytes = try bytes(of: "\(directory(of: target))/contents/\(hash.hexadecimal)"),
            ContentHash(of: bytes) == hash
        else { return nil }
        return bytes
    }

    package func discardContents(of target: String, except needed: Set<ContentHash>) throws(StateFault) {
        let directory = "\(directory(of: target))/contents"
        do throws(FileFault) {
            guard try fileSystem.status(of: directory, followingLinks: false) != nil else { return }
            let names = Set(needed.map(\.hexadecimal))
            for entry in try fileSystem.entries(of: directory) where !names.contains(entry) {
                try fileSystem.remove("\(directory)/\(entry)")
            }
        } catch {
            throw .file(error)
        }
    }

    package func catalog(of target: String) throws(StateFault) -> CatalogArchive? {
        let file = "\(directory(of: target))/catalog"
        guard let bytes = try bytes(of: file) else { return nil }
        do throws(CatalogCodec.DecodingFault) {
            return try CatalogCodec.decode(bytes, of: target)
        } catch {
            throw setAside(file, why: error.words)
        }
    }

    package func save(_ archive: CatalogArchive, for target: String) throws(StateFault) {
        try replace("catalog", contents: CatalogCodec.encode(archive, for: target), of: target)
    }

    /// Puts a damaged file out of the way, so that it is reported once, and keeps it, so that it can be looked at.
    private func setAside(_ file: String, why: String) -> StateFault {
        if lock != nil { try? fileSystem.rename(file, to: "\(file).damaged") }
        return .damaged(path: file, why: why)
    }

    /// Half-written files and check directories of a run that was killed. What cannot be removed does no harm.
    private func removeLeftovers() {
        for entry in (try? fileSystem.entries(of: workPath)) ?? [] {
            try? fileSystem.removeTree("\(workPath)/\(entry)")
        }
        for target in (try? fileSystem.entries(of: "\(path)/targets")) ?? [] {
            for directory in ["\(path)/targets/\(target)", "\(path)/targets/\(target)/contents"] {
                for entry in (try? fileSystem.entries(of: directory)) ?? [] where StagedName.isStaged(entry) {
                    try? fileSystem.remove("\(directory)/\(entry)")
                }
            }
        }
    }

    private func bytes(of file: String) throws(StateFault) -> [UInt8]? {
        do throws(FileFault) {
            return try fileSystem.contents(of: file)
        } catch {
            throw .file(error)
        }
    }

    private func replace(_ name: String, contents: [UInt8], of target: String) throws(StateFault) {
        let directory = directory(of: target)
        do throws(FileFault) {
            try fileSystem.makeDirectories(directory, mode: 0o700)
            try fileSystem.replace("\(directory)/\(name)", contents: contents, mode: 0o600)
        } catch {
            throw .file(error)
        }
    }

    private func directory(of target: String) -> String {
        "\(path)/targets/\(ContentHash(of: Array(target.utf8)).hexadecimal.prefix(16))"
    }
}

/// How a journal lies on disk.
private struct JournalOnDisk {
    var length: Int
    /// A journal longer than this is written anew.
    var limit: Int
    /// Of the entries in it.
    var numbers: Set<Int>

    init(length: Int, limit: Int, numbers: Set<Int>) {
        self.length = length
        self.limit = limit
        self.numbers = numbers
    }

    /// - Parameter whole: How long it would be, written anew.
    init(_ journal: Journal, length: Int, whole: Int) {
        // The journal of a target with many files is long by nature.
        self.init(length: length, limit: max(64 * 1024, 2 * whole), numbers: Set(journal.history.map(\.number)))
    }
}
