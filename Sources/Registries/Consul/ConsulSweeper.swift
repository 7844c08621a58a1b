import Catalog

/// Asks all questions that have no connection of their own, on a few connections, whenever something in the registry has
/// changed.
///
/// Two blocking queries for each scope in use tell of changes: one on all checks, one on all services. A sweep of a thousand services takes the agent
/// 0.2 s, so sweeps begin a millisecond apart for each question, which is a second for a thousand.
struct ConsulSweeper {
    let session: ConsulSession

    /// From the beginning of one sweep of so many questions to that of the next.
    private static func floor(_ count: Int) -> Duration {
        min(max(.milliseconds(count), .milliseconds(100)), .seconds(5))
    }
    /// Between sweeps that nothing has set off: what no trigger tells of (keys, nodes), and to confirm losses after a break.
    private static let interval = Duration.seconds(15)

    /// Sweeps until cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await follow(nil) }
            group.addTask {
                while (try? await Task.sleep(for: Self.interval)) != nil {
                    if !session.swept.isEmpty { session.sweep() }
                }
            }
            var retries = RetrySchedule(base: .milliseconds(250), limit: .seconds(30))
            for await _ in session.sweeps {
                let begun = ContinuousClock.now
                let queries = session.swept
                guard !queries.isEmpty else { continue }
                for scope in session.takeScopes() {
                    group.addTask {
                        await follow(scope)
                        session.leave(scope)
                    }
                }
                if await sweep(queries) {
                    retries.succeeded()
                    try? await Task.sleep(until: begun.advanced(by: Self.floor(queries.count)))
                } else {
                    try? await session.pause(retries.failed())
                    session.sweep()
                }
            }
        }
    }

    /// How many questions of one sweep must fail for the agent to be at fault.
    private static let failuresOfAgent = 5

    /// What became of one question in a sweep.
    private struct Asked {
        var inquiry: Inquiry
        var fault: ConsulFault?
    }

    /// Asks every question once; false, and all of them after a break, if the agent cannot be asked.
    private func sweep(_ queries: Set<CatalogQuery>) async -> Bool {
        // The same order each time, so that what was asked last is not asked last again after a fault.
        var rest = queries.sorted { "\($0)" < "\($1)" }[...]
        if let first = rest.indices.randomElement() { rest = rest[first...] + rest[..<first] }
        var failure: ConsulFault?
        var failures = 0
        await withTaskGroup(of: Asked.self) { group in
            func askNext() {
                guard failure == nil, let query = rest.popFirst() else { return }
                let inquiry = session.inquiry(query).asked(blocking: false)
                group.addTask { await ask(inquiry) }
            }
            for _ in 0..<ConnectionBudget.sweepers { askNext() }
            while let asked = await group.next() {
                session.keep(asked.inquiry, isSwept: true)
                if let fault = asked.fault {
                    if fault.isOfAgent { failures += 1 }
                    // One question may well be answered badly for itself; many are not.
                    if fault == .transport(.cancelled) || fault.isOfConnection || failures >= Self.failuresOfAgent {
                        failure = failure ?? fault
                    }
                    if fault != .transport(.cancelled) { session.failed(asked.inquiry.query, fault, isSwept: true) }
                }
                askNext()
            }
        }
        guard let failure else { return true }
        session.failInquiries(failure)
        return false
    }

    private func ask(_ inquiry: Inquiry) async -> Asked {
        var inquiry = inquiry
        for _ in 0..<3 {
            do throws(ConsulFault) {
                if try await session.ask(&inquiry, isSwept: true) { return Asked(inquiry: inquiry) }
            } catch {
                inquiry.failed(error)
                // A kept connection may end at the very moment of the request.
                if error != .transport(.closed) { return Asked(inquiry: inquiry, fault: error) }
            }
        }
        return Asked(inquiry: inquiry, fault: .transport(.closed))
    }

    /// Sets off a sweep for each change in `scope` (nil: the configured one, for ever) as long as it is swept.
    private func follow(_ scope: QueryScope?) async {
        let services = ConsulRequest(.services(scope: scope ?? QueryScope()), defaults: session.settings.scope)
        await withDiscardingTaskGroup { group in
            group.addTask { await follow(services, in: scope, filter: nil) }
            group.addTask {
                var checks = services
                checks.path = "/v1/health/state/any"
                // Every write to a check wakes it; the filter, which no check meets, keeps its answers empty.
                await follow(checks, in: scope, filter: #"Node == "-""#)
            }
        }
    }

    private func follow(_ request: ConsulRequest, in scope: QueryScope?, filter: String?) async {
        var filter = filter
        var blocking = BlockingQuery(
            wait: session.settings.wait,
            maximumStaleness: session.settings.maximumStaleness,
            since: session.since
        )
        var retries = RetrySchedule(base: .milliseconds(500), limit: .seconds(30))
        while !Task.isCancelled {
            let begun = ContinuousClock.now
            guard session.sweeps(scope) else {
                if scope != nil { return }
                try? await Task.sleep(for: .seconds(1))
                continue
            }
            let asked = blocking.request(at: begun)
            var parameters: [ConsulRequest.Parameter] = []
            if let filter { parameters.append(ConsulRequest.Parameter("filter", filter)) }
            if asked.index > 0, let wait = asked.wait {
                parameters.append(ConsulRequest.Parameter("index", "\(asked.index)"))
                parameters.append(ConsulRequest.Parameter("wait", "\(Int(wait / .milliseconds(1)))ms"))
            }
            if asked.isStale { parameters.append(ConsulRequest.Parameter("stale")) }
            do throws(ConsulFault) {
                let answer = try await session.transport.fetch(
                    ConsulTransfer(
                        request.target(adding: parameters),
                        waits: true,
                        timeout: (asked.wait ?? .zero) * 17 / 16 + .seconds(15)
                    )
                )
                switch blocking.on(answer, isAnswer: answer.status == 200, at: .now) {
                case .good: session.sweep()
                case .same, .tooOld: break
                case .fault(let fault):
                    // An agent that does not know this filter says so by 400, or by 500 and the word.
                    if answer.status == 400 || "\(fault)".contains("filter") { filter = nil }
                    throw fault
                }
                retries.succeeded()
                try? await Task.sleep(until: begun.advanced(by: .milliseconds(100)))
            } catch {
                blocking.failed(error)
                session.sweep()
                guard (try? await session.pause(retries.failed())) != nil else { return }
            }
        }
    }
}
