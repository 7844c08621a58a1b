import Testing

/// Lets a few tests of all suites that have it run at the same time: each starts servers, and a machine with too many of them
/// answers too slowly to be asked for anything.
struct FewAtOnce: TestTrait, SuiteTrait, TestScoping {
    private static let places = Places(6)

    var isRecursive: Bool { true }

    @concurrent func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void,
    ) async throws {
        await Self.places.take()
        do {
            try await function()
        } catch {
            await Self.places.leave()
            throw error
        }
        await Self.places.leave()
    }

    /// A number of places; who finds none waits for one, first come, first served.
    private actor Places {
        private var free: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(_ count: Int) { free = count }

        func take() async {
            guard free == 0 else {
                free -= 1
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        func leave() {
            if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
        }
    }
}

extension Trait where Self == FewAtOnce {
    /// Runs beside a few others of its kind, and no more.
    static var fewAtOnce: Self { FewAtOnce() }
}
