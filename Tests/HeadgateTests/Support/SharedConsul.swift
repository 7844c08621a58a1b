import TestSupport
import Testing

extension ConsulAgent {
    @TaskLocal private static var current: ConsulAgent?

    /// The agent of the suite's `SharedConsul`, for tests that only read and register what is theirs.
    static func shared(_ body: (ConsulAgent) async throws -> Void) async throws {
        try await body(#require(current, "the suite has no .sharedConsul"))
    }

    fileprivate static func sharing(_ agent: ConsulAgent, _ body: () async throws -> Void) async throws {
        try await $current.withValue(agent) { try await body() }
    }
}

/// Starts one agent for all tests of a suite: each of their own would take all of a machine's time.
struct SharedConsul: SuiteTrait, TestScoping {
    @concurrent func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void,
    ) async throws {
        var options = ConsulOptions(.dev)
        options.connectionsPerClient = 5_000
        try await ConsulAgent.with(options) { agent in
            try await ConsulAgent.sharing(agent) { try await function() }
        }
    }
}

extension Trait where Self == SharedConsul {
    /// One Consul agent for the whole suite.
    static var sharedConsul: Self { SharedConsul() }
}
