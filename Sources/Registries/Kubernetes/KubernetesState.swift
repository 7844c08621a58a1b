package import Catalog

/// What is known of a cluster, what is asked of it and what is to be reported: all decisions of the registry.
package struct KubernetesState: Sendable {
    package typealias Instant = ContinuousClock.Instant

    package enum Event: Sendable {
        case wanted(Set<CatalogQuery>)
        /// All objects of a feed, as the answer to a list.
        case listed(KubernetesFeed, [KubernetesObject], RegistryReport.Continuity)
        /// What came on a watch, which works: nothing, when it begins.
        case changed(KubernetesFeed, [WatchEvent])
        case failed(KubernetesFeed, KubernetesFault)
        /// It is time to look at `nextLook`.
        case alarm
    }

    /// How far a feed is.
    package enum Progress: Sendable {
        case begun
        case listed
        /// A second list after a break has said the same as the first.
        case confirmed
    }

    /// An answer after a break, which is to be given again.
    private struct Confirmation {
        var nextAt: Instant
        /// How often it is still given: whoever took the first one later than it was sent needs the second.
        var left = 2
    }

    private let address: String
    private let registry: String
    private let namespace: String
    private let watchesAll: Bool
    private let confirmation: Duration
    private var catalog: KubernetesCatalog
    private var questions: [CatalogQuery: KubernetesQuestion] = [:]
    private var byService: [ObjectName: Set<CatalogQuery>] = [:]
    /// The questions for the names of Services, and those that cannot be answered.
    private var listings: Set<CatalogQuery> = []
    private var refused: Set<CatalogQuery> = []
    private var answers: [CatalogQuery: QueryResult] = [:]
    private var confirmations: [CatalogQuery: Confirmation] = [:]
    /// The feeds that are followed.
    package private(set) var feeds: [KubernetesFeed: Progress] = [:]
    private var faults: [KubernetesFeed: KubernetesFault] = [:]
    /// What was told of the present fault: its label, or the message of one that is of a question.
    private var told: String?
    private var failing: Set<CatalogQuery> = []

    /// - Parameters:
    ///   - address: How messages call the server.
    ///   - namespace: What a question without one means.
    package init(
        registry: String,
        address: String,
        namespace: String,
        watchesAll: Bool,
        confirmation: Duration,
        _ maker: ServiceInstances,
    ) {
        self.registry = registry
        self.address = address
        self.namespace = namespace
        self.watchesAll = watchesAll
        self.confirmation = confirmation
        catalog = KubernetesCatalog(maker)
    }

    /// When `alarm` is due; nil: not before something else happens.
    package var nextLook: Instant? { confirmations.values.lazy.map(\.nextAt).min() }

    package mutating func takeRejected() -> [RejectedRegistration] { catalog.takeRejected() }

    /// Takes over what happened, and says what is to be reported.
    package mutating func on(_ event: Event, at now: Instant) -> [RegistryReport] {
        var reports: [RegistryReport] = []
        switch event {
        case .wanted(let queries): reports += want(queries, at: now)
        case .listed(let feed, let objects, let continuity):
            guard feeds[feed] != nil else { break }
            feeds[feed] = continuity == .afterBreak ? .listed : .confirmed
            let touched = catalog.replace(feed.resource, in: feed.namespace, with: objects)
            if continuity == .afterBreak {
                let asked = questions.keys.filter { scope(of: $0) == .some(feed.namespace) && isKnown($0) }
                reports += answer(asked, .afterBreak, at: now)
            } else {
                // What this list says otherwise than the one before and the watch since, it has to say twice.
                reports += answer(concerned(touched, by: feed.resource), .afterBreak, at: now)
            }
        case .changed(let feed, let events):
            guard feeds[feed] != nil else { break }
            faults[feed] = nil
            var touched: Set<ObjectName> = []
            for event in events {
                switch event {
                case .put(let object, _): touched.formUnion(catalog.put(object))
                case .removed(let object, _): touched.formUnion(catalog.remove(object))
                case .bookmark, .failed: break
                }
            }
            reports += answer(concerned(touched, by: feed.resource), .unbroken, at: now)
        case .failed(let feed, let fault):
            guard feeds[feed] != nil else { break }
            faults[feed] = fault
        case .alarm: reports += confirm(at: now)
        }
        return reports + tell()
    }

    // MARK: - Questions

    private mutating func want(_ wanted: Set<CatalogQuery>, at now: Instant) -> [RegistryReport] {
        for query in questions.keys where !wanted.contains(query) {
            if case .instances(let name, _)? = questions.removeValue(forKey: query) { byService[name]?.remove(query) }
            answers[query] = nil
            confirmations[query] = nil
        }
        listings.formIntersection(wanted)
        refused.formIntersection(wanted)
        var new: [CatalogQuery] = []
        for query in wanted where questions[query] == nil {
            let question = KubernetesQuestion(query, namespace: namespace)
            questions[query] = question
            switch question {
            case .instances(let name, _): byService[name, default: []].insert(query)
            case .services: listings.insert(query)
            case .refused: refused.insert(query)
            }
            new.append(query)
        }
        byService = byService.filter { !$0.value.isEmpty }
        let scopes: Set<String?> = Set(questions.values.compactMap(\.namespace).map { watchesAll ? nil : $0 })
        for feed in feeds.keys where !scopes.contains(feed.namespace) {
            feeds[feed] = nil
            faults[feed] = nil
            _ = catalog.replace(feed.resource, in: feed.namespace, with: [])
        }
        for scope in scopes {
            for resource in KubernetesResource.allCases where feeds[KubernetesFeed(resource, in: scope)] == nil {
                feeds[KubernetesFeed(resource, in: scope)] = .begun
            }
        }
        let known = new.filter(isKnown)
        let (confirmed, fresh) = (known.filter(isConfirmed), known.filter { !isConfirmed($0) })
        return answer(confirmed, .unbroken, at: now) + answer(fresh, .afterBreak, at: now)
    }

    /// The namespace whose feeds answer a question; nil is all of them. A refused one is nobody's.
    private func scope(of query: CatalogQuery) -> String?? {
        guard let namespace = questions[query]?.namespace else { return .none }
        return .some(watchesAll ? nil : namespace)
    }

    private func progress(of query: CatalogQuery) -> [Progress] {
        guard let scope = scope(of: query) else { return [] }
        return KubernetesResource.allCases.map { feeds[KubernetesFeed($0, in: scope)] ?? .begun }
    }

    /// Whether all that the answer is made of has come.
    private func isKnown(_ query: CatalogQuery) -> Bool {
        let progress = progress(of: query)
        return !progress.isEmpty && progress.allSatisfy { $0 != .begun }
    }

    /// Whether no break is so recent that the answer would have to be confirmed.
    private func isConfirmed(_ query: CatalogQuery) -> Bool { progress(of: query).allSatisfy { $0 == .confirmed } }

    private func isFaulty(_ query: CatalogQuery) -> Bool {
        guard let scope = scope(of: query) else { return true }
        return KubernetesResource.allCases.contains { faults[KubernetesFeed($0, in: scope)] != nil }
    }

    // MARK: - Answers

    /// The questions that concern Services touched by a change of `resource`, and can be answered.
    private func concerned(_ names: Set<ObjectName>, by resource: KubernetesResource) -> [CatalogQuery] {
        guard !names.isEmpty else { return [] }
        var queries = names.reduce(into: Set<CatalogQuery>()) { $0.formUnion(byService[$1] ?? []) }
        if resource == .services {
            let namespaces = Set(names.lazy.map(\.namespace))
            for query in listings where questions[query]?.namespace.map(namespaces.contains) ?? false {
                queries.insert(query)
            }
        }
        return queries.filter(isKnown)
    }

    /// The answers to questions: all of them after a break, else those that are different now.
    private mutating func answer(
        _ queries: [CatalogQuery],
        _ continuity: RegistryReport.Continuity,
        at now: Instant,
    ) -> [RegistryReport] {
        var fresh: [CatalogQuery: QueryResult] = [:]
        for query in queries {
            let old = answers[query]
            guard let result = result(query, old) else { continue }
            if continuity == .afterBreak {
                confirmations[query] = Confirmation(nextAt: now + confirmation)
            } else if result == old {
                continue
            }
            answers[query] = result
            fresh[query] = result
        }
        return fresh.isEmpty ? [] : [.answers(fresh, continuity: continuity)]
    }

    private mutating func result(_ query: CatalogQuery, _ old: QueryResult?) -> QueryResult? {
        switch questions[query] {
        case .instances(let name, let tag):
            let instances = catalog.instances(of: name, previous: old)
            return .instances(tag.map { tag in instances.filter { $0.tags.contains(tag) } } ?? instances)
        case .services(let namespace): return .services(catalog.summaries(in: namespace))
        case .refused, nil: return nil
        }
    }

    /// Gives again what was first given after a break and has been confirmed since.
    private mutating func confirm(at now: Instant) -> [RegistryReport] {
        var again: [CatalogQuery: QueryResult] = [:]
        for (query, var entry) in confirmations where entry.nextAt <= now {
            if isConfirmed(query), !isFaulty(query), let result = answers[query] {
                again[query] = result
                entry.left -= 1
                entry.nextAt = now + confirmation
            } else {
                entry.nextAt = now + confirmation / 30
            }
            confirmations[query] = entry.left > 0 ? entry : nil
        }
        return again.isEmpty ? [] : [.answers(again, continuity: .unbroken)]
    }

    // MARK: - Faults

    /// What there is to tell of faults: which questions fail when that changes, and why when the reason does.
    private mutating func tell() -> [RegistryReport] {
        var reports: [RegistryReport] = []
        let fails = faults.isEmpty ? refused : Set(questions.keys.filter { isFaulty($0) })
        if fails != failing { reports.append(.failing(fails)) }
        failing = fails
        let fault = presentFault
        let mark = fault.map { $0.label == "unsupported" ? $0.message : $0.label }
        if let fault, mark != told {
            reports.append(.fault(fault))
        } else if fault == nil, told != nil {
            reports.append(.recovered)
        }
        told = mark
        return reports
    }

    private var presentFault: RegistryFault? {
        let worst = faults.min { left, right in
            // What goes on being told does not change with who fails first.
            (left.value.label == told ? 0 : 1, "\(left.key)") < (right.value.label == told ? 0 : 1, "\(right.key)")
        }
        if let (feed, fault) = worst {
            let place = feed.namespace.map { "in the namespace \($0)" } ?? "in all namespaces"
            return RegistryFault(fault, address: address, reading: "\(feed.resource.rawValue) \(place)")
        }
        // Told when what can be answered is: a command that runs once would not wait for that.
        guard !refused.isEmpty, questions.keys.allSatisfy({ isKnown($0) || refused.contains($0) }),
            let query = refused.min(by: { "\($0)" < "\($1)" }), case .refused(let why, let hint)? = questions[query]
        else { return nil }
        let text = query.unqualified(byDefault: registry).description
        var fault = RegistryFault(label: "unsupported", message: "`\(text)` cannot be answered: \(why)", hint: hint)
        fault.needsMending = true
        fault.isWhole = false
        return fault
    }
}
