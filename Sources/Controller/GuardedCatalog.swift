package import Catalog
import Diagnostics
package import State

/// What one target is rendered from: the registries' answers behind the target's guards.
///
/// A value that is told what the registries say and when; whoever has it carries the notices to the log.
package struct GuardedCatalog: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// Something that a guard did, for the log.
    package struct Notice: Sendable, Hashable {
        package enum Kind: Sendable, Hashable {
            /// Something is held, or more of it than before.
            case held(Hold)
            /// Nothing is held any more.
            case ended(Hold.Ending)
        }

        package var query: CatalogQuery
        package var kind: Kind
    }

    /// What the target is rendered from.
    package private(set) var snapshot = CatalogSnapshot()
    /// The questions whose effective answer has changed since `takeChanges`.
    private var changes: Set<CatalogQuery> = []
    private let settings: GuardSettings
    /// What was in force when an earlier process ended.
    /// What of it no registry has answered yet.
    private var archive: CatalogArchive?
    private let restoredAt: (wall: Int64, instant: Instant)
    private var guards: [CatalogQuery: ResultGuard] = [:]
    /// The questions of which something is held.
    private var held: Set<CatalogQuery> = []
    /// The questions whose answer is from the archive and no newer.
    private var unseen: Set<CatalogQuery> = []
    /// What the registries list as services, by question, behind the guards.
    private var listed: [CatalogQuery: [String: ServiceSummary]] = [:]
    /// Whether questions without an answer are answered from the archive.
    package private(set) var usesArchive = false

    /// - Parameters:
    ///   - archive: The last good state of an earlier process, to compare the first answers with.
    ///   - wallNow: The wall clock in seconds since 1970 at `now`.
    package init(_ settings: GuardSettings, archive: CatalogArchive? = nil, wallNow: Int64, now: Instant) {
        self.settings = settings
        self.archive = archive
        restoredAt = (wallNow, now)
    }

    /// Takes over what the registries say.
    package mutating func take(_ news: CatalogHub.News, at now: Instant) -> [Notice] {
        var notices: [Notice] = []
        for (query, sighting) in news.sightings {
            var one = guards[query] ?? fresh(query)
            if archive != nil { archive?.drop(query) }
            let before = one.hold
            let change = one.see(sighting, at: now)
            unseen.remove(query)
            put(one, query, change, since: before, &notices)
        }
        return notices
    }

    /// Looks at the limits of holds that are due.
    package mutating func look(_ news: CatalogHub.News, at now: Instant) -> [Notice] {
        var notices: [Notice] = []
        for query in held {
            guard let known = guards[query], known.nextLook.map({ $0 <= now }) ?? false else { continue }
            var one = known
            let change = one.timer(at: now, registryIsFaulty: news.fails(query))
            put(one, query, change, since: known.hold, &notices)
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
            put(one, query, change, since: known.hold, &notices)
        }
        return notices
    }

    /// Answers from the archive what has no answer yet. Nil if there is no archive, or it is in use already; else how old it
    /// is.
    package mutating func useArchive(wallNow: Int64) -> Duration? {
        guard let archive, !usesArchive, !archive.entries.isEmpty else { return nil }
        usesArchive = true
        for query in archive.entries.keys where guards[query] == nil {
            let one = fresh(query)
            guards[query] = one
            unseen.insert(query)
            if let effective = one.effective { show(effective, for: query) }
        }
        return .seconds(max(0, wallNow - archive.savedAt))
    }

    /// Forgets questions that the target does not ask any more.
    package mutating func keep(only asked: Set<CatalogQuery>) {
        // What was known of a question long ago is nothing to compare a new answer with.
        archive?.keep(only: asked)
        if archive?.entries.isEmpty == true { archive = nil }
        guard guards.keys.contains(where: { !asked.contains($0) }) else { return }
        guards = guards.filter { asked.contains($0.key) }
        held.formIntersection(asked)
        listed = listed.filter { asked.contains($0.key) }
        unseen.formIntersection(asked)
        snapshot.keep(only: asked)
        changes.formIntersection(asked)
    }

    /// The questions whose effective answer has changed, and begins to gather them anew.
    package mutating func takeChanges() -> Set<CatalogQuery> {
        defer { changes = [] }
        return changes
    }

    package var hasChanges: Bool { !changes.isEmpty }

    /// The questions whose answers are to be shown to `take` also when they have not changed: a read that confirms a loss
    /// changes nothing.
    package var awaitingReads: Set<CatalogQuery> { held.filter { guards[$0]?.wantsRead != nil } }

    /// Whether something is rendered from the archive that no registry has confirmed yet.
    package var isFromArchive: Bool { !unseen.isEmpty }

    /// When `take` and `look` may let something go; nil while nothing is held.
    package func nextLook(at now: Instant) -> Instant? {
        held.lazy.compactMap { guards[$0] }.compactMap { one in
            [one.nextLook, one.wantsRead.map { max($0, now.advanced(by: .seconds(1))) }].compactMap { $0 }.min()
        }.min()
    }

    /// What is held at present, by question.
    package var holds: [(query: CatalogQuery, hold: Hold)] {
        held.compactMap { query in guards[query]?.hold.map { (query, $0) } }
            .sorted { "\($0.0)" < "\($1.0)" }
    }

    /// What is in force, for a later process.
    package func archived(wallNow: Int64, now: Instant, leavingOutKeys: Bool) -> CatalogArchive {
        var entries: [CatalogQuery: CatalogArchive.Entry] = [:]
        for (query, one) in guards {
            guard let effective = one.effective else { continue }
            entries[query] = CatalogArchive.Entry(
                result: effective,
                pending: one.pending(wallNow: wallNow, now: now)
            )
        }
        // What has not been answered yet is still the last that is known of it.
        entries.merge(archive?.entries ?? [:]) { known, _ in known }
        return CatalogArchive(savedAt: wallNow, entries: entries, leavingOutKeys: leavingOutKeys)
    }

    private func fresh(_ query: CatalogQuery) -> ResultGuard {
        guard let entry = archive?.entries[query] else { return ResultGuard(settings, for: query) }
        return ResultGuard(
            settings,
            for: query,
            restored: entry.result,
            pending: entry.pending,
            wallNow: restoredAt.wall,
            now: restoredAt.instant
        )
    }

    private mutating func put(
        _ one: ResultGuard,
        _ query: CatalogQuery,
        _ change: ResultGuard.Change,
        since before: Hold?,
        _ notices: inout [Notice],
    ) {
        guards[query] = one
        if one.hold == nil { held.remove(query) } else { held.insert(query) }
        if change.isEffective || snapshot[query] == nil, let effective = one.effective { show(effective, for: query) }
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
    /// has instances that work: otherwise what a guard keeps of it would be gone from the output all the same.
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
            changes.formUnion(snapshot.merge([query: effective]))
            for (question, names) in listed where question.scope == scope && names[name] == nil {
                guard case .services(let shown)? = snapshot[question], shown.contains(where: { $0.name == name }),
                    !works(name, in: scope)
                else { continue }
                list(shown.filter { $0.name != name }, for: question)
            }
        default: changes.formUnion(snapshot.merge([query: effective]))
        }
    }

    private mutating func list(_ summaries: [ServiceSummary], for query: CatalogQuery) {
        let sorted = summaries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        changes.formUnion(snapshot.merge([query: .services(sorted)]))
    }

    /// Whether the effective answer about a service has an instance that works.
    private func works(_ name: String, in scope: QueryScope) -> Bool {
        guard case .instances(let instances)? = snapshot[.service(name: name, scope: scope)] else { return false }
        return instances.contains { $0.health == .passing || $0.health == .warning }
    }
}
