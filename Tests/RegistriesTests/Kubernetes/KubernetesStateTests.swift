import Catalog
import Registries
import Testing

/// What is reported of a cluster, and when.
@Suite struct KubernetesStateTests {
    private let start = ContinuousClock.now
    private let web = CatalogQuery.service(name: "web")
    private let services = KubernetesFeed(.services, in: "shop")
    private let slices = KubernetesFeed(.endpointSlices, in: "shop")

    private func state() -> KubernetesState {
        KubernetesState(
            registry: "main",
            address: "https://test",
            namespace: "shop",
            watchesAll: false,
            confirmation: .seconds(31),
            ServiceInstances(hostnames: false)
        )
    }

    private var service: KubernetesObject {
        .service(KubernetesService(name: ObjectName(namespace: "shop", name: "web")))
    }

    private func slice(_ pods: String...) -> KubernetesObject {
        var slice = EndpointSlice(name: ObjectName(namespace: "shop", name: "web-1"))
        slice.service = "web"
        slice.endpoints = pods.map { pod in
            var endpoint = EndpointSlice.Endpoint()
            (endpoint.pod, endpoint.address) = (pod, "10.0.0.\(pod.utf8.first ?? 1)")
            return endpoint
        }
        return .slice(slice)
    }

    /// `answer a,b afterBreak`, `fault forbidden`, `failing 1`, `recovered`.
    private func lines(_ reports: [RegistryReport]) -> [String] {
        reports.map { report in
            switch report {
            case .answers(let answers, let continuity):
                "answer \(ids(answers[web])?.joined(separator: ",") ?? "-") \(continuity)"
            case .fault(let fault): "fault \(fault.label)"
            case .failing(let queries): "failing \(queries.count)"
            case .recovered: "recovered"
            }
        }
    }

    @Test func `an answer comes when both lists are there, and twice again when it is confirmed`() {
        var state = state()
        #expect(state.on(.wanted([web]), at: start).isEmpty && state.feeds.count == 2)
        #expect(state.on(.listed(slices, [slice("a")], .afterBreak), at: start).isEmpty)
        #expect(lines(state.on(.listed(services, [service], .afterBreak), at: start)) == ["answer a afterBreak"])
        #expect(state.nextLook == start + .seconds(31))
        // One of the lists has not been confirmed yet.
        #expect(state.on(.listed(slices, [slice("a")], .unbroken), at: start + .seconds(31)).isEmpty)
        #expect(state.on(.alarm, at: start + .seconds(31)).isEmpty)
        #expect(state.on(.listed(services, [service], .unbroken), at: start + .seconds(32)).isEmpty)
        #expect(lines(state.on(.alarm, at: start + .seconds(33))) == ["answer a unbroken"])
        #expect(lines(state.on(.alarm, at: start + .seconds(70))) == ["answer a unbroken"])
        #expect(state.nextLook == nil)
    }

    @Test func `what a confirming list lacks, it has to lack twice`() {
        var state = state()
        _ = state.on(.wanted([web]), at: start)
        _ = state.on(.listed(slices, [slice("a", "b")], .afterBreak), at: start)
        _ = state.on(.listed(services, [service], .afterBreak), at: start)
        #expect(lines(state.on(.listed(slices, [slice("a")], .unbroken), at: start)) == ["answer a afterBreak"])
        // A change of the watch is one.
        let change = KubernetesState.Event.changed(slices, [.put(slice("a", "c"), version: "9")])
        #expect(lines(state.on(change, at: start)) == ["answer a,c unbroken"])
    }

    @Test func `a fault is told once with the questions that it concerns, and is over with a watch`() {
        var state = state()
        let theirs = CatalogQuery.service(name: "web", scope: QueryScope(parameters: ["ns": "other"]))
        _ = state.on(.wanted([web, theirs]), at: start)
        #expect(state.feeds.count == 4)
        #expect(lines(state.on(.failed(slices, .forbidden("x")), at: start)) == ["failing 1", "fault forbidden"])
        #expect(state.on(.failed(services, .forbidden("y")), at: start).isEmpty)
        #expect(state.on(.changed(slices, []), at: start).isEmpty)
        #expect(lines(state.on(.changed(services, []), at: start)) == ["failing 0", "recovered"])
    }

    @Test func `a namespace that nobody asks for is not followed, and forgotten`() {
        var state = state()
        _ = state.on(.wanted([web]), at: start)
        _ = state.on(.listed(slices, [slice("a")], .afterBreak), at: start)
        _ = state.on(.wanted([]), at: start)
        #expect(state.feeds.isEmpty)
        #expect(state.on(.listed(slices, [slice("a")], .afterBreak), at: start).isEmpty)
        _ = state.on(.wanted([web]), at: start)
        #expect(lines(state.on(.listed(services, [service], .afterBreak), at: start)) == [])
    }
}
