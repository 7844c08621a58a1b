package import State

/// Decides what a delivery has to do. Pure: the same files and the same record give the same plan.
package struct Planner: Sendable {
    /// The target's name.
    package var target: String
    /// Whether contents must not be shown or kept.
    package var sensitive: Bool
    /// Whether the target has a reload command; without one, written is in force.
    package var reloads: Bool
    /// Whether files that somebody else has changed are left alone.
    package var holdsDrift: Bool

    package init(target: String, sensitive: Bool = false, reloads: Bool, holdsDrift: Bool = false) {
        self.target = target
        self.sensitive = sensitive
        self.reloads = reloads
        self.holdsDrift = holdsDrift
    }

    /// Compares what was rendered with what is on disk and with what is known to be in force.
    ///
    /// - Parameters:
    ///   - files: What was rendered, with what lies at its destinations.
    ///   - obsolete: What the target once wrote and no longer does (`TargetRecord.manifest`).
    ///   - record: What state says about the target.
    ///   - retryingFailed: Whether a revision that failed before is to be tried again.
    ///   - clock: The time that the templates were told, if they asked for it.
    package func plan(
        _ files: [ObservedFile],
        obsolete: [ObsoleteFile] = [],
        record: TargetRecord,
        retryingFailed: Bool = false,
        clock: ClockReading? = nil,
    ) -> Plan {
        let changes = files.map { change(of: $0, record: record) }
        let revision = Revision(of: changes.map { ($0.file.destination, $0.contents) })
        let own = obsolete.filter { $0.isOwn(record) }
        var plan = Plan(
            target: target,
            revision: revision,
            changes: changes,
            pruned: own.map { PrunedFile(destination: $0.destination, before: $0.onDisk) },
            action: action(changes, prunes: !own.isEmpty, revision, record, retryingFailed: retryingFailed),
            sensitive: sensitive,
            clock: clock
        )
        plan.abandoned = obsolete.filter { !$0.isOwn(record) }.map(\.destination)
        return plan
    }

    private func action(
        _ changes: [FileChange],
        prunes: Bool,
        _ revision: Revision,
        _ record: TargetRecord,
        retryingFailed: Bool,
    ) -> Plan.Action {
        if holdsDrift, changes.contains(where: \.changedBySomebodyElse) { return .drifted }
        let failedBefore = retryingFailed ? nil : record.failed.flatMap { $0.revision == revision ? $0 : nil }
        if prunes || changes.contains(where: { $0.kind == .created || $0.kind == .changed }) {
            if let failedBefore { return .heldBack(failedBefore, reloadOwed: reloads && record.intent != nil) }
            return reloads ? .reload : .write
        }
        let settled: Plan.Action = changes.contains { $0.kind == .attributes } ? .attributes : .nothing
        if let intent = record.intent {
            guard reloads else { return .adopt }
            switch intent.stage {
            case .live, .committing, .written: return .reloadOwed(.interrupted)
            case .undoing, .undone: return .reloadOwed(.failed)
            }
        }
        guard let inForce = record.inForce else { return record.isLost && reloads ? .reloadOwed(.unproven) : .adopt }
        if inForce.revision == revision { return settled }
        guard reloads else { return .adopt }
        if let failedBefore { return .heldBack(failedBefore, reloadOwed: false) }
        return .reloadOwed(.unproven)
    }

    private func change(of file: ObservedFile, record: TargetRecord) -> FileChange {
        let desired = file.desired
        let kind: FileChange.Kind =
            if let onDisk = file.onDisk {
                if onDisk.contents != desired.bytes {
                    .changed
                } else if onDisk.attributes != file.attributes {
                    .attributes
                } else {
                    .unchanged
                }
            } else {
                .created
            }
        let present = kind == .changed ? file.onDisk.map { ContentHash(of: $0.contents) } : nil
        return FileChange(
            file: desired,
            kind: kind,
            before: file.onDisk,
            contents: ContentHash(of: desired.bytes),
            contentsBefore: present,
            attributes: file.attributes,
            changedBySomebodyElse: isForeign(file, kind, present, record),
            diff: FileDiff(old: file.onDisk?.contents ?? [], new: desired.bytes)
        )
    }

    /// Whether what lies at the destination is neither what is in force nor what a delivery was putting there.
    private func isForeign(
        _ file: ObservedFile,
        _ kind: FileChange.Kind,
        _ present: ContentHash?,
        _ record: TargetRecord,
    ) -> Bool {
        guard kind == .created || kind == .changed else { return false }
        let destination = file.desired.destination
        if let intended = record.intent?.files.first(where: { $0.destination == destination }),
            present == intended.after || present == intended.before?.contents
        {
            return false
        }
        guard let known = record.inForce?.contents(at: destination) else { return false }
        return present != known
    }
}
