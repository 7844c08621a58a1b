import Registries
import Testing

@Suite struct BlockingQueryTests {
    private let start = ContinuousClock.now
    private var query = BlockingQuery(wait: .seconds(60), maximumStaleness: .seconds(10))

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    private func answer(
        _ index: UInt64?,
        status: Int = 200,
        leader: Bool = true,
        age: Double = 0,
        filtered: Bool = false,
        token: Int = 0,
    ) -> ConsulAnswer {
        ConsulAnswer(
            status: status,
            index: index,
            knowsLeader: leader,
            lastContact: .seconds(age),
            isFiltered: filtered,
            tokenGeneration: token
        )
    }

    @Test func `the first request asks at once, the next ones wait for a change`() {
        var query = query
        #expect(query.request(at: at(0)) == .init(index: 0, wait: nil, isStale: true))
        #expect(query.on(answer(7), isAnswer: true, at: at(0)) == .good(.afterBreak))
        #expect(query.request(at: at(0)).index == 7)
        #expect(query.on(answer(9), isAnswer: true, at: at(1)) == .good(.unbroken))
        #expect(query.request(at: at(1)).index == 9)
    }

    @Test func `an unchanged index is the same answer`() {
        var query = query
        _ = query.on(answer(7), isAnswer: true, at: at(0))
        #expect(query.on(answer(7), isAnswer: true, at: at(31)) == .same(.unbroken))
    }

    @Test func `half a minute after a break it is read again, then it waits as long as configured`() {
        var query = query
        _ = query.on(answer(7), isAnswer: true, at: at(0))
        #expect(query.request(at: at(0)).wait == .seconds(30))
        #expect(query.request(at: at(12)).wait == .seconds(18))
        #expect(query.on(answer(8), isAnswer: true, at: at(12)) == .good(.unbroken))
        #expect(query.request(at: at(12)).wait == .seconds(18))
        #expect(query.on(answer(8), isAnswer: true, at: at(30.5)) == .same(.unbroken))
        #expect(query.request(at: at(30.5)).wait == .seconds(60))
    }

    @Test func `a query waits no longer than its process is old`() {
        var query = BlockingQuery(wait: .seconds(60), maximumStaleness: .zero, since: at(0))
        _ = query.on(answer(7), isAnswer: true, at: at(0))
        #expect(query.request(at: at(0)).wait == .seconds(2))
        #expect(query.request(at: at(9)).wait == .seconds(9))
        _ = query.on(answer(7), isAnswer: true, at: at(31))
        #expect(query.request(at: at(40)).wait == .seconds(40))
        #expect(query.request(at: at(400)).wait == .seconds(60))
    }

    @Test func `an index that goes backwards is a break, and begins anew`() {
        var query = query
        _ = query.on(answer(700), isAnswer: true, at: at(0))
        #expect(query.on(answer(12), isAnswer: true, at: at(1)) == .good(.afterBreak))
        #expect(query.request(at: at(1)).index == 0)
        #expect(query.on(answer(12), isAnswer: true, at: at(1)) == .good(.unbroken))
        #expect(query.request(at: at(1)).index == 12)
    }

    @Test func `the index of an error is not believed, and what follows it comes after a break`() {
        var query = query
        _ = query.on(answer(700), isAnswer: true, at: at(0))
        // Consul says 1 on its errors.
        #expect(query.on(answer(1, status: 500), isAnswer: false, at: at(1)) == .fault(.status(500, "")))
        #expect(query.request(at: at(1)).index == 0)
        #expect(query.on(answer(700), isAnswer: true, at: at(2)) == .good(.afterBreak))
    }

    @Test func `the absence of a key is an answer with an index`() {
        var query = query
        #expect(query.on(answer(44, status: 404), isAnswer: true, at: at(0)) == .good(.afterBreak))
        #expect(query.request(at: at(0)).index == 44)
    }

    @Test func `an answer without an index is polled`() {
        var query = query
        #expect(query.on(answer(nil), isAnswer: true, at: at(0)) == .good(.afterBreak))
        #expect(query.request(at: at(0)) == .init(index: 0, wait: nil, isStale: true))
        #expect(query.on(answer(nil), isAnswer: true, at: at(1)) == .good(.unbroken))
    }

    @Test func `a server that knows no leader is not believed`() {
        var query = query
        _ = query.on(answer(7), isAnswer: true, at: at(0))
        #expect(query.on(answer(7, leader: false, age: 76), isAnswer: true, at: at(1)) == .fault(.noLeader("")))
        #expect(query.on(answer(7), isAnswer: true, at: at(2)) == .good(.afterBreak))
    }

    @Test func `an answer that is too old is asked of the leader`() {
        var query = query
        _ = query.on(answer(7), isAnswer: true, at: at(0))
        #expect(query.on(answer(8, age: 10.1), isAnswer: true, at: at(1)) == .tooOld)
        #expect(query.request(at: at(1)).isStale == false)
        #expect(query.request(at: at(1)).index == 7)
        #expect(query.on(answer(9, age: 0), isAnswer: true, at: at(2)) == .good(.unbroken))
        #expect(query.request(at: at(2)).isStale)
    }

    @Test func `without staleness the leader is always asked`() {
        var query = BlockingQuery(wait: .seconds(60), maximumStaleness: .zero)
        #expect(query.request(at: at(0)).isStale == false)
        #expect(query.on(answer(8, age: 3_600), isAnswer: true, at: at(1)) == .good(.afterBreak))
    }

    @Test func `another token is a break`() {
        var query = query
        _ = query.on(answer(7, token: 1), isAnswer: true, at: at(0))
        #expect(query.on(answer(7, token: 2), isAnswer: true, at: at(1)) == .good(.afterBreak))
        #expect(query.on(answer(7, token: 2), isAnswer: true, at: at(2)) == .same(.unbroken))
    }

    @Test func `what does not block is always asked at once`() {
        var query = BlockingQuery(wait: .seconds(60), maximumStaleness: .zero, blocks: false)
        _ = query.on(answer(7), isAnswer: true, at: at(0))
        #expect(query.request(at: at(0)) == .init(index: 0, wait: nil, isStale: false))
        #expect(query.on(answer(7), isAnswer: true, at: at(1)) == .same(.unbroken))
    }
}
