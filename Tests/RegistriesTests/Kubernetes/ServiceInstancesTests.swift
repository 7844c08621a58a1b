import Catalog
import Registries
import Testing

/// How Services and EndpointSlices become instances.
@Suite struct ServiceInstancesTests {
    private var web = KubernetesService(name: ObjectName(namespace: "shop", name: "web"))

    private func slice(
        _ name: String,
        _ endpoints: [EndpointSlice.Endpoint],
        ports: [(String, Int)] = [("http", 8080)],
        family: AddressFamily = .ipv4,
        notes: [String: String] = [:],
    ) -> EndpointSlice {
        var slice = EndpointSlice(name: ObjectName(namespace: "shop", name: name))
        slice.service = "web"
        slice.family = family
        slice.notes = notes
        slice.ports = ports.map { name, number in
            var port = EndpointSlice.Port()
            (port.name, port.number) = (name, number)
            return port
        }
        slice.endpoints = endpoints
        return slice
    }

    private func endpoint(_ pod: String?, _ address: String, _ health: Health = .passing) -> EndpointSlice.Endpoint {
        var endpoint = EndpointSlice.Endpoint()
        (endpoint.pod, endpoint.address, endpoint.health) = (pod, address, health)
        return endpoint
    }

    private func lines(_ service: KubernetesService, _ slices: [EndpointSlice], port: String? = nil) -> [String] {
        ServiceInstances(hostnames: false, port: port).instances(of: service, slices).instances.map {
            "\($0.id) \($0.address):\($0.port) \($0.health)"
        }
    }

    @Test func `an address in two slices is one instance, as well as its best entry says`() {
        let both = [slice("a", [endpoint("p", "10.0.0.1", .draining)]), slice("b", [endpoint(nil, "10.0.0.1")])]
        #expect(lines(web, both) == ["p 10.0.0.1:8080 passing"])
        #expect(lines(web, both.reversed()) == ["p 10.0.0.1:8080 passing"])
    }

    @Test func `a pod of both families is one instance, with the preferred address and both by name`() {
        let both = [
            slice("a", [endpoint("p", "10.0.0.1")]), slice("b", [endpoint("p", "fd00::1")], family: .ipv6),
        ]
        #expect(lines(web, both) == ["p 10.0.0.1:8080 passing"])
        var dual = web
        dual.families = [.ipv6, .ipv4]
        #expect(lines(dual, both) == ["p fd00::1:8080 passing"])
        let tagged = ServiceInstances(hostnames: false).instances(of: dual, both).instances.first?.taggedAddresses
        #expect(tagged?["lan_ipv4"] == TaggedAddress(address: "10.0.0.1", port: 8080))
        #expect(tagged?["lan_ipv6"] == TaggedAddress(address: "fd00::1", port: 8080))
        #expect(tagged?["http"] == TaggedAddress(address: "fd00::1", port: 8080))
        // Health comes before the family.
        let sick = [both[0], slice("b", [endpoint("p", "fd00::1", .critical)], family: .ipv6)]
        #expect(lines(dual, sick) == ["p 10.0.0.1:8080 passing"])
    }

    @Test func `the port is the Service's first, or by name`() {
        let slices = [slice("a", [endpoint("p", "10.0.0.1")], ports: [("metrics", 9100), ("http", 8080)])]
        #expect(lines(web, slices) == ["p 10.0.0.1:9100 passing"])
        var ordered = web
        ordered.ports = ["http", "metrics"]
        #expect(lines(ordered, slices) == ["p 10.0.0.1:8080 passing"])
        #expect(lines(ordered, slices, port: "metrics") == ["p 10.0.0.1:9100 passing"])
        #expect(lines(ordered, slices, port: "grpc") == ["p 10.0.0.1:8080 passing"])
        ordered.notes["port"] = "metrics"
        #expect(lines(ordered, slices, port: "http") == ["p 10.0.0.1:9100 passing"])
        #expect(lines(web, [slice("a", [endpoint("p", "10.0.0.1")], ports: [])]) == ["p 10.0.0.1:0 passing"])
    }

