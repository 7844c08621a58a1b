import Diagnostics
package import State

/// What became of a plan.
package struct DeliveryOutcome: Sendable {
    package enum Result: Hashable, Sendable {
        /// There was nothing to do.
        case unchanged
        /// What was on disk is now known to be in force; nothing was written.
        case adopted
        /// Only modes and owners were changed.
        case attributesChanged
        /// The files are written and in force, as there is nothing to reload, or as the balancer will read them when it
        /// starts.
        case written
        /// The reload succeeded: the revision is in force. What proved it is in the report of the reload.
        case reloaded
        /// HAProxy was changed by commands, in these words, and the files are written: the revision is in force.
        case appliedLive(String)
        /// The check said that all is well, and nothing else was asked for.
        case checkPassed
        /// Too many old processes of the balancer live, and the change can wait: nothing was written.
        case postponed(reason: String)
        /// The revision failed before and was not tried again.
        case heldBack(FailedRevision)
        /// Somebody else has changed the files, and they stay so until it is released.
        case drifted
        /// The check refused the staged files; nothing was written.
        case checkFailed(reason: String)
        /// The delivery did not come about.
        case failed(DeliveryFault)
        /// The reload failed; the previous files are back and, where one was needed, a second reload brought the
        /// balancer onto them.
        case rolledBack(reason: String)
        /// The reload failed, and so did the way back: what the balancer runs is not known.
        case degraded(reason: String)
    }

    /// The target's name.
    package var target: String
    package var revision: Revision
    package var result: Result
    package var check: CommandReport?
    /// Why NGINX's check read a copy of its configuration, since no mount namespace can be made; nil if it did not.
    package var copyReason: String?
    package var reload: ReloadReport?
    /// The reload with the previous files, after the first one failed.
    package var secondReload: ReloadReport?
    /// What else an operator should know.
    package var notes: [String]
    package var duration: Duration

    package init(
        target: String,
        revision: Revision,
        result: Result,
        check: CommandReport? = nil,
        copyReason: String? = nil,
        reload: ReloadReport? = nil,
        secondReload: ReloadReport? = nil,
        notes: [String] = [],
        duration: Duration = .zero,
    ) {
        self.target = target
        self.revision = revision
        self.result = result
        self.check = check
        self.copyReason = copyReason
        self.reload = reload
        self.secondReload = secondReload
        self.notes = notes
        self.duration = duration
    }

    /// What the balancer printed and logged, or else what the check printed.
    package var output: BoundedOutput? { reload?.output ?? check?.output }

    /// What proved that the balancer runs its files; nil if there was no reload, or nothing but the command's word.
    package var proof: String? { secondReload?.proof ?? reload?.proof }

    /// Whether the rendered revision is in force now.
    package var isInForce: Bool { result.isInForce }
}

extension DeliveryOutcome.Result {
    /// Whether the rendered revision is in force now.
    package var isInForce: Bool {
        switch self {
        case .unchanged, .adopted, .attributesChanged, .written, .reloaded, .appliedLive: true
        case .checkPassed, .postponed, .heldBack, .drifted, .checkFailed, .failed, .rolledBack, .degraded: false
        }
    }
}

extension DeliveryOutcome.Result {
    /// A stable word for logs and metrics.
    package var label: String {
        switch self {
        case .unchanged: "unchanged"
        case .adopted: "adopted"
        case .attributesChanged: "attributes changed"
        case .written: "written"
        case .reloaded: "reloaded"
        case .appliedLive: "applied live"
        case .checkPassed: "check passed"
        case .postponed: "postponed"
        case .heldBack: "held back"
        case .drifted: "drifted"
        case .checkFailed: "check failed"
        case .failed: "failed"
        case .rolledBack: "rolled back"
        case .degraded: "degraded"
        }
    }
}

extension DeliveryOutcome: CustomStringConvertible {
    /// The outcome in one line: `edge: reloaded 5feceb66ffc8 in 12 ms`.
    package var description: String {
        let what: String =
            switch result {
            case .reloaded: result.label + (proof.map { ", proven by \($0)" } ?? "")
            case .unchanged, .adopted, .attributesChanged, .written, .checkPassed: result.label
            case .appliedLive(let what): "\(result.label): \(what)"
            case .postponed(let reason): "postponed: \(reason)"
            case .drifted: "held: somebody else has changed the files; they stay until `headgate release`"
            case .heldBack(let failed): "held back, failed before (\(failed.reason))"
            case .checkFailed(let reason): "check failed (\(reason)), nothing was written"
            case .failed(let fault): "failed: \(fault)"
            case .rolledBack(let reason): "rolled back: the reload failed (\(reason)), the previous files are back"
            case .degraded(let reason): "degraded: \(reason)"
            }
        return "\(target): \(what) [\(revision), \(duration.readable)]"
    }
}

/// What was left of an earlier run, and what was made of it.
package struct RecoveryOutcome: Hashable, Sendable {
    package enum Result: Hashable, Sendable {
        case nothingLeft
        /// All files of the interrupted delivery are in place; the next plan will say that the reload is owed.
        case finished
        /// The files are as they were before the interrupted delivery.
        case undone
        /// A live change was interrupted; the files are as they were before it.
        case halfLive
        /// A reload failed, and the one on the files of before is still to come; nothing had to be done now.
        case owed
        /// These could not be put back; the next delivery writes them anew.
        case unrestored([String])
    }

    /// The target's name.
    package var target: String
    /// The revision whose delivery was interrupted.
    package var revision: Revision?
    package var result: Result

    /// Whether a reload is owed now, if the target has one.
    package var reloadIsOwed: Bool

    package init(target: String, revision: Revision?, result: Result, reloadIsOwed: Bool) {
        self.target = target
        self.revision = revision
        self.result = result
        self.reloadIsOwed = reloadIsOwed
    }
}

extension RecoveryOutcome: CustomStringConvertible {
    package var description: String {
        let name = revision.map { " of revision \($0)" } ?? ""
        let what: String =
            switch result {
            case .nothingLeft: "nothing was left undone"
            case .finished: "an interrupted delivery\(name) is in place"
            case .undone: "an interrupted delivery\(name) was undone"
            case .halfLive: "a live change\(name) was interrupted"
            case .owed: "the reload\(name) failed; one more is owed for the files that are in place"
            case .unrestored(let files):
                "an interrupted delivery\(name) could not be undone in \(files.joined(separator: ", "))"
            }
        return "\(target): \(what)" + (reloadIsOwed ? "; a reload is owed" : "")
    }
}
