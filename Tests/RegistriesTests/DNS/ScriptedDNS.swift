import Settings
import Synchronization

@testable import Registries

/// Answers in place of DNS servers, as the test says.
final class ScriptedDNS: DNSTransport {
    /// What is answered to a question in lower case; nil: nothing.
    typealias Answer = @Sendable (_ question: Asked) -> DNSReply?

    struct Asked: Hashable, Sendable {
        var name: String
        var kind: UInt16
        var server: String
        var overTCP: Bool
        var hasSize: Bool
    }

    private struct State {
        var answer: Answer
        var asked: [Asked] = []
        /// What is done to an answer's bytes.
        var forge: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    }

    private let state: Mutex<State>

    init(_ answer: @escaping Answer) { state = Mutex(State(answer: answer)) }

    var asked: [Asked] { state.withLock(\.asked) }

    func answer(_ answer: @escaping Answer) { state.withLock { $0.answer = answer } }

    func forge(_ forge: @escaping @Sendable ([UInt8]) -> [UInt8]) { state.withLock { $0.forge = forge } }

    func exchange(
        _ query: [UInt8],
        with server: HostPort,
        overTCP: Bool,
        timeout: Duration,
        accepts: @escaping @Sendable ([UInt8]) -> Bool,
    ) async throws(DNSFault) -> [UInt8] {
        guard let question = try? DNSMessage(query).question else { throw .malformed(server, "the question") }
        let asked = Asked(
            name: question.name.lowercased(),
            kind: question.kind,
            server: server.host,
            overTCP: overTCP,
            hasSize: query[11] == 1
        )
        let (answer, forge) = state.withLock { state in
            state.asked.append(asked)
            return (state.answer, state.forge)
        }
        guard let reply = answer(asked) else { throw .timedOut(server) }
        let bytes = overTCP ? reply.message(to: query) : forge(reply.message(to: query))
        guard accepts(bytes) else { throw .timedOut(server) }
        return bytes
    }
}
