import Catalog
import Registries
import Synchronization
import Testing

/// Reads a registry's reports one after the other.
struct WatchProbe: ~Copyable {
    fileprivate var reports: AsyncStream<RegistryReport>.AsyncIterator
    let ask: AsyncStream<Set<CatalogQuery>>.Continuation

    /// The next report; fails the test when none comes in time.
    mutating func next(_ location: SourceLocation = #_sourceLocation) async throws -> RegistryReport {
        try #require(await reports.next(isolation: #isolation), "no report came in time", sourceLocation: location)
    }

    /// The next report, which has to be one of answers without a break.
    mutating func answers(_ location: SourceLocation = #_sourceLocation) async throws -> [CatalogQuery: QueryResult] {
        let report = try await next(location)
        guard case .answers(let answers, let continuity) = report, continuity != .afterBreak else {
            Issue.record("answers were expected, not \(report)", sourceLocation: location)
            return [:]
        }
        return answers
    }

    /// The next report, which has to be of the instances of `service`.
    mutating func instances(of service: String, _ location: SourceLocation = #_sourceLocation) async throws
        -> [Instance]
    {
        guard case .instances(let instances) = try await answers(location)[.service(name: service)] else {
            Issue.record("no answer about \(service)", sourceLocation: location)
            return []
        }
        return instances
    }

    mutating func ids(of service: String = "web", _ location: SourceLocation = #_sourceLocation) async throws
        -> [String]
    {
        try await instances(of: service, location).map(\.id)
    }

    /// The next report, which has to be a fault.
    mutating func fault(_ location: SourceLocation = #_sourceLocation) async throws -> RegistryFault {
        let report = try await next(location)
        guard case .fault(let fault) = report else {
            Issue.record("a fault was expected, not \(report)", sourceLocation: location)
            return RegistryFault(label: "", message: "")
        }
        return fault
    }

    /// The next report, which has to be of the end of a fault.
    mutating func recovered(_ location: SourceLocation = #_sourceLocation) async throws {
        let report = try await next(location)
        guard case .recovered = report else {
            Issue.record("recovery was expected, not \(report)", sourceLocation: location)
            return
        }
    }
}

/// Watches `registry` with `queries` while `body` reads its reports, for a minute at most.
func watching(
    _ registry: some Registry,
    _ queries: Set<CatalogQuery> = [.service(name: "web")],
    _ body: (inout WatchProbe) async throws -> Void,
) async throws {
    let (wanted, ask) = AsyncStream.makeStream(of: Set<CatalogQuery>.self)
    let (reports, tell) = AsyncStream.makeStream(of: RegistryReport.self)
    ask.yield(queries)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            await registry.watch(wanted) { tell.yield($0) }
            tell.finish()
        }
        group.addTask {
            try await Task.sleep(for: .seconds(60))
            tell.finish()
        }
        var probe = WatchProbe(reports: reports.makeAsyncIterator(), ask: ask)
        try await body(&probe)
        group.cancelAll()
    }
}

/// A trigger that the test pulls.
final class ManualTrigger: ChangeTrigger {
    private let hints = AsyncStream.makeStream(of: Void.self)
    private let lastObserved = Mutex<Set<String>>([])

    var observed: Set<String> { lastObserved.withLock { $0 } }

    func pull() { hints.continuation.yield() }

    func run(changed: @escaping @Sendable () -> Void) async {
        for await _ in hints.stream { changed() }
    }

    func observe(_ directories: Set<String>) { lastObserved.withLock { $0 = directories } }
}

/// A wall clock that the test sets. Waiting for less than a second, as for a debounce, takes no time.
final class ManualClock: Sendable {
    private struct State {
        var now: Timestamp
        var sleepers: [Int: (moment: Timestamp, wake: CheckedContinuation<Void, Never>)] = [:]
        var nextID = 0
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    init(_ now: Timestamp) { state = Mutex(State(now: now)) }

    var now: Timestamp { state.withLock { $0.now } }

    func set(_ now: Timestamp) {
        let due = state.withLock { state in
            state.now = now
            let due = state.sleepers.filter { $0.value.moment <= now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.wake)
        }
        for wake in due { wake.resume() }
    }

    var wallClock: WallClock {
        WallClock(now: { self.now }, sleep: { moment throws(CancellationError) in try await self.sleep(until: moment) })
    }

    private func sleep(until moment: Timestamp) async throws(CancellationError) {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                let isDue = state.withLock { state in
                    if state.cancelled.contains(id) || moment - state.now < .seconds(1) { return true }
                    state.sleepers[id] = (moment, wake)
                    return false
                }
                if isDue { wake.resume() }
            }
        } onCancel: {
            let wake = state.withLock { state in
                state.cancelled.insert(id)
                return state.sleepers.removeValue(forKey: id)?.wake
            }
            wake?.resume()
        }
        if Task.isCancelled { throw CancellationError() }
    }
}
