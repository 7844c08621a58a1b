package import Catalog
import Diagnostics
package import State

/// What one target is rendered from: the registries' answers behind the target's guards, and behind the rules for
/// instances that come and go.
///
/// A value that is told what the registries say and when; whoever has it carries the notices to the log.
package struct GuardedCatalog: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// Something that a guard or a rule did, for the log.
    package struct Notice: Sendable, Hashable {
        package enum Kind: Sendable, Hashable {
            /// Something is held, or more of it than before.
            case held(Hold)
            /// Nothing is held any more.
            case ended(Hold.Ending)
            case membership(MembershipRules.Event)
        }

        package var query: CatalogQuery
        package var kind: Kind
    }

    /// What the target is rendered from.
    package private(set) var snapshot = CatalogSnapshot()
    /// The questions whose effective answer has changed since `takeChanges`, each with the answer before.
    private var changes: [CatalogQuery: QueryResult?] = [:]
    private let settings: GuardSettings
    private let membership: MembershipSettings
    /// What was in force when an earlier process ended, as far as no registry has answered it yet.
    private var archive: CatalogArchive?
    private let restoredAt: (wall: Int64, instant: Instant)
    private var guards: [CatalogQuery: ResultGuard] = [:]
    /// Of the questions whose answers have members that come and go.
    private var rules: [CatalogQuery: MembershipRules] = [:]
    /// The questions of which something is held.
    private var held: Set<CatalogQuery> = []
    /// The questions whose answer is from the archive and no newer.
    private var unseen: Set<CatalogQuery> = []
    /// What the registries list as services, by question, behind the guards.
    private var listed: [CatalogQuery: [String: ServiceSummary]] = [:]
    /// Whether questions without an answer are answered from the archive.
    private var usesArchive = false
    /// When the archive was written.
    private var archivedSince: Instant?
    /// What was asked when last it was looked whether all that is known is still asked, and how much that was.
    private var kept: (asked: Set<CatalogQuery>, guards: Int)?

    /// - Parameters:
    ///   - archive: The last good state of an earlier process, to compare the first answers with.
    ///   - wallNow: The wall clock in seconds since 1970 at `now`.
    package init(
        _ settings: GuardSettings,
        membership: MembershipSettings = .off,
        archive: CatalogArchive? = nil,
        wallNow: Int64,
        now: Instant,
    ) {
        self.settings = settings
        self.membership = membership
        self.archive = archive
        restoredAt = (wallNow, now)
    }

    /// Takes over what the registries say.
    package mutating func take(_ news: CatalogHub.News, at now: Instant) -> [Notice] {
        var notices: [Notice] = []
        for (query, sighting) in news.sightings {
            let known = guards[query]
            var one = known ?? begin(query)
            if archive != nil { archive?.drop(query) }
            let change = one.see(sighting, at: now)
            unseen.remove(query)
            put(one, query, change, since: known?.hold, at: now, &notices)
        }
        return notices
    }

    /// Looks at the limits of holds, drains and damping that are due.
    package mutating func look(_ news: CatalogHub.News, at now: Instant) -> [Notice] {
        var notices: [Notice] = []
        for query in held {
            guard let known = guards[query], known.nextLook.map({ $0 <= now }) ?? false else { continue }
            var one = known
            let change = one.timer(at: now, registryIsFaulty: news.fails(query))
            put(one, query, change, since: known.hold, at: now, &notices)
        }
        for (query, known) in rules where known.nextLook.map({ $0 <= now }) ?? false {
            var one = known
            guard let outcome = one.timer(at: now) else { continue }
            rules[query] = one
            notices += outcome.events.map { Notice(query: query, kind: .membership($0)) }
            show(outcome.shown, for: query)
        }
        return notices
    }

    /// Lets go of what is held: of one question, as a template writes it, or of all.
    package mutating func release(_ text: String?, byDefault registry: String, at now: Instant) -> [Notice] {
        var notices: [Notice] = []
        for query in held {
            guard let known = guards[query] else { continue }
            let names = [query.description, query.unqualified(byDefault: registry).description]
            if let text, !names.contains(text) { continue }
            var one = known
            let change = one.release(at: now)
            put(one, query, change, since: known.hold, at: now, &notices)
        }
        return notices
    }

    /// Answers from the archive what has no answer yet. Nil if there is no archive, or it is in use already.
    package mutating func useArchive(at now: Instant) -> [Notice]? {
        guard let archive, !usesArchive, !archive.entries.isEmpty else { return nil }
        usesArchive = true
        archivedSince = restoredAt.instant - .seconds(max(0, restoredAt.wall - archive.savedAt))
        var notices: [Notice] = []
        for query in archive.entries.keys where guards[query] == nil {
            let one = begin(query)
            unseen.insert(query)
            let change = ResultGuard.Change(isEffective: true, hold: one.hold == nil ? .none : .began)
            put(one, query, change, since: nil, at: now, &notices)
        }
        return notices
    }

    /// Forgets questions that the target does not ask any more.
    package mutating func keep(only asked: Set<CatalogQuery>) {
        // What was known of a question long ago is nothing to compare a new answer with.
        archive?.keep(only: asked)
        if archive?.entries.isEmpty == true { archive = nil }
        // Mostly the target asks the same as before, and the set is the very same one.
        guard asked != kept?.asked || guards.count != kept?.guards else { return }
        defer { kept = (asked, guards.count) }
        guard guards.keys.contains(where: { !asked.contains($0) }) else { return }
        guards = guards.filter { asked.contains($0.key) }
        rules = rules.filter { asked.contains($0.key) }
        held.formIntersection(asked)
        listed = listed.filter { asked.contains($0.key) }
        unseen.formIntersection(asked)
        snapshot.keep(only: asked)
        changes = changes.filter { asked.contains($0.key) }
    }

    /// The questions whose effective answer has changed, each with the answer before; begins to gather them anew.
    package mutating func takeChanges() -> [CatalogQuery: QueryResult?] {
        defer { changes = [:] }
        return changes
    }

    package var hasChanges: Bool { !changes.isEmpty }

    /// The questions whose answers are to be shown to `take` also when they have not changed: a read that confirms a loss
    /// changes nothing.
    package var awaitingReads: Set<CatalogQuery> { held.filter { guards[$0]?.wantsRead != nil } }

    /// When the archive was written from which something is rendered that no registry has confirmed yet; nil if there is no
    /// such thing.
    package var worksFromArchiveOf: Instant? { unseen.isEmpty ? nil : archivedSince }

    /// When `take` and `look` may change something by themselves; nil while there is nothing to wait for.
    package func nextLook(at now: Instant) -> Instant? {
        let holds = held.lazy.compactMap { guards[$0] }.compactMap { one in
            [one.nextLook, one.wantsRead.map { max($0, now.advanced(by: .seconds(1))) }].compactMap { $0 }.min()
        }
        return [holds.min(), rules.values.lazy.compactMap(\.nextLook).min()].compactMap(\.self).min()
    }

    /// What is held at present, by question.
    package var holds: [(query: CatalogQuery, hold: Hold)] {
        held.compactMap { query in guards[query]?.hold.map { (query, $0) } }
            .sorted { "\($0.0)" < "\($1.0)" }
    }

    /// The instances that drain at present, by question.
    package var draining: [(query: CatalogQuery, drain: Drain.Leaving)] {
        rules.flatMap { query, one in one.draining.map { (query, $0) } }
            .sorted { ("\($0.0)", $0.1.instance.identity) < ("\($1.0)", $1.1.instance.identity) }
    }

    /// The instances that are kept out at present because they flap, by question.
    package var damped: [(query: CatalogQuery, damping: Damping.Damped)] {
        rules.flatMap { query, one in one.damped.map { (query, $0) } }
            .sorted { ("\($0.0)", $0.1.instance) < ("\($1.0)", $1.1.instance) }
    }

    /// What is in force, for a later process.
    package func archived(wallNow: Int64, now: Instant, leavingOutKeys: Bool) -> CatalogArchive {
        var entries: [CatalogQuery: CatalogArchive.Entry] = [:]
        for (query, one) in guards {
            guard let effective = one.effective else { continue }
            entries[query] = CatalogArchive.Entry(
                result: effective,
                pending: one.pending(wallNow: wallNow, now: now),
                draining: rules[query]?.pending(wallNow: wallNow, now: now) ?? []
            )
        }
        // What has not been answered yet is still the last that is known of it.
        entries.merge(archive?.entries ?? [:]) { known, _ in known }
        // What no registry has confirmed gets no younger by being written again.
        let age = worksFromArchiveOf.map { (now - $0).components.seconds } ?? 0
        return CatalogArchive(savedAt: wallNow - age, entries: entries, leavingOutKeys: leavingOutKeys)
    }

    /// The guard of a question that was not asked so far, and its rules.
    private mutating func begin(_ query: CatalogQuery) -> ResultGuard {
        let entry = archive?.entries[query]
        let one = ResultGuard(
            settings,
            for: query,
            restored: entry?.result,
            pending: entry?.pending ?? PendingLosses(),
            wallNow: restoredAt.wall,
            now: restoredAt.instant
        )
        guards[query] = one
        rules[query] = MembershipRules(
            membership,
            for: query,
            restored: entry?.result,
            pending: entry?.draining ?? [],
            wallNow: restoredAt.wall,
            now: restoredAt.instant
        )
        return one
    }

    private mutating func put(
        _ one: ResultGuard,
        _ query: CatalogQuery,
        _ change: ResultGuard.Change,
        since before: Hold?,
        at now: Instant,
        _ notices: inout [Notice],
    ) {
        let unwell = guards.updateValue(one, forKey: query)?.unwell ?? []
        if one.hold == nil { held.remove(query) } else { held.insert(query) }
        if change.isEffective || snapshot[query] == nil, let effective = one.effective {
            let outcome = rules[query]?.see(effective, unwell: unwell, at: now) ?? .init(shown: effective)
            notices += outcome.events.map { Notice(query: query, kind: .membership($0)) }
            show(outcome.shown, for: query)
        }
        switch change.hold {
        case .none: break
        case .began, .continues:
            guard let hold = one.hold, Set(hold.lost) != Set(before?.lost ?? []) || hold.reason != before?.reason
            else { break }
            notices.append(Notice(query: query, kind: .held(hold)))
        case .ended(let ending): notices.append(Notice(query: query, kind: .ended(ending)))
        }
    }

    /// Takes over what a guard lets pass.
    ///
    /// Templates walk through `services` and ask for each by its name. So a service stays listed as long as its own answer
    /// has instances that work, or that drain: otherwise what a guard or a rule keeps of it would be gone from the output
    /// all the same.
    private mutating func show(_ effective: QueryResult, for query: CatalogQuery) {
        switch (query, effective) {
        case (.services, .services(let summaries)):
            let before = snapshot[query]
            listed[query] = Dictionary(summaries.map { ($0.name, $0) }) { $1 }
            var kept: [ServiceSummary] = []
            if case .services(let old)? = before {
                kept = old.filter { listed[query]?[$0.name] == nil && works($0.name, in: query.scope) }
            }
            list(Array(summaries) + kept, for: query)
        case (.service(let name, _, _, let scope), _):
            merge(effective, for: query)
            for (question, names) in listed where question.scope == scope && names[name] == nil {
                guard case .services(let shown)? = snapshot[question], shown.contains(where: { $0.name == name }),
                    !works(name, in: scope)
                else { continue }
                list(shown.filter { $0.name != name }, for: question)
            }
        default: merge(effective, for: query)
        }
    }

    private mutating func list(_ summaries: [ServiceSummary], for query: CatalogQuery) {
        let sorted = summaries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        merge(.services(sorted), for: query)
    }

    private mutating func merge(_ result: QueryResult, for query: CatalogQuery) {
        let before = snapshot[query]
        guard !snapshot.merge([query: result]).isEmpty, changes[query] == nil else { return }
        changes.updateValue(before, forKey: query)
    }

    /// Whether the effective answer about a service has an instance that works, or that drains by our rule.
    private func works(_ name: String, in scope: QueryScope) -> Bool {
        let query = CatalogQuery.service(name: name, scope: scope)
        guard case .instances(let instances)? = snapshot[query] else { return false }
        return instances.contains { $0.health == .passing || $0.health == .warning }
            || rules[query]?.draining.isEmpty == false
    }
}
