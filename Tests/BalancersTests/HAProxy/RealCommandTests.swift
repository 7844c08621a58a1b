import TestSupport
import Testing

@testable import Balancers

/// How the HAProxy that is installed reads lines of commands, and what it answers.
@Suite("Lines of commands", .tags(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct RealCommandTests {
    private static let backend = "backend be\n    server a 127.0.0.1:1\n"

    @Test("of one connection all but the first are not read from 3.0 on, so commands that go together are one line")
    func lines() async throws {
        try await RunningHAProxy.with(Self.backend) { haproxy in
            _ = try haproxy.ask("add server be/b 127.0.0.1:1\nadd server be/c 127.0.0.1:1")
            let isOld = haproxy.version < HAProxyVersion(3, 0)
            #expect(try haproxy.servers().servers.map(\.name) == (isOld ? ["a", "b", "c"] : ["a", "b"]))
            let batch = LiveBatch(
                ["d", "e"].map { LiveCommand("add server be/\($0) 127.0.0.1:1", expects: .registered) }
            )
            #expect(try batch.fault(in: haproxy.answer(batch.line)) == nil)
            #expect(try haproxy.servers().servers.suffix(2).map(\.name) == ["d", "e"])
        }
    }

    @Test("go on behind a command that failed, which is told by its answer")
    func goesOn() async throws {
        try await RunningHAProxy.with(Self.backend) { haproxy in
            let batch = LiveBatch([
                LiveCommand("add server be/a 127.0.0.1:1", expects: .registered),
                LiveCommand("set server be/a weight 7", expects: .silence),
            ])
            let fault = try batch.fault(in: haproxy.answer(batch.line))
            guard case .refused(batch.commands[0], _) = fault else {
                Issue.record("\(String(describing: fault))")
                return
            }
            #expect(try haproxy.servers().servers[0].weight == 7)
        }
    }

    @Test("lose the words behind the 64th, or are refused for them, and keep as many as are sent at most")
    func words() async throws {
        try await RunningHAProxy.with(Self.backend) { haproxy in
            func command(_ name: String, words count: Int) -> String {
                let head = "add server be/\(name) 127.0.0.1:1"
                let tail = " maxconn 7"
                let filling = (count - 6) / 2
                return head + String(repeating: " weight 1", count: filling) + tail
            }
            let most = command("b", words: LiveCommand.mostWords)
            #expect(LiveCommand(most, expects: .registered).fits)
            #expect(try haproxy.ask(most).hasPrefix("New server registered."))
            #expect(try haproxy.figure("slim", "b") == 7)
            let tooMany = command("c", words: 72)
            #expect(!LiveCommand(tooMany, expects: .registered).fits)
            if try haproxy.ask(tooMany).hasPrefix("New server registered.") {
                #expect(try haproxy.figure("slim", "c") != 7)
            }
        }
    }

    /// Commands that cannot be carried out, each with what success would be.
    private static let wrong: [(String, LiveCommand.Expectation)] = [
        ("nonsense", .silence), ("add server be/a 127.0.0.1:1", .registered), ("add server be/b", .registered),
        ("add server no/b 127.0.0.1:1", .registered), ("add server be/\"b\" 127.0.0.1:1", .registered),
        ("add server be/b 127.0.0.1:1 weight 300", .registered), ("add server be/b 127.0.0.1:1 foo", .registered),
        ("set server be/b weight 1", .silence), ("set server be/a weight 900", .silence),
        ("set server be/a state asleep", .silence), ("set server be/a addr /run/x", .moved),
        ("set server be/a addr 127.0.0.1 port x", .moved), ("set maxconn server be/a x", .silence),
        ("enable agent be/a", .silence), ("enable health be/a", .silence), ("del server be/a", .deleted),
        ("del server be/b", .deleted), ("prepare map /none", .prepared), ("add map @1 /none a b", .silence),
        ("commit acl @1 /none", .silence), ("commit ssl cert /none", .committed),
    ]

    @Test("answer success in the same words whatever a socket says of their severity, and failure in others")
    func severity() async throws {
        for severity in ["none", "number", "string"] {
            try await RunningHAProxy.with(Self.backend) { haproxy in
                func ask(_ line: String) throws -> [UInt8] {
                    // The answer to this is an empty line.
                    Array(try haproxy.answer("set severity-output \(severity);\(line)").dropFirst())
                }
                for (text, expectation) in Self.wrong {
                    let answer = try ask(text)
                    let batch = LiveBatch([LiveCommand(text, expects: expectation)])
                    guard case .refused = batch.fault(in: answer) else {
                        Issue.record("\(severity): \(text): \(String(decoding: answer, as: UTF8.self))")
                        continue
                    }
                }
                let old = HAProxyConfiguration(Self.backend)
                let texts = [
                    "    server a 127.0.0.2:2 weight 9\n    server b 127.0.0.1:1\n", "    server b 127.0.0.3:1\n",
                ]
                var before = old
                for text in texts {
                    let after = HAProxyConfiguration("backend be\n" + text)
                    let plan = LivePlan.make(old: before, new: after, running: haproxy.version)
                    for batch in try #require(plan.update).batches {
                        #expect(try batch.fault(in: ask(batch.line)) == nil, "\(severity): \(batch.line)")
                    }
                    before = after
                }
                #expect(DeletionOutcome.outcomes(of: 1, in: try ask("del server be/a")) == [.deleted])
                #expect(DeletionOutcome.outcomes(of: 1, in: try ask("del server be/a")) == [.gone])
            }
        }
    }
}