    @Test func `a port that the annotation names and the slice lacks leaves its endpoints out`() {
        var service = web
        service.notes["port"] = "grpc"
        let (instances, rejected) = ServiceInstances(hostnames: false)
            .instances(of: service, [slice("a", [endpoint("p", "10.0.0.1")])])
        #expect(instances.isEmpty && rejected.count == 1)
    }

    @Test func `ports may differ between slices`() {
        let slices = [
            slice("a", [endpoint("p", "10.0.0.1")]), slice("b", [endpoint("q", "10.0.0.2")], ports: [("http", 9090)]),
        ]
        #expect(lines(web, slices) == ["p 10.0.0.1:8080 passing", "q 10.0.0.2:9090 passing"])
    }

    @Test func `annotations give weight, tags and model, those of a slice before the Service's`() {
        var service = web
        service.meta = ["app": "web"]
        service.notes = ["weight": "10", "tags": "v1, blue", "model": "llama"]
        let slices = [
            slice("a", [endpoint("p", "10.0.0.1")]),
            slice("b", [endpoint("q", "10.0.0.2")], notes: ["weight": "3", "tags": "canary", "model": "qwen"]),
        ]
        let instances = ServiceInstances(hostnames: false).instances(of: service, slices).instances
        #expect(instances.map(\.weights.passing) == [10, 3])
        #expect(instances.map(\.tags) == [["blue", "v1"], ["blue", "canary", "v1"]])
        #expect(instances.map { $0.meta["model"] } == ["llama", "qwen"])
        #expect(instances.map { $0.meta["app"] } == ["web", "web"])
    }

    @Test(arguments: ["-1", "65536", "many", ""])
    func `a weight that is none is one, and told`(weight: String) {
        var service = web
        service.notes["weight"] = weight
        let (instances, rejected) = ServiceInstances(hostnames: false)
            .instances(of: service, [slice("a", [endpoint("p", "10.0.0.1")])])
        #expect(instances.map(\.weights.passing) == [1] && rejected.count == 1)
    }

    @Test(arguments: ["10.0.0.1; x", "evil\nserver", "", "300.1.1.1", "db.example.com", "fe80::1%eth0"])
    func `an address that is none leaves the endpoint out, and nobody else`(address: String) {
        let slices = [slice("a", [endpoint("bad", address), endpoint("good", "10.0.0.2")])]
        let (instances, rejected) = ServiceInstances(hostnames: false).instances(of: web, slices)
        #expect(instances.map(\.id) == ["good"] && rejected.map(\.instance.id) == ["bad"])
        #expect(rejected.allSatisfy { $0.reason.utf8.allSatisfy { $0 >= 0x20 } })
    }

    @Test func `a name is an address where the registry lets names through`() {
        let slices = [slice("a", [endpoint("p", "db.example.com")], family: .fqdn)]
        #expect(
            ServiceInstances(hostnames: true).instances(of: web, slices).instances.map(\.address) == ["db.example.com"]
        )
    }

    @Test func `one change among many keeps the others' objects`() {
        var catalog = KubernetesCatalog(ServiceInstances(hostnames: false))
        _ = catalog.put(.service(web))
        _ = catalog.put(.slice(slice("a", [endpoint("p", "10.0.0.1"), endpoint("q", "10.0.0.2")])))
        let before = catalog.instances(of: web.name, previous: nil)
        let touched = catalog.put(
            .slice(slice("a", [endpoint("p", "10.0.0.1"), endpoint("q", "10.0.0.2", .draining)]))
        )
        #expect(touched == [web.name])
        let after = catalog.instances(of: web.name, previous: .instances(before))
        #expect(after[0] === before[0] && after[1].health == .draining)
        #expect(
            catalog.put(.slice(slice("a", [endpoint("p", "10.0.0.1"), endpoint("q", "10.0.0.2", .draining)]))).isEmpty
        )
    }

    @Test func `a list says what is gone, in its namespace alone`() {
        var catalog = KubernetesCatalog(ServiceInstances(hostnames: false))
        let other = KubernetesService(name: ObjectName(namespace: "other", name: "web"))
        for service in [web, other] { _ = catalog.put(.service(service)) }
        #expect(catalog.replace(.services, in: "shop", with: []) == [web.name])
        #expect(catalog.summaries(in: "other").map(\.name) == ["web"])
        #expect(catalog.summaries(in: "shop").isEmpty)
    }
}
