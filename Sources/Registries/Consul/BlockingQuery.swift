/// How one question is asked of Consul again and again: a pure state machine.
///
/// The rules of the index (Consul: HTTP API, Blocking Queries): it is taken only from a 200 or a key's 404; after any error
/// it is zero, so that the next answer comes at once; one that goes backwards means that the servers were restored or
/// replaced, and is a break. Until a read half a minute after a break, reads are that far apart at most, since only then a
/// loss is believed.
package struct BlockingQuery: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// How it is asked.
    package struct Request: Hashable, Sendable {
        /// Zero: answer at once.
        package var index: UInt64
        /// How long to wait for a change; nil where the index is zero.
        package var wait: Duration?
        /// Whether any server may answer, and not the leader alone.
        package var isStale: Bool

        package init(index: UInt64, wait: Duration?, isStale: Bool) {
            self.index = index
            self.wait = wait
            self.isStale = isStale
        }
    }

    /// What an answer is worth.
    package enum Verdict: Hashable, Sendable {
        /// It is the truth, in one piece with what came before or after a break.
        case good(RegistryReport.Continuity)
        /// The same as the last good one: its body need not be looked at.
        case same(RegistryReport.Continuity)
        /// It is older than allowed; the leader is asked at once.
        case tooOld
        case fault(ConsulFault)
    }

    /// How far apart two reads after a break are that must agree.
    package static let confirmation = Duration.seconds(30)

    private let wait: Duration
    private let maximumStaleness: Duration
    /// False for questions that Consul does not block on, and for those that are swept.
    private var blocks: Bool
    private let since: Instant?
    private var index: UInt64 = 0
    private var isBroken = true
    private var asksLeader = false
    private var tokenGeneration: Int?
    /// When a read confirms what was read after the last break.
    private var confirmsAt: Instant?

    /// How long a query may wait though its process is younger.
    package static let shortestWait = Duration.seconds(2)

    /// - Parameter since: When the process began to watch. An agent counts the connection of a blocked query whose asker is
    ///   gone until the query ends (measured with 1.8.7), so a query waits no longer than its process is old: one that is
    ///   started again and again does not use up the agent's connections.
    package init(wait: Duration, maximumStaleness: Duration, blocks: Bool = true, since: Instant? = nil) {
        self.wait = wait
        self.maximumStaleness = maximumStaleness
        self.blocks = blocks
        self.since = since
    }

    /// The same question, blocked on or swept from now on.
    package mutating func block(_ blocks: Bool) { self.blocks = blocks }

    /// How it is asked next.
    package func request(at now: Instant) -> Request {
        let isStale = maximumStaleness > .zero && !asksLeader
        guard blocks, index > 0 else { return Request(index: 0, wait: nil, isStale: isStale) }
        var patience = wait
        if let confirmsAt { patience = min(patience, max(confirmsAt - now, .milliseconds(10))) }
        if let since { patience = min(patience, max(now - since, Self.shortestWait)) }
        return Request(index: index, wait: patience, isStale: isStale)
    }

    /// Judges an answer.
    ///
    /// - Parameter isAnswer: Whether its status is that of an answer: 200, and 404 for a key.
    package mutating func on(_ answer: ConsulAnswer, isAnswer: Bool, at now: Instant) -> Verdict {
        guard isAnswer else { return failed(.of(status: answer.status, body: answer.body)) }
        if answer.knowsLeader == false { return failed(.noLeader("")) }
        if maximumStaleness > .zero, !asksLeader, let age = answer.lastContact, age > maximumStaleness {
            asksLeader = true
            return .tooOld
        }
        asksLeader = false
        let new = answer.index ?? 0
        let isReset = new < index
        let isOtherToken = tokenGeneration.map { $0 != answer.tokenGeneration } ?? false
        let isBreak = isBroken || isReset || isOtherToken
        let isSame = !isBreak && new == index && new > 0
        tokenGeneration = answer.tokenGeneration
        // A server whose index went back is asked anew from the beginning.
        index = isReset ? 0 : new
        isBroken = false
        if isBreak {
            confirmsAt = now.advanced(by: Self.confirmation)
        } else if let moment = confirmsAt, now >= moment {
            confirmsAt = nil
        }
        let continuity: RegistryReport.Continuity = isBreak ? .afterBreak : .unbroken
        return isSame ? .same(continuity) : .good(continuity)
    }

    /// Notes that there was no answer, or one whose body is no good: the next one comes after a break.
    @discardableResult
    package mutating func failed(_ fault: ConsulFault) -> Verdict {
        index = 0
        isBroken = true
        asksLeader = false
        return .fault(fault)
    }
}
