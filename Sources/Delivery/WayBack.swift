import State

/// Puts the files of an unsettled delivery back to what they held before.
///
/// Can be repeated: a file that is back already is left alone.
struct WayBack {
    let record: TargetRecord
    let tools: Tools
    /// After a failed reload the way leads to the revision in force, even if somebody had changed the file since;
    /// after a failed commit to what lay there.
    let preferInForce: Bool

    /// What `file` shall hold again; nil if it shall not be there.
    func goal(of file: IntendedFile) -> ContentHash? {
        preferInForce ? record.inForce?.contents(at: file.destination) ?? file.before?.contents : file.before?.contents
    }

    /// Whether there is something before that can be in force again; that may be a revision without files.
    var leadsSomewhere: Bool {
        record.inForce?.files.isEmpty == true || (record.intent?.files ?? []).contains { goal(of: $0) != nil }
    }

    /// The files that do not hold what they held before.
    var displaced: [IntendedFile] { (record.intent?.files ?? []).filter { tools.present(at: $0.path) != goal(of: $0) } }

    /// Puts the files back, the last one first; the destinations of those where that failed.
    func putBack() -> [String] {
        var unrestored: [String] = []
        let displaced = displaced
        for file in displaced.reversed() {
            tools.hook(.putBack(file.path))
            do throws(FileFault) {
                if try !putBack(file) { unrestored.append(file.destination) }
            } catch {
                unrestored.append(file.destination)
            }
        }
        // The renames are done; a directory that cannot be synced is no reason to stay on the new files.
        for directory in Set(displaced.map { directoryName(of: $0.path) }) {
            try? tools.fileSystem.synchronizeDirectory(directory)
        }
        return unrestored
    }

    /// False if the contents are not to be had any more.
    private func putBack(_ file: IntendedFile) throws(FileFault) -> Bool {
        guard let goal = goal(of: file) else {
            try tools.fileSystem.remove(file.path)
            return true
        }
        if try restoreBackup(of: file, goal) { return true }
        if let contents = tools.ledger.contents(goal, for: record.target) {
            let present = try tools.fileSystem.status(of: file.path, followingLinks: true)?.attributes
            let staged = StagedName(for: file.path).path
            try tools.fileSystem.create(
                staged,
                contents: contents,
                attributes: file.before?.attributes ?? present ?? FileAttributes(mode: 0o644)
            )
            do throws(FileFault) {
                try tools.fileSystem.rename(staged, to: file.path)
            } catch {
                try? tools.fileSystem.remove(staged)
                throw error
            }
            return true
        }
        // Better what lay there before than what the balancer refused.
        guard let before = file.before?.contents, before != goal else { return false }
        return try restoreBackup(of: file, before)
    }

    private func restoreBackup(of file: IntendedFile, _ goal: ContentHash) throws(FileFault) -> Bool {
        guard let backup = file.before?.backup, tools.present(at: backup) == goal else { return false }
        try tools.fileSystem.rename(backup, to: file.path)
        return true
    }
}
