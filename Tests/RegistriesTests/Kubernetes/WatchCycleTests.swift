import Registries
import Testing

/// What is asked of an API server after what.
@Suite struct WatchCycleTests {
    private let start = ContinuousClock.now
    private let timing = WatchCycle.Timing(watch: .seconds(300), confirmation: .seconds(31))

    private func moment(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// One whose first list was complete at the start.
    private func listed() -> WatchCycle {
        var cycle = WatchCycle(timing)
        #expect(cycle.next(at: start) == .stream(seconds: 31))
        #expect(cycle.failed(.refused(422, "forbidden")) == false)
        #expect(cycle.next(at: start) == .list(limit: 500, continuation: ""))
        #expect(cycle.listed(version: "10", continuation: "", at: start) == .afterBreak)
        return cycle
    }

    @Test func `a list is read page by page, then watched from its version, then confirmed`() {
        var cycle = WatchCycle(timing)
        _ = cycle.next(at: start)
        #expect(cycle.failed(.refused(400, "")) == false)
        #expect(cycle.next(at: start) == .list(limit: 500, continuation: ""))
        #expect(cycle.listed(version: "10", continuation: "c", at: start) == nil)
        #expect(cycle.next(at: start) == .list(limit: 500, continuation: "c"))
        #expect(cycle.listed(version: "10", continuation: "", at: start) == .afterBreak)
        #expect(cycle.next(at: start) == .watch(from: "10", seconds: 31))
        cycle.heard(version: "12")
        cycle.ended(.clean)
        #expect(cycle.next(at: moment(31)) == .list(limit: 500, continuation: ""))
        #expect(cycle.listed(version: "13", continuation: "", at: moment(31)) == .unbroken)
        #expect(cycle.next(at: moment(31)) == .watch(from: "13", seconds: 300))
    }

    @Test func `a server that sends all at the beginning of a watch is not listed`() {
        var cycle = WatchCycle(timing)
        #expect(cycle.next(at: start) == .stream(seconds: 31))
        #expect(cycle.streamed(version: "10", at: start) == .afterBreak)
        cycle.ended(.cut)
        #expect(cycle.next(at: start) == .watch(from: "10", seconds: 31))
    }

    @Test func `a watch that ends or is cut goes on from the last version`() {
        for end in [WatchCycle.End.clean, .cut] {
            var cycle = listed()
            _ = cycle.next(at: start)
            cycle.heard(version: "20")
            cycle.ended(end)
            #expect(cycle.next(at: start) == .watch(from: "20", seconds: 31))
        }
    }

    @Test(arguments: [WatchCycle.End.clean, .silent])
    func `a watch without a word means a server that is behind`(end: WatchCycle.End) {
        var cycle = listed()
        _ = cycle.next(at: start)
        cycle.ended(end)
        #expect(cycle.next(at: start) == .list(limit: 500, continuation: ""))
        #expect(cycle.listed(version: "4", continuation: "", at: start) == .afterBreak)
    }

    @Test func `a watch that is asked for a moment alone may end without a word`() {
        var cycle = listed()
        #expect(cycle.next(at: moment(30)) == .watch(from: "10", seconds: 1))
        cycle.ended(.clean)
        #expect(cycle.next(at: moment(31)) == .list(limit: 500, continuation: ""))
        #expect(cycle.listed(version: "10", continuation: "", at: moment(31)) == .unbroken)
    }

    @Test(arguments: [
        KubernetesFault.expired(""), .transport(.unreachable("")), .transport(.timedOut), .unauthorized(""),
        .status(500, ""), .behind(""),
        .malformed(""),
    ])
    func `after a fault all is listed anew, and that is a break`(fault: KubernetesFault) {
        var cycle = listed()
        _ = cycle.next(at: start)
        cycle.heard(version: "20")
        #expect(cycle.failed(fault) == true)
        #expect(cycle.next(at: start) == .list(limit: 500, continuation: ""))
        #expect(cycle.listed(version: "30", continuation: "", at: start) == .afterBreak)
    }

    @Test func `a server that is busy, or closes a kept connection once, is asked the same again`() {
        var cycle = listed()
        _ = cycle.next(at: start)
        cycle.heard(version: "20")
        #expect(cycle.failed(.busy("", retryAfter: 1)) == true)
        #expect(cycle.next(at: start) == .watch(from: "20", seconds: 31))
        #expect(cycle.failed(.transport(.closed)) == true)
        #expect(cycle.next(at: start) == .watch(from: "20", seconds: 31))
        #expect(cycle.failed(.transport(.closed)) == true)
        #expect(cycle.next(at: start) == .list(limit: 500, continuation: ""))
    }

    @Test func `a page that the server has forgotten begins all anew, at once`() {
        var cycle = WatchCycle(timing)
        _ = cycle.next(at: start)
        #expect(cycle.failed(.refused(422, "")) == false)
        _ = cycle.next(at: start)
        _ = cycle.listed(version: "10", continuation: "c", at: start)
        #expect(cycle.failed(.expired("")) == false)
        #expect(cycle.next(at: start) == .list(limit: 0, continuation: ""))
    }

    @Test func `a confirmation by a server that was restored is a break`() {
        var cycle = listed()
        _ = cycle.next(at: moment(31))
        #expect(cycle.listed(version: "9", continuation: "", at: moment(31)) == .afterBreak)
    }
}
