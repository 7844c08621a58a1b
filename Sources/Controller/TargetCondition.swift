import Catalog
import Diagnostics
import Rendering
import Settings
import State

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
    /// The files as they were last rendered; nil before.
    var files: [String]?
    /// What guards hold, by question.
    private var holds: [(query: String, hold: Hold)] = []
    private var draining: [(query: String, drain: Drain.Leaving)] = []
    private var damped: [(query: String, damping: Damping.Damped)] = []
    /// When the snapshot on disk was written that it works from; nil if it does not.
    private var archivedSince: Instant?
    var nextRetry: Instant?
    /// The old revision that stays in force.
    var pin: Pin?
    var reloads = 0
    /// How often HAProxy was changed by commands.
    var liveChanges = 0
    /// What was seen of the running HAProxy at the last look; nil where it is not changed live.
    var balancer: StatusReport.Live?
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

    /// Takes over what is held, drains and is damped, and whether it comes from disk.
    mutating func note(_ catalog: GuardedCatalog, byDefault registry: String) {
        func name(_ query: CatalogQuery) -> String { query.unqualified(byDefault: registry).description }
        holds = catalog.holds.map { (name($0.query), $0.hold) }
        draining = catalog.draining.map { (name($0.query), $0.drain) }
        damped = catalog.damped.map { (name($0.query), $0.damping) }
        archivedSince = catalog.worksFromArchiveOf
    }

    func report(_ target: CompiledTarget, at now: Instant) -> StatusReport.Target {
        StatusReport.Target(
            name: target.settings.name,
            state: state,
            seconds: (now - since).seconds,
            revision: revision,
            files: files ?? target.settings.files.compactMap(\.destination),
            waiting: waiting.sorted { $0.key < $1.key }.map {
                StatusReport.Waiting(what: $0.key, seconds: (now - $0.value).seconds)
            },
            fault: fault,
            pinnedRevision: pin?.number,
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
            draining: draining.map { query, drain in
                StatusReport.Draining(
                    query: query,
                    instance: printable("\(ItemIdentity.instance(drain.instance.identity))"),
                    endsInSeconds: max(0, (drain.until - now).seconds)
                )
            },
            damped: damped.map { query, damping in
                StatusReport.Damped(
                    query: query,
                    instance: printable("\(ItemIdentity.instance(damping.instance))"),
                    changes: damping.changes,
                    seconds: (now - damping.since).seconds,
                    endsInSeconds: max(0, (damping.until - now).seconds)
                )
            },
            snapshotAgeSeconds: archivedSince.map { (now - $0).seconds },
            reloads: reloads,
            failures: failures,
            live: balancer.map { live in
                var live = live
                live.changes = liveChanges
                return live
            }
        )
    }
}
