import Catalog
import Registries
import Testing
import Wire

/// What is read of a real API server's answers.
@Suite struct KubernetesDecoderTests {
    private let maker = ServiceInstances(hostnames: false)

    private func objects(_ file: String, _ resource: KubernetesResource) throws -> [KubernetesObject] {
        try ListPage(RecordedCluster.bytes(file), of: resource).objects
    }

    private func slices(_ file: String = "list_eps.json") throws -> [EndpointSlice] {
        try objects(file, .endpointSlices).compactMap { if case .slice(let slice) = $0 { slice } else { nil } }
    }

    private func service(_ name: String) throws -> KubernetesService {
        let services = try objects("list_services.json", .services).compactMap { object -> KubernetesService? in
            if case .service(let service) = object { service } else { nil }
        }
        return try #require(services.first { $0.name.name == name })
    }

    @Test func `a list has its objects, its version and where it goes on`() throws {
        let page = try ListPage(RecordedCluster.bytes("list_chunk1.json"), of: .endpointSlices)
        #expect(page.version == "245" && page.continuation.hasPrefix("eyJ2"))
        #expect(page.objects.map(\.name) == [ObjectName(namespace: "shop", name: "web-abc12")])
        #expect(try ListPage(RecordedCluster.bytes("list_eps.json"), of: .endpointSlices).continuation == "")
    }

    @Test func `endpoints become instances, each once`() throws {
        let (instances, rejected) = maker.instances(of: try service("web"), try slices())
        #expect(rejected.isEmpty)
        let lines = instances.map { "\($0.id) \($0.address):\($0.port) \($0.health) \($0.node.name) \($0.zone)" }
        #expect(
            lines == [
                "web-10.50.1.3-8080 10.50.1.3:8080 critical  eu-1b",
                "web-10.50.1.4-8080 10.50.1.4:8080 passing  ",
                "web-fd00::11-8080 fd00::11:8080 passing  ",
                "web-1 10.50.1.1:8080 passing node-a eu-1a",
                "web-2 10.50.1.2:8080 draining node-b eu-1b",
            ]
        )
        #expect(instances[3].meta["app"] == "web")
        #expect(instances[3].taggedAddresses?["metrics"] == TaggedAddress(address: "10.50.1.1", port: 9100))
    }

    @Test func `Services say what they are`() throws {
        #expect(try service("ext").isExternalName)
        let web = try service("web")
        #expect(!web.isExternalName && web.ports == ["http", "metrics"] && web.families == [.ipv4])
        #expect(try service("headless").families == [.ipv4, .ipv6])
    }

    @Test func `a watch's lines are events`() throws {
        let events = try RecordedCluster.lines("watchlist_stream.jsonl").map { line in
            switch try WatchEvent(line, of: .endpointSlices) {
            case .put(let object, let version): "put \(object.name.name) \(version)"
            case .removed(let object, let version): "removed \(object.name.name) \(version)"
            case .bookmark(let version, let ends): "bookmark \(version)\(ends ? " of the beginning" : "")"
            case .failed(let fault): "failed \(fault.label)"
            }
        }
        #expect(
            events == [
                "put web-abc12 244", "put web-abc12-dup 245", "put web-v6 227", "bookmark 245 of the beginning",
                "put web-abc12 246", "removed web-abc12-dup 247", "bookmark 247", "bookmark 247",
            ]
        )
    }

    @Test func `an event that is an error is its fault`() throws {
        guard case .failed(let fault) = try WatchEvent(RecordedCluster.bytes("watch_410.json"), of: .services) else {
            Issue.record("it is no fault")
            return
        }
        #expect(fault == .expired("too old resource version: 251 (298)"))
    }

    @Test(arguments: [
        ("err_401.json", 401, KubernetesFault.unauthorized("Unauthorized")),
        ("list_future_rv.json", 504, .behind("Timeout: Too large resource version: 99999999, current: 251")),
    ])
    func `an error is its fault`(file: String, status: Int, fault: KubernetesFault) throws {
        #expect(KubernetesFault.of(status: status, retryAfter: nil, body: try RecordedCluster.bytes(file)) == fault)
    }

    @Test func `a denial says what is missing`() throws {
        let body = try RecordedCluster.bytes("err_403.json")
        guard case .forbidden(let text) = KubernetesFault.of(status: 403, retryAfter: nil, body: body) else {
            Issue.record("it is no denial")
            return
        }
        #expect(text.contains("cannot list resource \"endpointslices\""))
    }

    @Test(arguments: [
        ("{}", "without `items`"), (#"{"metadata":{"resourceVersion":"1"}}"#, "without `items`"),
        (#"{"items":[]}"#, "without `resourceVersion`"),
        (#"{"metadata":{"resourceVersion":"1"},"items":[{}]}"#, "metadata"),
        (#"{"metadata":{"resourceVersion":"1"},"items":["#, "ends"), (#"[]"#, "an object"),
        (#"{"metadata":{"resourceVersion":"1"},"items":[]} x"#, "the end"),
    ])
    func `what is no list is no empty list`(body: String, fault: String) {
        let error = #expect(throws: JSONFault.self) { _ = try ListPage(Array(body.utf8), of: .services) }
        #expect(error?.message.contains(fault) == true, "\(String(describing: error))")
    }

    @Test func `every beginning of an event is a fault`() throws {
        let line = try #require(RecordedCluster.lines("watch_stream.jsonl").first)
        for count in 0..<line.count {
            #expect(throws: JSONFault.self) { _ = try WatchEvent(Array(line[..<count]), of: .endpointSlices) }
        }
    }

    @Test func `null is nothing, in whatever place`() throws {
        let body = """
            {"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a","namespace":"n","labels":null,\
            "annotations":null},"addressType":"IPv4","endpoints":null,"ports":null},{"metadata":{"name":"b","namespace":"n"},\
            "addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":null,"serving":null},\
            "targetRef":null,"nodeName":null,"zone":null}],"ports":[{"name":null,"port":null}]}]}
            """
        let page = try ListPage(Array(body.utf8), of: .endpointSlices)
        guard case .slice(let slice)? = page.objects.last else { return }
        #expect(slice.endpoints.map(\.health) == [.passing] && slice.ports.map(\.number) == [0])
    }
}
