import Catalog
import Registries
import Synchronization
import TestSupport
import Testing

/// What a watched registry has reported so far.
final class ReportDiary: Sendable {
    private struct State {
        var answers: [CatalogQuery: QueryResult] = [:]
        var count = 0
        var breaks = 0
        var faults: [RegistryFault] = []
        var failing: Set<CatalogQuery> = []
        var isRecovered = true
        var ended: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let asked: AsyncStream<Set<CatalogQuery>>.Continuation

    fileprivate init(_ asked: AsyncStream<Set<CatalogQuery>>.Continuation) { self.asked = asked }

    /// The last answer to each question.
    var answers: [CatalogQuery: QueryResult] { state.withLock(\.answers) }
    /// How many answers came in all.
    var count: Int { state.withLock(\.count) }
    /// How many of them were the first after a break.
    var breaks: Int { state.withLock(\.breaks) }
    var faults: Int { state.withLock { $0.faults.count } }
    var lastFault: RegistryFault? { state.withLock { $0.faults.last } }
    var messages: [String] { state.withLock { $0.faults.map(\.message) } }
    var failing: Set<CatalogQuery> { state.withLock(\.failing) }
    /// Whether no fault is there, or the last one is over.
    var isRecovered: Bool { state.withLock(\.isRecovered) }

    func instances(_ query: CatalogQuery) -> [Instance]? {
        guard case .instances(let instances)? = answers[query] else { return nil }
        return instances
    }

    func ask(_ questions: Set<CatalogQuery>) { asked.yield(questions) }

    /// Drops the answers so far.
    func forget() { state.withLock { $0.answers = [:] } }

    /// Notes that the watch is to end from now on.
    func endsNow() { state.withLock { $0.ended = .now } }

    /// Waits until the answers are as `condition` wants them.
    func reaches(
        within limit: Duration = .seconds(60),
        _ location: SourceLocation = #_sourceLocation,
        _ condition: @Sendable ([CatalogQuery: QueryResult]) -> Bool,
    ) async throws {
        let isReached = await eventually(within: limit) { condition(self.answers) }
        try #require(isReached, "\(answers), \(messages)", sourceLocation: location)
    }

    fileprivate var sinceEnd: Duration? { state.withLock(\.ended).map { .now - $0 } }

    fileprivate func note(_ report: RegistryReport) {
        state.withLock { state in
            switch report {
            case .answers(let answers, let continuity):
                state.answers.merge(answers) { $1 }
                state.count += answers.count
                if continuity == .afterBreak { state.breaks += 1 }
            case .fault(let fault):
                state.faults.append(fault)
                state.isRecovered = false
            case .failing(let questions): state.failing = questions
            case .recovered: state.isRecovered = true
            }
        }
    }
}

/// Watches `registry` with `queries` while `body` looks at what it reports. `afterwards` is told how long after
/// `ReportDiary.endsNow` the watch was over.
func watched(
    _ registry: any Registry,
    _ queries: Set<CatalogQuery>,
    _ body: (ReportDiary) async throws -> Void,
    afterwards: (Duration) -> Void = { _ in },
) async throws {
    let (wanted, ask) = AsyncStream.makeStream(of: Set<CatalogQuery>.self)
    let diary = ReportDiary(ask)
    ask.yield(queries)
    try await withThrowingDiscardingTaskGroup { group in
        group.addTask { await registry.watch(wanted) { diary.note($0) } }
        do {
            try await body(diary)
        } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
    }
    if let since = diary.sinceEnd { afterwards(since) }
}
