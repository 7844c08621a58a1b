/// One line of a target's history: what was delivered or tried, why, and what became of it.
package struct HistoryEntry: Hashable, Sendable {
    /// Rises by one with each entry of the target, from 1.
    package var number: Int
    /// Seconds since 1970, when it ended; of the last attempt if there were several.
    package var at: Int64
    /// How long the last attempt took.
    package var milliseconds: Int64
    package var revision: Revision
    /// What became of it, as `DeliveryOutcome.Result.label` has it.
    package var outcome: String
    /// Whether the revision was in force afterwards.
    package var isInForce: Bool
    /// How often the same was tried with the same outcome, one after the other; at least 1.
    package var attempts: Int
    /// Why there was something to deliver: which question's answer had changed, and how.
    package var reason: String
    /// What was to be done, in one line.
    package var plan: String
    /// What the check or the reload said; empty if all was well.
    package var detail: String
    /// The files of the revision; their contents are kept by hash, unless the target is sensitive.
    package var files: [FileRecord]

    package init(
        number: Int = 0,
        at: Int64,
        milliseconds: Int64,
        revision: Revision,
        outcome: String,
        isInForce: Bool,
        attempts: Int = 1,
        reason: String,
        plan: String,
        detail: String = "",
        files: [FileRecord],
    ) {
        self.number = number
        self.at = at
        self.milliseconds = milliseconds
        self.revision = revision
        self.outcome = outcome
        self.isInForce = isInForce
        self.attempts = attempts
        self.reason = reason
        self.plan = plan
        self.detail = detail
        self.files = files
    }
}
