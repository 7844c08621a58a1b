/// One stream of watches: a pure state machine of what its lines mean.
package struct EtcdWatch: Sendable {
    /// A range, and the first revision of it that is not known yet.
    package struct Start: Hashable, Sendable {
        package var range: KeyRange
        package var revision: Int64

        package init(_ range: KeyRange, from revision: Int64) { (self.range, self.revision) = (range, revision) }
    }

    /// What a line comes to.
    package enum Step: Hashable, Sendable {
        case nothing
        /// Changes of a range; it is known up to `revision` now.
        case changes([EtcdEvent], KeyRange, revision: Int64)
        /// The stream cannot be followed on, and what is known may not be the truth: all is to be listed again. Why is for who
        /// finds that it does not help.
        case listAgain(EtcdFault)
        case fault(EtcdFault)
    }

    private let starts: [Start]
    private let known: EtcdHeader
    private var created = 0
    private var fragments: [Int64: [EtcdEvent]] = [:]

    /// - Parameter known: What the lists said from which the watches go on.
    package init(_ starts: [Start], after known: EtcdHeader) { (self.starts, self.known) = (starts, known) }

    /// The number of the watch of `starts` at `index`, from 1 on: a zero would let etcd choose.
    package static func number(at index: Int) -> Int64 { Int64(index) + 1 }

    /// What is watched.
    package var ranges: [KeyRange] { starts.map(\.range) }

    /// Whether all watches are there.
    package var isEstablished: Bool { created == starts.count }

    package mutating func on(_ line: Result<EtcdWatchMessage, EtcdFault>) -> Step {
        let message: EtcdWatchMessage
        switch line {
        case .failure(let fault): return .fault(fault)
        case .success(let line): message = line
        }
        if message.isCanceled {
            // Compacted away; or the token or the permission is gone: the lists will tell.
            let why =
                message.compactRevision > 0 ? "revision \(message.compactRevision) is compacted" : message.cancelReason
            return .listAgain(.of(reason: why) ?? .unavailable("the watch was cancelled: \(why)"))
        }
        guard message.header.clusterID == known.clusterID else {
            return .listAgain(.unavailable("it is another cluster than before"))
        }
        if message.isCreated {
            created += 1
            // A member that was restored, or one that lags behind: a list, which the leader confirms, tells which.
            guard message.header.revision >= known.revision else {
                return .listAgain(.unavailable("it is at an earlier revision than before"))
            }
            return .nothing
        }
        let index = Int(message.watchID) - 1
        guard starts.indices.contains(index) else { return .nothing }
        if message.isFragment {
            fragments[message.watchID, default: []] += message.events
            return .nothing
        }
        let events = (fragments.removeValue(forKey: message.watchID) ?? []) + message.events
        // A header may be ahead of events that are still to come; only where there are none it says what is known.
        let revision = events.map(\.revision).max() ?? message.header.revision
        return .changes(events, starts[index].range, revision: revision)
    }
}
