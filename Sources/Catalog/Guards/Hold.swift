/// A loss that a guard has stopped: the items are kept as they were last good.
package struct Hold: Hashable, Sendable {
    /// Which rule holds. Where several do, the one that is first here.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The loss came with a break of the registry's stream, and one read is not enough to believe it.
        case afterBreak = "after-break"
        /// Nothing usable is left of two or more.
        case empty
        /// Too many instances turned unhealthy at once.
        case massLoss = "mass-loss"
    }

    /// Why a hold ended.
    package enum Ending: String, Hashable, Sendable, CaseIterable {
        /// Two reads agree on the loss: it passed.
        case confirmed
        /// The time was over and the registry good: the loss passed.
        case expired
        /// The loss turned out to be an explicit act, such as deregistration, which passes.
        case explicit
        /// Something else became usable, so that the answer is not empty any more: the loss passed.
        case refilled
        /// What was lost is back.
        case returned
        /// Whoever may say it said it in so many words.
        case stated
        /// `release` ended it.
        case released
    }

    package var reason: Reason
    /// When the first of the losses was seen.
    package var since: ContinuousClock.Instant
    /// When the last of the losses passes if nothing changes and the registry is good; nil where only a read ends it.
    package var until: ContinuousClock.Instant?
    /// What is kept though the registry no longer has it usable, in the result's order.
    package var lost: [ItemIdentity]
    /// How the hold ends, as a part of a sentence without a full stop.
    package var ending: String

    package init(
        reason: Reason,
        since: ContinuousClock.Instant,
        until: ContinuousClock.Instant?,
        lost: [ItemIdentity],
        ending: String,
    ) {
        self.reason = reason
        self.since = since
        self.until = until
        self.lost = lost
        self.ending = ending
    }
}

extension Hold {
    /// How a hold ends that an earlier process began.
    static let endingUnanswered =
        "it ends as the registry's next answer decides, or by `headgate release`"
}

extension Hold.Reason {
    /// What happened, as a part of a sentence.
    package var words: String {
        switch self {
        case .afterBreak: "lost after the connection to the registry broke"
        case .empty: "nothing usable is left"
        case .massLoss: "too many turned unhealthy at once"
        }
    }

    func ending(_ settings: GuardSettings) -> String {
        switch self {
        case .afterBreak:
            "it ends when a read \(Self.words(settings.confirmation)) after the first still shows the loss, "
                + "when what is lost returns, or by `headgate release`"
        case .empty:
            "it ends after \(Self.words(settings.empty)), when something usable appears, or by `headgate release`"
        case .massLoss:
            "it ends after \(Self.words(settings.hold)), when the instances recover or are deregistered, "
                + "or by `headgate release`"
        }
    }

    private static func words(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return attoseconds == 0 ? "\(seconds) s" : "\(duration / .milliseconds(1)) ms"
    }
}
