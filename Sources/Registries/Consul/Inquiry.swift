import Catalog
import Wire

/// One question to Consul with all that is known of its answers: what is sent next, and what an answer comes to.
///
/// What works on it is not inlined into the task that waits for the answer: its copies of this would be kept there for as long
/// as the query is blocked (7 kB for each of a thousand).
struct Inquiry: Sendable {
    /// What an answer came to.
    enum Judgement: Sendable {
        /// An answer to be accepted, with what is in the last one and not in this.
        case candidate(QueryResult, RegistryReport.Continuity, lost: [String])
        /// It was asked for something else first; ask on at once.
        case askAgain
        case fault(ConsulFault)
    }

    let query: CatalogQuery
    private let settings: ConsulRegistry.Configuration
    private var blocking: BlockingQuery
    /// The last good answer, and the mark of its body.
    private(set) var last: QueryResult?
    private var fingerprint: ContentFingerprint?
    /// The agent's own node, for the question that means it.
    private var ownNode: String?

    /// - Parameter since: When the registry began to be watched.
    init(_ query: CatalogQuery, _ settings: ConsulRegistry.Configuration, since: ContinuousClock.Instant) {
        self.query = query
        self.settings = settings
        blocking = BlockingQuery(wait: settings.wait, maximumStaleness: settings.maximumStaleness, since: since)
    }

    /// The same question, blocked on or swept from now on.
    func asked(blocking blocks: Bool) -> Inquiry {
        var inquiry = self
        inquiry.blocking.block(blocks)
        return inquiry
    }

    private var request: ConsulRequest {
        if let ownNode, case .node(nil, let scope) = query {
            return ConsulRequest(.node(name: ownNode, scope: scope), defaults: settings.scope)
        }
        return ConsulRequest(query, defaults: settings.scope)
    }

    private var asksForOwnNode: Bool { query.meansOwnNode && ownNode == nil }

    /// The least time from one answer to the next request: a floor for what is blocked on, an interval for what is not.
    var interval: Duration {
        switch query {
        case .datacenters: .seconds(60)
        case .preparedQuery: .seconds(10)
        default: .milliseconds(100)
        }
    }

    /// What is sent, and how long the answer may take.
    @inline(never)
    func next(at now: ContinuousClock.Instant) -> ConsulTransfer {
        let request = request
        guard request.isBlocking else { return ConsulTransfer(request.target(adding: [])) }
        let asked = blocking.request(at: now)
        var parameters: [ConsulRequest.Parameter] = []
        var timeout = Duration.seconds(15)
        var waits = false
        if asked.index > 0, let wait = asked.wait {
            parameters.append(ConsulRequest.Parameter("index", "\(asked.index)"))
            parameters.append(ConsulRequest.Parameter("wait", "\(Int(wait / .milliseconds(1)))ms"))
            // The server adds up to a sixteenth, so that not all come at once.
            timeout = wait * 17 / 16 + .seconds(10)
            waits = true
        }
        if asked.isStale { parameters.append(ConsulRequest.Parameter("stale")) }
        return ConsulTransfer(request.target(adding: parameters), waits: waits, timeout: timeout)
    }

    /// Judges an answer. What is found is not taken over before `accept`.
    @inline(never)
    mutating func judge(
        _ answer: ConsulAnswer,
        at now: ContinuousClock.Instant,
        rejected: (RejectedRegistration) -> Void,
    ) -> Judgement {
        if asksForOwnNode { return learnOwnNode(answer) }
        let request = request
        var answer = answer
        // What is polled has an index that says nothing (a prepared query's is always 1).
        if !request.isBlocking { answer.index = nil }
        let isAbsent = request.isKey && answer.status == 404
        switch blocking.on(answer, isAnswer: answer.status == 200 || isAbsent, at: now) {
        case .fault(let fault):
            ownNode = nil
            return .fault(fault)
        case .tooOld: return .askAgain
        case .same(let continuity):
            let hash = ContentFingerprint(isAbsent ? [] : answer.body)
            if let last, hash == fingerprint { return .candidate(last, continuity, lost: []) }
            switch decode(answer, isAbsent, rejected) {
            case .failure(let fault): return .fault(blocking.failed(fault).fault ?? fault)
            case .success(let result):
                let lost = last.map { result.entriesLost(since: $0) } ?? []
                // What is there does not change without its index: so what is to be seen has.
                guard lost.isEmpty else {
                    let fault = ConsulFault.denied(
                        "the token sees less than before: \(lost.prefix(3).joined(separator: ", "))"
                    )
                    blocking.failed(fault)
                    return .fault(fault)
                }
                fingerprint = hash
                return .candidate(result, continuity, lost: [])
            }
        case .good(let continuity):
            switch decode(answer, isAbsent, rejected) {
            case .failure(let fault):
                blocking.failed(fault)
                return .fault(fault)
            case .success(let result):
                let lost = last.map { result.entriesLost(since: $0) } ?? []
                // Many a token sees only a part, and always has; what it saw and sees no more is another thing.
                if answer.isFiltered, !lost.isEmpty || (last == nil && result.isEmptyOfServices) {
                    let fault = ConsulFault.denied("the token may not see all of the answer")
                    blocking.failed(fault)
                    return .fault(fault)
                }
                fingerprint = ContentFingerprint(isAbsent ? [] : answer.body)
                return .candidate(result, continuity, lost: lost)
            }
        }
    }

    /// Takes over an answer that was judged good.
    mutating func accept(_ result: QueryResult) { last = result }

    /// Notes that the answer to the last request is no good.
    @inline(never)
    mutating func failed(_ fault: ConsulFault) {
        ownNode = nil
        fingerprint = nil
        blocking.failed(fault)
    }

    private mutating func learnOwnNode(_ answer: ConsulAnswer) -> Judgement {
        guard answer.status == 200 else { return .fault(.of(status: answer.status, body: answer.body)) }
        do throws(JSONFault) {
            ownNode = try ConsulDecoder(hostnames: settings.hostnames).nodeName(ofAgentSelf: answer.body)
            return .askAgain
        } catch {
            return .fault(.malformed("\(error)"))
        }
    }

    private func decode(
        _ answer: ConsulAnswer,
        _ isAbsent: Bool,
        _ rejected: (RejectedRegistration) -> Void,
    ) -> Result<QueryResult, ConsulFault> {
        let decoder = ConsulDecoder(hostnames: settings.hostnames)
        if isAbsent, let result = decoder.noSuchKey(query) { return .success(result) }
        do throws(JSONFault) {
            let decoded = try decoder.result(of: answer.body, to: query, reusing: last)
            for one in decoded.rejected { rejected(one) }
            return .success(decoded.result)
        } catch {
            return .failure(.malformed("\(error)"))
        }
    }
}

extension BlockingQuery.Verdict {
    fileprivate var fault: ConsulFault? { if case .fault(let fault) = self { fault } else { nil } }
}

extension CatalogQuery {
    /// Whether it is the question for the agent's own node.
    fileprivate var meansOwnNode: Bool { if case .node(nil, _) = self { true } else { false } }
}
