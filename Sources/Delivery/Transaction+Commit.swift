import Planning
import State

extension Transaction {
    /// Puts all staged files in their places, or none.
    mutating func commit(_ staged: [StagedFile]) throws(DeliveryFault) {
        let files = tools.fileSystem
        let priorIntent = record.intent
        let pruned: [String]
        do throws(DeliveryFault) {
            try applyAttributes()
            let intent = try intent(.committing, for: staged)
            pruned = intent.files.filter { file in plan.pruned.contains { $0.destination == file.destination } }.map(
                \.path
            )
            // One rename, and nothing to follow: it has happened or it has not.
            let isAtomic = reload == nil && priorIntent == nil && staged.count + pruned.count == 1
            begin(intent, durably: !isAtomic)
        } catch {
            tools.staging.discard(staged)
            throw error
        }
        do throws(FileFault) {
            for file in staged {
                tools.hook(.rename(file.path))
                try files.rename(file.staged, to: file.path)
            }
            for path in pruned {
                tools.hook(.prune(path))
                try files.remove(path)
            }
            tools.hook(.synchronize)
            for directory in Set((staged.map(\.path) + pruned).map { directoryName(of: $0) }) {
                try files.synchronizeDirectory(directory)
            }
        } catch {
            tools.staging.discard(staged)
            throw .commit(error, unrestored: abandon(priorIntent))
        }
        // What is on disk says so too: it is not recorded before the next thing is.
        record.intent?.stage = .written
    }

    /// What is recorded before the first rename: what will lie where, and what lies there now.
    ///
    /// A delivery that follows an unsettled one goes back to what was there before that one, since what lies there now
    /// was never proven.
    func intent(_ stage: Intent.Stage, for staged: [StagedFile]) throws(DeliveryFault) -> Intent {
        let stagedPaths = Dictionary(staged.map { ($0.change.file.destination, $0.path) }) { first, _ in first }
        var files: [IntendedFile] = []
        for change in plan.changes {
            let path = stagedPaths[change.file.destination]
            files.append(
                try intended(
                    change.file.destination,
                    at: path,
                    after: change.contents,
                    seen: change.before.flatMap { before in change.hashBefore.map { (before.contents, $0) } },
                    isReplaced: path != nil
                )
            )
        }
        for file in plan.pruned {
            files.append(try intended(file.destination, at: nil, after: nil, seen: nil, isReplaced: true))
        }
        // What an unsettled delivery has taken away already still has a way back.
        let known = Set(files.map(\.destination))
        files += (record.intent?.files ?? []).filter { !known.contains($0.destination) }.map { file in
            var file = file
            file.after = nil
            return file
        }
        return Intent(
            revision: plan.revision,
            stage: stage,
            files: files,
            reloadWasOwed: record.intent != nil,
            started: tools.now(),
            reason: "\(plan)"
        )
    }

    /// What happens to one file, with what lies there now kept for the way back. `seen` is what lay there when it was
    /// planned.
    private func intended(
        _ destination: String,
        at known: String?,
        after: ContentHash?,
        seen: (contents: [UInt8], hash: ContentHash)?,
        isReplaced: Bool,
    ) throws(DeliveryFault) -> IntendedFile {
        let path: String = if let known { known } else { try tools.staging.resolve(destination) }
        if let unsettled = record.intent?.files.first(where: { $0.destination == destination && $0.path == path }) {
            return IntendedFile(destination: destination, path: path, before: unsettled.before, after: after)
        }
        do throws(FileFault) {
            return IntendedFile(
                destination: destination,
                path: path,
                before: try present(at: path, seen: seen, isReplaced: isReplaced),
                after: after
            )
        } catch {
            throw .staging(error, destination: destination)
        }
    }

    /// Records an intent before its first effect.
    mutating func begin(_ intent: Intent, durably: Bool = true) {
        tools.hook(.recordIntent)
        record.intent = intent
        if durably { tools.ledger.save(record) }
    }

    /// Goes back to where the commit began; the destinations of files that stayed new.
    private mutating func abandon(_ priorIntent: Intent?) -> [String] {
        guard let intent = record.intent else { return [] }
        let backups = record.backups
        let unrestored = WayBack(record: record, tools: tools, preferInForce: false).putBack()
        if !unrestored.isEmpty {
            // What lies there is a mixture: the next delivery writes it anew.
            record.intent?.stage = .undoing
            tools.ledger.save(record)
        } else if intent.reloadWasOwed || priorIntent != nil {
            record.intent?.stage = .undone
            tools.ledger.save(record)
        } else {
            record.intent = nil
            tools.ledger.save(record)
            cleanUp(backups)
        }
        return unrestored
    }

    /// What lies at `path` now, kept for the way back; nil if nothing does.
    private func present(
        at path: String,
        seen: (contents: [UInt8], hash: ContentHash)?,
        isReplaced: Bool,
    ) throws(FileFault) -> IntendedFile.Before? {
        guard let status = try tools.fileSystem.status(of: path, followingLinks: true),
            let contents = try tools.fileSystem.contents(of: path)
        else { return nil }
        tools.hook(.keepPrevious(path))
        let backup = isReplaced ? secondName(for: path) : nil
        // To compare is much cheaper than to hash.
        let hash = seen.flatMap { $0.contents == contents ? $0.hash : nil } ?? ContentHash(of: contents)
        return IntendedFile.Before(
            contents: tools.ledger.keep(
                contents,
                hash,
                for: plan.target,
                sensitive: plan.sensitive,
                durably: isReplaced && backup == nil
            ),
            attributes: status.attributes,
            backup: backup
        )
    }

    /// Gives the file a second name, so that the way back needs no space. Nil where that is not allowed: the kept contents
    /// serve then.
    private func secondName(for path: String) -> String? {
        let backup = StagedName(for: path).path
        do throws(FileFault) {
            try tools.fileSystem.link(path, to: backup)
            return backup
        } catch {
            return nil
        }
    }
}
