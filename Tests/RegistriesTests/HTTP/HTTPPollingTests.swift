import Testing

@testable import Registries

@Suite struct HTTPPollingTests {
    private typealias Answer = HTTPPolling.Answer

    private var polling: HTTPPolling {
        HTTPPolling(interval: .seconds(10), timeout: .seconds(5), wait: .seconds(55))
    }

    @Test func `what the server marked is asked for with its mark, once it was good`() {
        var polling = polling
        #expect(polling.next.headers == ["Prefer": "wait=55"])
        #expect(polling.judge(Answer(status: 200, etag: "\"1\"", lastModified: "then", body: [1])) == .text([1]))
        #expect(polling.accepted() == .seconds(10))
        #expect(polling.next.headers == ["Prefer": "wait=55", "If-None-Match": "\"1\"", "If-Modified-Since": "then"])
        #expect(polling.judge(Answer(status: 304)) == .unchanged)
        #expect(polling.accepted() == .seconds(10))
        #expect(polling.judge(Answer(status: 200, etag: "\"2\"", body: [2])) == .text([2]))
        _ = polling.failed()
        #expect(polling.next.headers["If-None-Match"] == "\"1\"")
    }

    @Test(
        "a server that says so holds the request, and is asked again at once",
        arguments: [
            ("wait", true), ("wait=55", true), ("respond-async, wait=10", true), ("waiting", false), ("", false),
        ]
    )
    func held(applied: String, isHeld: Bool) {
        var polling = polling
        _ = polling.judge(Answer(status: 200, etag: "\"1\"", applied: applied, body: [1]))
        #expect(polling.accepted() == (isHeld ? HTTPPolling.floor : .seconds(10)))
        #expect(polling.next.timeout == (isHeld ? .seconds(60) : .seconds(5)))
        _ = polling.judge(Answer(status: 304))
        #expect(polling.accepted() == (isHeld ? HTTPPolling.floor : .seconds(10)))
    }

    @Test func `without a mark nothing can be waited for`() {
        var polling = polling
        _ = polling.judge(Answer(status: 200, applied: "wait=55", body: [1]))
        #expect(polling.accepted() == .seconds(10))
        #expect(polling.next.timeout == .seconds(5))
    }

    @Test(
        "any other status is a fault",
        arguments: [
            (Answer(status: 304), "304"), (Answer(status: 204), "204"),
            (Answer(status: 301, location: "http://other/"), "301: it is at http://other/"),
            (Answer(status: 500, body: Array("no\u{1b}[2J\n such\n".utf8)), "500: no [2J  such"),
        ]
    )
    private func status(answer: Answer, words: String) {
        var polling = polling
        guard case .fault(let fault) = polling.judge(answer) else {
            Issue.record("no fault")
            return
        }
        #expect(RegistryFault(fault, address: "x").message == "x answered \(words)")
    }

    @Test func `who gives the address of a Consul agent is told how to write it`() {
        #expect(
            RegistryFault(.status(301, ""), address: "http://127.0.0.1:8500/").hint?.contains("consul://") == true
        )
        #expect(RegistryFault(.status(404, ""), address: "http://sd/x").hint == "look at the path in `url`")
    }

    @Test func `it is tried again later and later, and no earlier than the server says`() {
        var polling = polling
        for _ in 0..<20 {
            let pause = polling.failed()
            #expect(pause >= .milliseconds(500) && pause <= .seconds(30))
        }
        _ = polling.judge(Answer(status: 503, retryAfter: 120))
        #expect(polling.failed() == .seconds(120))
        _ = polling.judge(Answer(status: 503, retryAfter: 100_000))
        #expect(polling.failed() == .seconds(300))
    }
}
