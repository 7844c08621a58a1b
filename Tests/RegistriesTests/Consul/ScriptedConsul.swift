import Catalog
import Logging
import Registries
import Synchronization

/// Answers in place of an agent, as the test says.
final class ScriptedConsul: ConsulTransport {
    typealias Answer = @Sendable (_ target: String) async throws(ConsulFault) -> ConsulAnswer

    private struct State {
        var answer: Answer
        var targets: [String] = []
        var posted: [String] = []
        var isClosed = false
    }

    private let state: Mutex<State>

    init(_ answer: @escaping Answer) { state = Mutex(State(answer: answer)) }

    /// All that was asked, in order.
    var targets: [String] { state.withLock { $0.targets } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Answers in another way from now on.
    func answer(_ answer: @escaping Answer) { state.withLock { $0.answer = answer } }

    func fetch(_ transfer: ConsulTransfer) async throws(ConsulFault) -> ConsulAnswer {
        let answer = state.withLock { state in
            state.targets.append(transfer.target)
            return state.answer
        }
        return try await answer(transfer.target)
    }

    func close() async { state.withLock { $0.isClosed = true } }

    /// Waits as a blocking query does whose answer does not change, until cancelled.
    static func block() async throws(ConsulFault) -> ConsulAnswer {
        let (nothing, end) = AsyncStream<Never>.makeStream()
        for await _ in nothing {}
        end.finish()
        throw .transport(.cancelled)
    }

    /// The body of `/v1/health/service/web`.
    static func instances(_ ids: String..., service: String = "web") -> [UInt8] {
        let entries = ids.map { id in
            """
            {"Node":{"Node":"n1","Address":"10.0.0.1"},"Service":{"ID":"\(id)","Service":"\(service)","Port":80},\
            "Checks":[]}
            """
        }
        return Array("[\(entries.joined(separator: ","))]".utf8)
    }
}

extension ConsulAnswer {
    static func ok(_ body: [UInt8], index: UInt64) -> ConsulAnswer {
        ConsulAnswer(status: 200, index: index, knowsLeader: true, lastContact: .zero, body: body)
    }
}
