package import Balancers
package import State

/// What a delivery would do for a target, and why.
package struct Plan: Hashable, Sendable {
    /// What is done with the plan.
    package enum Action: Hashable, Sendable {
        /// What was rendered is on disk and in force.
        case nothing
        /// What was rendered is on disk and nothing is known about it: it is taken to be in force.
        case adopt
        /// Contents are right; modes or owners are changed, which needs no reload.
        case attributes
        /// Files are written; there is nothing to reload, or they mean to the balancer what those before did.
        case write
        /// Files are written, and HAProxy is changed by commands.
        case live(LiveChange)
        /// Files are written and the balancer is reloaded.
        case reload
        /// The files are right, but nothing proves that the balancer runs them: it is reloaded.
        case reloadOwed(Debt)
        /// The balancer did not accept this revision; it is not tried again until the rendering changes or a retry
        /// is asked for. Where a reload on the previous files is owed still, that is done.
        case heldBack(FailedRevision, reloadOwed: Bool)
        /// Somebody else has changed files of the target, and is to have his way until it is released.
        case drifted
    }

    /// Why a reload is owed.
    package enum Debt: Hashable, Sendable {
        /// The last run ended between writing and reloading.
        case interrupted
        /// The reload of these files did not succeed.
        case failed
        /// They are not what was last in force, and headgate did not write them.
        case unproven
    }

    /// The target's name.
    package var target: String
    package var revision: Revision
    /// Every file of the target in the order of its settings, unchanged ones too.
    package var changes: [FileChange]
    /// Files that the target once wrote and no longer does; they are taken away.
    package var pruned: [PrunedFile]
    /// Files that the target once wrote, no longer does, and that hold now what headgate did not write: they stay.
    package var abandoned: [String] = []
    package var action: Action
    /// Whether contents must not be shown or kept.
    package var sensitive: Bool
    /// The time that the templates were told, if they asked for it.
    package var clock: ClockReading?
    /// Why there is something to deliver, for the history: which question's answer has changed, and how.
    package var reason = ""
    /// Why it is not made live, where the target has `live`.
    package var reloadReasons: [ReloadReason] = []
    /// What goes well live but should be known.
    package var cautions: [ReloadReason] = []
    /// Set if it is an old revision that is to stay in force until it is released.
    package var pin: Pin?

    package init(
        target: String,
        revision: Revision,
        changes: [FileChange],
        pruned: [PrunedFile] = [],
        action: Action,
        sensitive: Bool = false,
        clock: ClockReading? = nil,
    ) {
        self.target = target
        self.revision = revision
        self.changes = changes
        self.pruned = pruned
        self.action = action
        self.sensitive = sensitive
        self.clock = clock
    }

    /// Whether carrying it out would write, reload or change attributes.
    package var changesAnything: Bool {
        switch action {
        case .nothing: false
        case .heldBack(_, let reloadOwed): reloadOwed || changes.contains { $0.kind != .unchanged }
        case .adopt: changes.contains { $0.kind != .unchanged }
        case .attributes, .write, .live, .reload, .reloadOwed, .drifted: true
        }
    }

    /// The files that hold neither what is in force nor what a delivery was putting there.
    package var drifted: [FileChange] { changes.filter(\.changedBySomebodyElse) }

    /// The files whose contents are written.
    package var written: [FileChange] { changes.filter { $0.kind == .created || $0.kind == .changed } }

    /// The unified diffs of all files that change; of a sensitive target how many lines change.
    package func unifiedDiff() -> [UInt8] {
        var output: [UInt8] = []
        for change in written {
            if sensitive {
                output += Array("\(change.file.destination): \(change.summary), contents are sensitive\n".utf8)
            } else {
                let name = change.file.destination
                output += change.diff.unified(oldName: change.kind == .created ? "/dev/null" : name, newName: name)
            }
        }
        for file in pruned {
            output +=
                sensitive
                ? Array("\(file.destination): removed, contents are sensitive\n".utf8)
                : file.diff.unified(oldName: file.destination, newName: "/dev/null")
        }
        return output
    }
}

/// What happens to one file.
package struct FileChange: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable { case unchanged, created, changed, attributes }

    package var file: DesiredFile
    package var kind: Kind
    /// What lay at the destination when the plan was made; nil if nothing did.
    package var before: FileOnDisk?
    /// The hash of the desired bytes.
    package var contents: ContentHash
    /// The hash of what lay there; nil if nothing did, or nothing changes.
    package var contentsBefore: ContentHash?
    /// Mode and owner that the file shall have.
    package var attributes: FileAttributes
    /// Whether what lay there is not what headgate put there.
    package var changedBySomebodyElse: Bool
    package var diff: FileDiff

    /// The hash of what lay there; nil if nothing did.
    package var hashBefore: ContentHash? { before.map { _ in contentsBefore ?? contents } }

    package init(
        file: DesiredFile,
        kind: Kind,
        before: FileOnDisk?,
        contents: ContentHash,
        contentsBefore: ContentHash? = nil,
        attributes: FileAttributes,
        changedBySomebodyElse: Bool,
        diff: FileDiff,
    ) {
        self.file = file
        self.kind = kind
        self.before = before
        self.contents = contents
        self.contentsBefore = contentsBefore
        self.attributes = attributes
        self.changedBySomebodyElse = changedBySomebodyElse
        self.diff = diff
    }
}

/// A file that a target once wrote and no longer does.
package struct PrunedFile: Hashable, Sendable {
    package var destination: String
    /// What lies there: what headgate put there.
    package var before: FileOnDisk

    package init(destination: String, before: FileOnDisk) {
        self.destination = destination
        self.before = before
    }

    /// All of its lines go.
    package var diff: FileDiff { FileDiff(old: before.contents, new: []) }
}
