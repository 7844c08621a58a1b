import Catalog
import Testing

@testable import Registries

@Suite struct PublishedStateTests {
    private let web = CatalogQuery.service(name: "web")
    private let start = Timestamp(sinceEpoch: .seconds(1_000_000))

    private func state(_ questions: Set<CatalogQuery>, hostnames: Bool = false, label: String? = nil) -> PublishedState
    {
        var state = PublishedState(
            PublishedDecoder(source: "http://sd/", hostnames: hostnames, serviceLabel: label)
        )
        _ = state.ask(questions)
        return state
    }

    /// What is said in a few words: `afterBreak a,b`, `fault invalid`.
    private func words(_ reports: [RegistryReport]) -> [String] {
        reports.map { report in
            switch report {
            case .answers(let answers, let continuity):
                "\(continuity) "
                    + answers.values.map { result in
                        guard case .instances(let instances) = result else { return "?" }
                        return instances.map { "\($0.effectiveAddress):\($0.port)" }.joined(separator: ",")
                    }.joined(separator: ";")
            case .fault(let fault): "fault \(fault.label)"
            case .failing: "failing"
            case .recovered: "recovered"
            }
        }
    }

    private func take(_ text: String, _ state: inout PublishedState, after seconds: Int = 0) -> [String] {
        words(state.take(Array(text.utf8), at: start.advanced(seconds)).reports)
    }

    @Test(
        "both formats are known by their shape",
        arguments: [
            "services: {web: {instances: [\"10.0.0.1:80\", \"10.0.0.2:80\"]}}",
            #"{"services": {"web": {"instances": ["10.0.0.1:80", {"address": "10.0.0.2", "port": 80}]}}}"#,
            #"[{"targets": ["10.0.0.2:80", "10.0.0.1:80", "10.0.0.1:80"], "labels": {"job": "web"}}]"#,
            #"[{"targets": ["10.0.0.1:80"], "labels": {"job": "web"}}, {"targets": ["10.0.0.2:80"], "labels": {"service": "web"}}]"#,
        ]
    )
    func formats(text: String) {
        var state = state([web])
        #expect(take(text, &state) == ["afterBreak 10.0.0.1:80,10.0.0.2:80"])
        #expect(take(text, &state) == ["unbroken 10.0.0.1:80,10.0.0.2:80"])
    }

    @Test func `labels are meta, and a configured one names the service`() throws {
        var state = state([.service(name: "shop")], label: "app")
        let text = #"[{"targets": ["[fd00::1]:80"], "labels": {"job": "x", "app": "shop", "__meta_zone": "a"}}]"#
        guard case .answers(let answers, _)? = state.take(Array(text.utf8), at: start).reports.first,
            case .instances(let instances)? = answers.values.first
        else {
            Issue.record("no answer")
            return
        }
        let instance = try #require(instances.first)
        #expect(instance.effectiveAddress == "fd00::1" && instance.port == 80)
        #expect(instance.meta == ["job": "x", "__meta_zone": "a"])
    }

    @Test(
        "what is no target is left out alone",
        arguments: [
            "web.example:80", "10.0.0.9:0", "10.0.0.9:65536", "10.0.0.9:+80", "10.0.0.9:", "http://10.0.0.9/",
            "10.0.0.9:80 x",
            "", "[10.0.0.9]:80", "10.0.0.9\\n:80", "10.0.0:80",
        ]
    )
    func hostileTargets(target: String) {
        var state = state([web])
        let text = #"[{"targets": ["\#(target)", "10.0.0.1:80"], "labels": {"job": "web"}}]"#
        let taken = state.take(Array(text.utf8), at: start)
        #expect(words(taken.reports) == ["afterBreak 10.0.0.1:80"])
        #expect(taken.rejected.count == 1)
        #expect(taken.rejected.allSatisfy { !$0.reason.contains("\n") })
    }

