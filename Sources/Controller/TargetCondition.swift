import Catalog
import Diagnostics
import Rendering
import Settings

/// How a target is at present, for the status.
struct TargetCondition: Sendable {
    typealias Instant = ContinuousClock.Instant

    private(set) var state: StatusReport.Target.State = .waiting
    private(set) var since: Instant
    /// The revision in force, as far as is known.
    private(set) var revision: String?
    /// The revision that was in force at the start, and since when.
    private var known: (revision: String, since: Instant)?
    private(set) var fault: String?
    /// What is waited for, with when that began.
    private(set) var waiting: [String: Instant] = [:]
    var setAside: [SetAside] = []
    /// What guards hold, by question.
    var holds: [(query: String, hold: Hold)] = []
    var nextRetry: Instant?
    var reloads = 0
    var failures = 0

    init(since: Instant) { self.since = since }

    /// What an earlier process has put in force, so many seconds ago.
    mutating func know(revision: String, age: Duration, at now: Instant) {
        self.revision = revision
        known = (revision, now.advanced(by: .zero - age))
    }

    mutating func become(
        _ state: StatusReport.Target.State,
        revision: String? = nil,
        fault: String? = nil,
        at now: Instant,
    ) {
        if state == .inForce, revision != self.revision || self.state != state {
            since = known.flatMap { $0.revision == revision ? $0.since : nil } ?? now
            known = nil
        } else if self.state != state {
            since = now
        }
        self.state = state
        if let revision { self.revision = revision }
        self.fault = fault
        waiting = [:]
    }

    mutating func wait(for names: [String], at now: Instant) {
        if state != .waiting { since = now }
        state = .waiting
        fault = nil
        waiting = Dictionary(uniqueKeysWithValues: Set(names).map { ($0, waiting[$0] ?? now) })
    }

    func report(_ target: CompiledTarget, at now: Instant) -> StatusReport.Target {
        StatusReport.Target(
            name: target.settings.name,
            state: state,
            seconds: (now - since).seconds,
            revision: revision,
            files: target.settings.files.compactMap(\.destination),
            waiting: waiting.sorted { $0.key < $1.key }.map {
                StatusReport.Waiting(what: $0.key, seconds: (now - $0.value).seconds)
            },
            fault: fault,
            retrySeconds: nextRetry.map { max(0, ($0 - now).seconds) },
            setAside: setAside.map {
                StatusReport.SetAside(registrant: printable("\($0.registrant)"), reason: $0.reason)
            },
            holds: holds.map { query, hold in
                StatusReport.Hold(
                    query: query,
                    reason: hold.reason.rawValue,
                    kept: hold.lost.map { printable("\($0)") },
                    seconds: (now - hold.since).seconds,
                    endsInSeconds: hold.until.map { max(0, ($0 - now).seconds) },
                    ending: hold.ending
                )
            },
            reloads: reloads,
            failures: failures,
        )
    }
}
