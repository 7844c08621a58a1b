import Synchronization
import Testing

/// Lets a few tests of all suites that have it run at the same time: each starts servers, and a machine with too many of them
/// answers too slowly to be asked for anything.
struct FewAtOnce: TestTrait, SuiteTrait, TestScoping {
    private static let limit = 6
    private static let running = Mutex(0)

    var isRecursive: Bool { true }

    @concurrent func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void,
    ) async throws {
        while !Self.enter() { try await Task.sleep(for: .milliseconds(20)) }
        defer { Self.running.withLock { $0 -= 1 } }
        try await function()
    }

    private static func enter() -> Bool {
        running.withLock { running in
            guard running < limit else { return false }
            running += 1
            return true
        }
    }
}

extension Trait where Self == FewAtOnce {
    /// Runs beside a few others of its kind, and no more.
    static var fewAtOnce: Self { FewAtOnce() }
}
