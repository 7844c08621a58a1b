import Planning
import State

extension Transaction {
    /// Puts all staged files in their places, or none.
    mutating func commit(_ staged: [StagedFile]) throws(DeliveryFault) {
        let files = tools.fileSystem
        let priorIntent = record.intent
        do throws(DeliveryFault) {
            try applyAttributes()
            begin(try intent(.committing, for: staged))
        } catch {
            tools.staging.discard(staged)
            throw error
        }
        do throws(FileFault) {
            for file in staged {
                tools.hook(.rename(file.path))
                try files.rename(file.staged, to: file.path)
            }
            tools.hook(.synchronize)
            for directory in Set(staged.map { directoryName(of: $0.path) }) {
                try files.synchronizeDirectory(directory)
            }
        } catch {
            tools.staging.discard(staged)
            throw .commit(error, unrestored: abandon(priorIntent))
        }
        record.intent?.stage = .written
        // Without a reload the next record is that it is in force.
        guard reload != nil else { return }
        tools.hook(.recordWritten)
        tools.ledger.save(record)
    }

    /// What is recorded before the first rename: what will lie where, and what lies there now.
    ///
    /// A delivery that follows an unsettled one goes back to what was there before that one, since what lies there now
    /// was never proven.
    func intent(_ stage: Intent.Stage, for staged: [StagedFile]) throws(DeliveryFault) -> Intent {
        var files: [IntendedFile] = []
        for change in plan.changes {
            let destination = change.file.destination
            let path =
                if let file = staged.first(where: { $0.change.file.destination == destination }) {
                    file.path
                } else {
                    try tools.staging.resolve(destination)
                }
            let unsettled = record.intent?.files.first { $0.destination == destination && $0.path == path }
            let before: IntendedFile.Before?
            do throws(FileFault) {
                before = if let unsettled { unsettled.before } else { try present(at: path) }
            } catch {
                throw .staging(error, destination: destination)
            }
            var file = IntendedFile(destination: destination, path: path, before: before, after: change.contents)
            if unsettled == nil, staged.contains(where: { $0.path == path }) { backUp(&file) }
            files.append(file)
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

    /// Records an intent before its first effect.
    mutating func begin(_ intent: Intent) {
        tools.hook(.recordIntent)
        record.intent = intent
        tools.ledger.save(record)
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
    private func present(at path: String) throws(FileFault) -> IntendedFile.Before? {
        guard let status = try tools.fileSystem.status(of: path, followingLinks: true),
            let contents = try tools.fileSystem.contents(of: path)
        else { return nil }
        tools.hook(.keepPrevious(path))
        return IntendedFile.Before(
            contents: tools.ledger.keep(contents, for: plan.target, sensitive: plan.sensitive),
            attributes: status.attributes
        )
    }

    /// Gives the file a second name, so that the way back needs no space. Where that is not allowed, the kept contents
    /// serve.
    private func backUp(_ file: inout IntendedFile) {
        guard file.before != nil else { return }
        let backup = StagedName(for: file.path).path
        do throws(FileFault) {
            try tools.fileSystem.link(file.path, to: backup)
            file.before?.backup = backup
        } catch {
            return
        }
    }
}
