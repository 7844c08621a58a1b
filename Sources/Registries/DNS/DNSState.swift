internal import Catalog
internal import Settings

/// What a DNS registry knows and has reported, and when it asks again: questions, findings and the clock go in, reports come
/// out.
struct DNSState: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What is known of one service.
    private struct Entry: Sendable {
        var record: DNSSettings.Record
        var finding: DNSFinding?
        var fault: DNSFault?
        /// Whether the next finding is one after a break: the first, and each after a fault.
        var isBroken = true
        var isUnderWay = false
        var due: Instant
        var retries = RetrySchedule(base: .seconds(1), limit: .seconds(30))
    }

    private let settings: DNSSettings
    private var entries: [String: Entry] = [:]
    private var wanted: Set<CatalogQuery> = []
    private var reported: [CatalogQuery: QueryResult] = [:]
    private var told: RegistryFault?
    private var failing: Set<CatalogQuery> = []

    /// So many services are asked for at a time.
    private static let concurrency = 64
    /// How long it is believed that there is nothing where the server does not say.
    private static let silentTTL: UInt32 = 5

    init(_ settings: DNSSettings) { self.settings = settings }

    /// When something is due next; nil: not before something has been found.
    var nextDue: Instant? {
        let waiting = entries.values.filter { !$0.isUnderWay }
        return entries.count - waiting.count < Self.concurrency ? waiting.map(\.due).min() : nil
    }

    /// Takes the questions that are asked from now on.
    mutating func ask(_ wanted: Set<CatalogQuery>, at now: Instant) -> [RegistryReport] {
        self.wanted = wanted
        reported = reported.filter { wanted.contains($0.key) }
        var services: [String: DNSSettings.Record] = [:]
        for query in wanted {
            if let name = query.serviceName {
                if let (name, record) = record(of: name) { services[name] = record }
            } else if query.listsServices {
                services.merge(settings.records) { $1 }
            }
        }
        entries = entries.filter { services[$0.key] != nil }
        for (name, record) in services where entries[name] == nil { entries[name] = Entry(record: record, due: now) }
        return answers(to: wanted.filter { reported[$0] == nil }, .afterBreak) + faults()
    }

    /// The services to be asked for now, with their records.
    mutating func start(at now: Instant) -> [(service: String, record: DNSSettings.Record)] {
        let free = Self.concurrency - entries.values.count(where: \.isUnderWay)
        let due = entries.filter { !$0.value.isUnderWay && $0.value.due <= now }.sorted { $0.value.due < $1.value.due }
        return due.prefix(max(0, free)).map { name, entry in
            entries[name]?.isUnderWay = true
            return (name, entry.record)
        }
    }

    /// Takes what was found of a service.
    mutating func found(
        _ service: String,
        _ result: Result<DNSFinding, DNSFault>,
        at now: Instant,
    ) -> [RegistryReport] {
        guard var entry = entries[service] else { return [] }
        entry.isUnderWay = false
        switch result {
        case .failure(let fault):
            entry.fault = fault
            entry.isBroken = true
            entry.due = now + entry.retries.failed()
            entries[service] = entry
            return faults()
        case .success(var finding):
            let isSuspect = finding.isSuspect && !(entry.finding?.isSuspect ?? false)
            let continuity: RegistryReport.Continuity =
                finding.isStated ? .stated : entry.isBroken || isSuspect ? .afterBreak : .unbroken
            if let before = entry.finding {
                var before = PreviousInstances(.instances(before.instances))
                finding.instances = before.unified(with: finding.instances)
            }
            entry.finding = finding
            entry.fault = nil
            entry.isBroken = false
            entry.retries.succeeded()
            let ttl = Duration.seconds(Int(finding.ttl ?? Self.silentTTL))
            entry.due = now + min(max(ttl, settings.minimumTTL), settings.maximumTTL)
            entries[service] = entry
            return answers(to: questions(about: service), continuity) + faults()
        }
    }

    // MARK: - Questions

    /// The records of a service as the configuration spells it; names compare without case. Nil: there are none.
    private func record(of name: String) -> (String, DNSSettings.Record)? {
        if let record = settings.records[name] { return (name, record) }
        let lower = name.lowercased()
        if let (known, record) = settings.records.first(where: { $0.key.lowercased() == lower }) {
            return (known, record)
        }
        guard let pattern = settings.pattern else { return nil }
        func filled(_ text: String?) -> String? { text.map { $0.replacing("{service}", with: lower) } }
        return (
            lower,
            DNSSettings.Record(
                srv: filled(pattern.srv),
                a: filled(pattern.a),
                aaaa: filled(pattern.aaaa),
                port: pattern.port
            )
        )
    }

    private func questions(about service: String) -> Set<CatalogQuery> {
        let isListed = settings.records[service] != nil
        return wanted.filter { query in
            query.serviceName.map { record(of: $0)?.0 == service } ?? (isListed && query.listsServices)
        }
    }

    // MARK: - Reports

    /// Answers those of the questions of which all is known; each time again, since a read without a change confirms.
    private mutating func answers(
        to questions: Set<CatalogQuery>,
        _ continuity: RegistryReport.Continuity,
    ) -> [RegistryReport] {
        var answers: [CatalogQuery: QueryResult] = [:]
        for query in questions {
            guard let instances = instances(for: query) else { continue }
            answers[query] = RegistryContents(services: Array(settings.records.keys), instances: instances).answer(
                query
            )
        }
        reported.merge(answers) { $1 }
        return answers.isEmpty ? [] : [.answers(answers, continuity: continuity)]
    }

    /// What the answer to a question is made of; nil if something of it is not known yet.
    private func instances(for query: CatalogQuery) -> [Instance]? {
        if let name = query.serviceName {
            guard let (service, _) = record(of: name) else { return [] }
            return entries[service]?.finding?.instances
        }
        guard query.listsServices else { return [] }
        var all: [Instance] = []
        for service in settings.records.keys {
            guard let finding = entries[service]?.finding else { return nil }
            all += finding.instances
        }
        return all
    }

    private mutating func faults() -> [RegistryReport] {
        var reports: [RegistryReport] = []
        let faulty = entries.filter { $0.value.fault != nil }
        let failing = Set(faulty.keys.flatMap(questions))
        if failing != self.failing {
            self.failing = failing
            reports.append(.failing(failing))
        }
        let first = faulty.min { $0.key < $1.key }
        var fault = first.flatMap { name, entry in entry.fault.map { RegistryFault($0, service: name) } }
        fault?.isWhole = faulty.count == entries.count
        guard fault?.label != told?.label || fault?.isWhole != told?.isWhole else { return reports }
        told = fault
        return reports + [fault.map { .fault($0) } ?? .recovered]
    }
}

extension CatalogQuery {
    fileprivate var serviceName: String? { if case .service(let name, _, _, _) = self { name } else { nil } }

    /// Whether its answer is made of all services.
    fileprivate var listsServices: Bool {
        switch self {
        case .services, .nodes, .node: true
        default: false
        }
    }
}