    @Test(
        "what is no registry is a fault, and what was good stays",
        arguments: [
            "", "{", "[", "<html>no</html>", "services:", "services: {web: {}}", "null", "[1]", "[{}]", "\u{0}",
            #"[{"targets": ["10.0.0.1:80"]}]"#, #"[{"targets": "10.0.0.1:80", "labels": {"job": "web"}}]"#,
            #"[{"targets": [["x"]], "labels": {"job": "web"}}]"#, #"[{"targets": [], "labels": []}]"#,
            #"{"services": {"web": {"instances": ["no address"]}}}"#, #"{"services": {"web": {"instances": null}}}"#,
            #"{"unknown": 1}"#,
        ]
    )
    func faults(text: String) {
        var state = state([web])
        let good = "services: {web: {instances: [\"10.0.0.1:80\"]}}"
        #expect(take(good, &state) == ["afterBreak 10.0.0.1:80"])
        #expect(take(text, &state) == ["fault invalid"])
        #expect(take(text, &state) == [])
        #expect(words(state.ask([web, .service(name: "WEB")])) == ["afterBreak 10.0.0.1:80"])
        #expect(take(good, &state).last == "recovered")
    }

    @Test func `a stated emptiness passes, that of target groups is suspect`() {
        var state = state([web])
        #expect(take("services: {web: {instances: [\"10.0.0.1:80\"]}}", &state) == ["afterBreak 10.0.0.1:80"])
        #expect(take("services: {web: {instances: []}}", &state) == ["stated "])

        state = self.state([web])
        let full = #"[{"targets": ["10.0.0.1:80"], "labels": {"job": "web"}}]"#
        #expect(take(full, &state) == ["afterBreak 10.0.0.1:80"])
        #expect(take(full + " ", &state) == ["unbroken 10.0.0.1:80"])
        #expect(take("[]", &state) == ["afterBreak "])
        #expect(take("[]", &state) == ["unbroken "])
        #expect(take("[ ]", &state) == ["unbroken "])
        #expect(take(full, &state) == ["unbroken 10.0.0.1:80"])
        #expect(take(#"[{"targets": [], "labels": {"job": "web"}}]"#, &state) == ["afterBreak "])
    }

    @Test func `what comes first after a fault comes after a break`() {
        var state = state([web])
        let text = "services: {web: {instances: [\"10.0.0.1:80\"]}}"
        #expect(take(text, &state) == ["afterBreak 10.0.0.1:80"])
        #expect(words(state.fail(RegistryFault(label: "timeout", message: "x"))) == ["fault timeout"])
        #expect(words(state.fail(RegistryFault(label: "timeout", message: "x"))) == [])
        #expect(take(text, &state) == ["afterBreak 10.0.0.1:80", "recovered"])
        #expect(take(text, &state) == ["unbroken 10.0.0.1:80"])
    }

    @Test func `a lease lasts from one good answer to the next, and through a fault`() {
        var state = state([web])
        let text = "services: {web: {ttl: 30s, instances: [\"10.0.0.1:80\"]}}"
        #expect(take(text, &state) == ["afterBreak 10.0.0.1:80"])
        #expect(words(state.confirm(at: start.advanced(20))) == ["unbroken 10.0.0.1:80"])
        #expect(words(state.advance(to: start.advanced(40))) == [])
        #expect(words(state.confirm(renewing: false, at: start.advanced(45))) == ["unbroken 10.0.0.1:80"])
        #expect(words(state.fail(RegistryFault(label: "timeout", message: "x"))) == ["fault timeout"])
        #expect(words(state.advance(to: start.advanced(60))) == [])
        #expect(take(text, &state, after: 70) == ["afterBreak 10.0.0.1:80", "recovered"])
        #expect(words(state.advance(to: start.advanced(101))) == ["unbroken "])
    }

    @Test func `host names are taken where they are allowed`() {
        var state = state([web], hostnames: true)
        let text = #"[{"targets": ["web.example:80"], "labels": {"job": "web"}}]"#
        #expect(take(text, &state) == ["afterBreak web.example:80"])
    }
}

extension Timestamp {
    fileprivate func advanced(_ seconds: Int) -> Timestamp { self + .seconds(seconds) }
}
