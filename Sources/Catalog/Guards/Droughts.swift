/// Since when a result has nothing left where two or more items were before.
///
/// Of what is usable, and of what is passing: a template that takes only the passing ones loses them all by a warning.
struct Droughts: Sendable {
    var noneUsableSince: ContinuousClock.Instant?
    var nonePassingSince: ContinuousClock.Instant?

    /// Compares what a target has with what the registry has.
    mutating func look(_ effective: QueryResult, _ result: QueryResult, at now: ContinuousClock.Instant) {
        func since(_ known: ContinuousClock.Instant?, alsoWarning: Bool) -> ContinuousClock.Instant? {
            if result.usableCount(alsoWarning: alsoWarning, upTo: 1) > 0 { return nil }
            if let known { return known }
            return effective.usableCount(alsoWarning: alsoWarning, upTo: 2) > 1 ? now : nil
        }
        noneUsableSince = since(noneUsableSince, alsoWarning: true)
        nonePassingSince = since(nonePassingSince, alsoWarning: false)
    }

    /// Until when the item is held, if a drought that lasts `length` at most keeps it.
    func limit(of change: StandingChange, lasting length: Duration) -> ContinuousClock.Instant? {
        let asUsable = change.isLost ? noneUsableSince : nil
        let asPassing = change.before == .passing && change.after != .passing ? nonePassingSince : nil
        return [asUsable, asPassing].compactMap { $0?.advanced(by: length) }.max()
    }
}
