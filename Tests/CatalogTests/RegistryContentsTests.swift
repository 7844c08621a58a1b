import Catalog
import Testing

@Suite struct RegistryContentsTests {
    private static let own = Node(name: "lab1", address: "10.0.0.1", datacenter: "dc1")
    private static let second = Node(name: "Lab2", address: "10.0.0.2")
    private static let foreign = Node(name: "far", address: "10.9.0.1", datacenter: "dc2")
    private static let idle = Node(name: "idle", address: "10.0.0.9")

    private static func instance(_ service: String, _ id: String, _ node: Node, tags: [String] = []) -> Instance {
        Instance(service: service, id: id, node: node, port: 80, tags: tags)
    }

    private let contents = RegistryContents(
        datacenter: "dc1",
        datacenters: ["dc2"],
        ownNode: "lab1",
        services: ["ghost", "web"],
        nodes: [idle],
        instances: [
            instance("web", "b", own, tags: ["V2", "http"]), instance("web", "a", own, tags: ["v1", "http"]),
            instance("web", "c", second, tags: ["v1"]), instance("Web", "d", own), instance("auth", "z", own),
            instance("web", "far", foreign, tags: ["x"]), instance("remote", "r", foreign),
        ],
        keys: [
            KeyValue(path: "app/", value: ""), KeyValue(path: "app/b", value: "2"), KeyValue(path: "app/a", value: "1"),
            KeyValue(path: "application", value: "3"), KeyValue(path: "dir/x", value: "4"),
        ]
    )

    private func ids(_ query: CatalogQuery) -> [String]? {
        guard case .instances(let instances) = contents.answer(query) else { return nil }
        return instances.map(\.id)
    }

    @Test func `instances come by node name, then ID, in any case of the service's name`() {
        #expect(ids(.service(name: "WEB")) == ["c", "a", "b", "d"])
        #expect(ids(.service(name: "web", near: "lab1")) == ["c", "a", "b", "d"])
    }

    @Test func `a tag is found in any case`() {
        #expect(ids(.service(name: "web", tag: "v2")) == ["b"])
        #expect(ids(.service(name: "web", tag: "V1")) == ["c", "a"])
        #expect(ids(.service(name: "web", tag: "v")) == [])
    }

    @Test func `services without an instance are not listed, tags are united`() {
        #expect(
            contents.answer(.services())
                == .services([
                    ServiceSummary(name: "Web", tags: []), ServiceSummary(name: "auth", tags: []),
                    ServiceSummary(name: "web", tags: ["V2", "http", "v1"]),
                ])
        )
        #expect(contents.serviceNames == ["Web", "auth", "ghost", "remote", "web"])
        #expect(ids(.service(name: "ghost")) == [])
    }

    @Test func `nodes without a service are listed`() {
        #expect(contents.answer(.nodes()) == .nodes([Self.second, Self.idle, Self.own]))
    }

    @Test func `a node has its services by name, then ID`() throws {
        guard case .node(let found) = contents.answer(.node(name: "LAB1")) else { return #expect(Bool(false)) }
        #expect(try #require(found).instances.map(\.id) == ["d", "z", "a", "b"])
        #expect(contents.answer(.node(name: nil)) == contents.answer(.node(name: "lab1")))
        #expect(contents.answer(.node(name: "nobody")) == .node(nil))
        #expect(RegistryContents().answer(.node(name: nil)) == .node(nil))
    }

    @Test func `another datacenter has what is on its nodes, an unknown one nothing`() {
        let far = QueryScope(datacenter: "DC2")
        let nowhere = QueryScope(datacenter: "dc3")
        #expect(ids(.service(name: "web", scope: far)) == ["far"])
        #expect(contents.answer(.nodes(scope: far)) == .nodes([Self.foreign]))
        #expect(contents.answer(.key(path: "app/a", scope: far)) == .key(nil))
        #expect(ids(.service(name: "web", scope: nowhere)) == [])
        #expect(contents.answer(.services(scope: nowhere)) == .services([]))
        #expect(contents.answer(.node(name: "lab1", scope: nowhere)) == .node(nil))
        #expect(contents.answer(.prefix(path: "app", scope: nowhere)) == .keys([]))
        #expect(contents.answer(.datacenters()) == .datacenters(["dc1", "dc2"]))
    }

    @Test func `only the default namespace has anything`() {
        #expect(ids(.service(name: "auth", scope: QueryScope(parameters: ["ns": "default"]))) == ["z"])
        #expect(ids(.service(name: "auth", scope: QueryScope(parameters: ["ns": "team"]))) == [])
        #expect(ids(.service(name: "auth", scope: QueryScope(registry: "other"))) == ["z"])
    }

    @Test(arguments: [
        ("app/a", "1"), ("app/", ""), ("application", "3"), ("app", nil), ("dir/", nil), ("dir/x", "4"), ("zzz", nil),
        ("", nil),
    ])
    func `a key is found by its whole path`(path: String, value: String?) {
        #expect(contents.answer(.key(path: path)) == .key(value.map { KeyValue(path: path, value: $0) }))
    }

    @Test(arguments: [
        ("app", ["app/", "app/a", "app/b", "application"]), ("app/", ["app/", "app/a", "app/b"]),
        ("appl", ["application"]),
        ("", ["app/", "app/a", "app/b", "application", "dir/x"]), ("e", []), ("dir/x/", []),
    ])
    func `a prefix is a plain beginning`(prefix: String, paths: [String]) {
        guard case .keys(let keys) = contents.answer(.prefix(path: prefix)) else { return #expect(Bool(false)) }
        #expect(keys.map(\.path) == paths)
    }
}
