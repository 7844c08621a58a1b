import Catalog
import Logging
import Synchronization

/// What all questions to one agent share: who has a connection, what is wrong, and what is to be reported.
final class ConsulSession: Sendable {
    private struct Storage {
        var budget: ConnectionBudget
        var board: FaultBoard<ConsulFault>
        var outbox: [RegistryReport] = []
        /// Counts how often the agent has answered after a fault.
        var recoveries = 0
        var told: Set<RejectedRegistration> = []
        var aclsAreOff = false
        /// What is known of each question, for whoever asks it next.
        var inquiries: [CatalogQuery: Inquiry] = [:]
        /// The scopes beside the configured one whose changes are waited for.
        var followed: Set<QueryScope> = []
    }

    let settings: ConsulRegistry.Configuration
    let transport: any ConsulTransport
    /// When it began.
    let since = ContinuousClock.now
    private let logger: Logger
    private let storage: Mutex<Storage>
    private let posts: AsyncStream<Void>.Continuation
    private let posted: AsyncStream<Void>
    private let kicks: AsyncStream<Void>.Continuation
    /// Signals that the swept questions are to be asked.
    let sweeps: AsyncStream<Void>

    init(_ settings: ConsulRegistry.Configuration, _ transport: any ConsulTransport, _ logger: Logger) {
        self.settings = settings
        self.transport = transport
        self.logger = logger
        storage = Mutex(
            Storage(
                budget: ConnectionBudget(connections: settings.connections),
                board: FaultBoard(address: settings.address, registry: settings.name)
            )
        )
        (posted, posts) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (sweeps, kicks) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: - Connections

    /// Takes the whole set of questions.
    func want(_ wanted: Set<CatalogQuery>) -> ConnectionBudget.Change {
        let change = storage.withLock { storage in
            let change = storage.budget.want(wanted)
            storage.inquiries = storage.inquiries.filter { wanted.contains($0.key) }
            storage.outbox += storage.board.keep(only: wanted)
            return change
        }
        posts.yield()
        if !change.sweep.isEmpty { sweep() }
        return change
    }

    /// What is known of a question, for who is to ask it next. A question that goes from a sweep to a blocking query or back
    /// is asked on from its last answer, also while the other one's last request is still under way: that is no break.
    func inquiry(_ query: CatalogQuery) -> Inquiry {
        storage.withLock { $0.inquiries[query] } ?? Inquiry(query, settings, since: since)
    }

    /// Keeps what is known of a question.
    ///
    /// - Parameter isSwept: Who asked: what one knows whose question has gone to another meanwhile is dropped.
    @inline(never)
    func keep(_ inquiry: Inquiry, isSwept: Bool) {
        storage.withLock { storage in
            guard storage.budget.isAsked(inquiry.query, isSwept: isSwept) else { return }
            storage.inquiries[inquiry.query] = inquiry
        }
    }

    /// Notes for all swept questions that they could not be asked: what comes next is after a break.
    func failInquiries(_ fault: ConsulFault) {
        storage.withLock { storage in
            for query in storage.budget.swept { storage.inquiries[query]?.failed(fault) }
        }
    }

    var swept: Set<CatalogQuery> { storage.withLock { $0.budget.swept } }

    /// The scopes beside the configured one whose changes have to be waited for and are not yet; who asks has to begin.
    func takeScopes() -> Set<QueryScope> {
        storage.withLock { storage in
            let new = storage.budget.scopes.subtracting(storage.followed)
            storage.followed.formUnion(new)
            return new
        }
    }

    /// Whether something that is swept changes by what changes in `scope`; nil is the configured one.
    func sweeps(_ scope: QueryScope?) -> Bool {
        storage.withLock { scope.map($0.budget.scopes.contains) ?? !$0.budget.swept.isEmpty }
    }

    /// Notes that nobody waits for changes in `scope` any more.
    func leave(_ scope: QueryScope) { storage.withLock { _ = $0.followed.remove(scope) } }

    /// Asks the swept questions as soon as may be.
    func sweep() { kicks.yield() }

    /// Notes that the agent closed the connection of `query`. True if that is for its limit of connections, since others are
    /// being served: then the question is swept from now on.
    func isOverLimit(_ query: CatalogQuery) -> Bool {
        let isOver = storage.withLock { storage in
            guard !storage.board.hasAgentFault, storage.budget.blocking.count > 1 else { return false }
            storage.budget.refuse(query)
            return true
        }
        guard isOver else { return false }
        logger.info(
            "fewer connections than configured",
            metadata: ["registry": "\(settings.name)", "query": "\(query)", "hint": "the agent closes more of them"]
        )
        return true
    }

    /// Allows as many connections as are configured; true if there is something to assign anew.
    func mature() -> Bool {
        storage.withLock { storage in
            storage.budget.mature()
            return !storage.budget.swept.isEmpty
        }
    }

    /// Tries whether the agent takes more connections again; true if there is something to assign anew.
    func regrow() -> Bool {
        storage.withLock { storage in
            guard !storage.board.hasAgentFault, !storage.budget.swept.isEmpty else { return false }
            return storage.budget.regrow()
        }
    }

    // MARK: - Reports

    /// Reports an answer; a fault of its question is over.
    ///
    /// - Parameter isSwept: Who asked: what comes from an asker whose question has gone to another one meanwhile, or is not
    ///   asked any more, is dropped.
    func answered(
        _ query: CatalogQuery,
        _ result: QueryResult,
        _ continuity: RegistryReport.Continuity,
        isSwept: Bool,
    ) {
        storage.withLock { storage in
            guard storage.budget.isAsked(query, isSwept: isSwept) else { return }
            storage.outbox.append(.answers([query: result], continuity: continuity))
            if storage.board.hasFault(query) { storage.recoveries += 1 }
            storage.outbox += storage.board.note(nil, of: query)
        }
        posts.yield()
    }

    func failed(_ query: CatalogQuery, _ fault: ConsulFault, isSwept: Bool) {
        storage.withLock { storage in
            guard storage.budget.isAsked(query, isSwept: isSwept) else { return }
            if fault.isOfAgent { storage.aclsAreOff = false }
            storage.outbox += storage.board.note(fault, of: query)
        }
        posts.yield()
    }

    /// Says once that a registration is left out.
    func rejected(_ registration: RejectedRegistration) {
        let isNew = storage.withLock { storage in
            // A registrant who changes it all the time must not fill the memory.
            if storage.told.count > 1_000 { storage.told.removeAll() }
            return storage.told.insert(registration).inserted
        }
        guard isNew else { return }
        logger.warning(
            "registration left out",
            metadata: [
                "registry": "\(settings.name)", "instance": "\(registration.instance.id)",
                "service": "\(registration.instance.service)", "node": "\(registration.instance.node)",
                "reason": "\(registration.reason)",
            ]
        )
    }

    /// Hands on what is to be reported, in order, until cancelled. What has gathered meanwhile goes together.
    func forward(_ report: @Sendable (RegistryReport) async -> Void) async {
        for await _ in posted {
            let batch = storage.withLock { storage in
                defer { storage.outbox = [] }
                return storage.outbox
            }
            var answers: [CatalogQuery: QueryResult] = [:]
            var continuity = RegistryReport.Continuity.unbroken
            let lastFailing = batch.lastIndex { if case .failing = $0 { true } else { false } }
            for (index, one) in batch.enumerated() {
                // The set as it is in the end is enough.
                if case .failing = one, index != lastFailing { continue }
                if case .answers(let fresh, let kind) = one {
                    // An answer that comes twice in one batch could hide the first one's break.
                    if kind != continuity || fresh.keys.contains(where: { answers[$0] != nil }), !answers.isEmpty {
                        await report(.answers(answers, continuity: continuity))
                        answers = [:]
                    }
                    continuity = kind
                    answers.merge(fresh) { $1 }
                } else {
                    if !answers.isEmpty { await report(.answers(answers, continuity: continuity)) }
                    answers = [:]
                    await report(one)
                }
            }
            if !answers.isEmpty { await report(.answers(answers, continuity: continuity)) }
        }
    }

    // MARK: - Patience

    /// Waits, but no longer than until the agent answers somebody again; throws when cancelled.
    func pause(_ duration: Duration) async throws(CancellationError) {
        let known = storage.withLock { $0.recoveries }
        let end = ContinuousClock.now.advanced(by: duration)
        while true {
            let left = end - ContinuousClock.now
            guard left > .zero, storage.withLock({ $0.recoveries }) == known else { return }
            do {
                try await Task.sleep(for: min(left, .milliseconds(250)))
            } catch {
                throw CancellationError()
            }
        }
    }

    // MARK: - Permissions

    /// Whether the agent has no access control, as far as is known.
    var aclsAreOff: Bool {
        get { storage.withLock { $0.aclsAreOff } }
        set { storage.withLock { $0.aclsAreOff = newValue } }
    }
}
