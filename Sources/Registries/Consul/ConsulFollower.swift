import Catalog

/// Follows one question by blocking queries on a connection of its own.
struct ConsulFollower {
    private let session: ConsulSession
    private let query: CatalogQuery

    init(_ session: ConsulSession, _ query: CatalogQuery) {
        self.session = session
        self.query = query
    }

    /// Asks until cancelled, or until the agent refuses the connection and the question is swept instead.
    func run() async {
        var inquiry = session.inquiry(query).asked(blocking: true)
        var retries = RetrySchedule(base: .milliseconds(250), limit: .seconds(30))
        /// Whether the last try failed.
        var hasFailed = false
        while !Task.isCancelled {
            let begun = ContinuousClock.now
            do throws(ConsulFault) {
                let isAnswered = try await session.ask(&inquiry, isSwept: false)
                session.keep(inquiry, isSwept: false)
                hasFailed = false
                guard isAnswered else { continue }
                retries.succeeded()
                try? await Task.sleep(until: begun.advanced(by: inquiry.interval))
            } catch {
                if error == .transport(.cancelled) { return }
                inquiry.failed(error)
                session.keep(inquiry, isSwept: false)
                // A kept connection may end at the very moment of the request: once is no fault.
                if error == .transport(.closed), !hasFailed {
                    hasFailed = true
                    continue
                }
                if error == .transport(.closed) || error.isConnectionLimit, await session.isAlive(),
                    session.isOverLimit(query)
                {
                    session.sweep()
                    return
                }
                if hasFailed || !error.isFleeting { session.failed(query, error, isSwept: false) }
                hasFailed = true
                guard (try? await session.pause(retries.failed())) != nil else { return }
            }
        }
    }
}

extension ConsulSession {
    /// Whether the agent answers on a connection that is there already.
    func isAlive() async -> Bool {
        do throws(ConsulFault) {
            return try await transport.fetch(ConsulTransfer("/v1/status/leader")).status == 200
        } catch {
            return false
        }
    }

    /// Asks a question once and reports the answer; false if it has to be asked again before there is one.
    func ask(_ inquiry: inout Inquiry, isSwept: Bool) async throws(ConsulFault) -> Bool {
        let answer = try await transport.fetch(inquiry.next(at: .now))
        switch inquiry.judge(answer, at: .now, rejected: rejected) {
        case .askAgain: return false
        case .fault(let fault): throw fault
        case .candidate(let result, let continuity, let lost):
            // Without an earlier answer an empty one may be as false as one that has lost something.
            if !lost.isEmpty || (inquiry.last == nil && result.isEmptyOfServices) {
                let permission = Permission(session: self)
                if let fault = await permission.faultOfLoss(lost, in: inquiry.query, before: inquiry.last) {
                    throw fault
                }
            }
            inquiry.accept(result)
            answered(inquiry.query, result, continuity, isSwept: isSwept)
            return true
        }
    }
}

extension ConsulFault {
    /// Whether the agent says that one client has too many connections (Consul from 1.8 on: 429 with this text).
    fileprivate var isConnectionLimit: Bool {
        if case .limited(let text) = self { text.contains("concurrent connections") } else { false }
    }
}
