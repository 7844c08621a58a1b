import Balancers
import TestSupport
import Testing

/// An HAProxy with a target on `target` that answers `ok`, and a front on `front` before a backend `be`.
struct PitfallScene: Sendable {
    let front: Int
    let target: Int
    /// Where nobody listens.
    let dead: Int
    let old: String

    /// - Parameter lines: What the backend says.
    init(_ lines: (_ target: Int) -> String) {
        let ports = LoopbackPorts.free(3)
        (front, target, dead) = (ports[0], ports[1], ports[2])
        old = """
            frontend target
                bind 127.0.0.1:\(ports[1])
                http-request return status 200 content-type text/plain string ok
            frontend in
                bind 127.0.0.1:\(ports[0])
                default_backend be
            backend be
            \(lines(ports[1]))

            """
    }

    /// The same with more lines of the backend.
    func changed(_ lines: String) -> String { old + lines + "\n" }
}

extension RunningHAProxy {
    /// Does what a plan for live changes of servers says.
    func carryOut(_ plan: LivePlan) throws {
        let update = try #require(plan.update, "\(plan.reasons ?? [])")
        for batch in update.batches { #expect(batch.fault(in: try answer(batch.line)) == nil, "\(batch.line)") }
    }

    func servers() throws -> RunningServers { try RunningServers(try answer("show servers state")) }

    /// How what runs differs from the configuration of `text`.
    func mismatches(_ text: String, pending: [PendingRemoval] = []) throws -> [String] {
        ReadBack(HAProxyConfiguration(text), pending: pending)
            .mismatches(try servers(), RunningStatistics(try answer("show stat -1 4 -1"))).map(\.description)
    }

    /// The number in a column of `show stat` for server `name`.
    func figure(_ column: String, _ name: String) throws -> Int? {
        let lines = try ask("show stat -1 4 -1").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        guard let place = lines.first?.firstIndex(where: { $0 == column }) else { return nil }
        return lines.first { $0.count > place && $0[1] == name }.flatMap { Int($0[place]) }
    }
}
