import Catalog
import Diagnostics
import Rendering
import TemplateEngine
import Testing

@Suite("A file for each service")
struct ForEachTests {
    private let template = #"{{.each}}{{with .domain}}.{{.}}{{end}}:{{range service .each}} {{.ID}}{{end}}"#

    private func renderer(
        to destination: String = "/etc/s/{each}.cfg",
        tag: String? = nil,
        values: Value = .null,
        reserved: Set<String> = [],
        unsafe: String = ";",
    ) throws -> TargetRenderer {
        try TargetRenderer(
            TargetRenderer.Configuration(
                name: "edge",
                files: [
                    TemplateFile(TemplateSource(name: "main", text: "main".utf8), destination: "/etc/main"),
                    TemplateFile(
                        TemplateSource(name: "each", text: template.utf8),
                        destination: destination,
                        count: .eachService(tag: tag)
                    ),
                ],
                values: values,
                registry: "main",
                untrusted: .setAside(UnsafeBytes(unquoted: Set(unsafe.utf8), quoted: [:])),
                reservedPaths: reserved
            ),
            functions: []
        )
    }

    private func snapshot(_ services: [(name: String, tags: [String])]) -> CatalogSnapshot {
        var answers: [CatalogQuery: QueryResult] = [
            .services(): .services(services.map { ServiceSummary(name: $0.name, tags: $0.tags) })
        ]
        for (name, _) in services { answers[.service(name: name)] = .instances([instance("\(name)-1", of: name)]) }
        return CatalogSnapshot(
            answers: Dictionary(uniqueKeysWithValues: answers.map { ($0.key.qualified(byDefault: "main"), $0.value) })
        )
    }

    private func target(_ renderer: TargetRenderer, _ services: [(name: String, tags: [String])]) throws
        -> RenderedTarget
    {
        let result = renderer.render(snapshot(services), using: renderer.makeCache(), at: RenderTime(seconds: 0))
        guard case .complete(let target) = result else {
            Issue.record("\(result)")
            return RenderedTarget(files: [])
        }
        return target
    }

    private func texts(_ target: RenderedTarget) -> [String] {
        target.files.map { "\($0.destination) \($0.fileIndex) \(String(decoding: $0.bytes, as: UTF8.self))" }
    }

    @Test("has the service's name in its path and, beside the values, as `each`")
    func named() throws {
        let services: [(String, [String])] = [("api", []), ("web", [])]
        #expect(
            texts(try target(renderer(), services)) == [
                "/etc/main 0 main", "/etc/s/api.cfg 1 api: api-1", "/etc/s/web.cfg 1 web: web-1",
            ]
        )
        let values = Value.map(Map([(.string("domain"), .string("example.com"))]))
        #expect(
            texts(try target(renderer(to: "/etc/{each}/{each}.cfg", values: values), services)).dropFirst() == [
                "/etc/api/api.cfg 1 api.example.com: api-1", "/etc/web/web.cfg 1 web.example.com: web-1",
            ]
        )
        #expect(texts(try target(renderer(), [])) == ["/etc/main 0 main"])
    }

    @Test("is made of those with a tag, if one is said")
    func tagged() throws {
        let services: [(String, [String])] = [("api", ["grpc", "edge"]), ("consul", []), ("web", ["edge-not"])]
        #expect(texts(try target(renderer(tag: "edge"), services)).dropFirst() == ["/etc/s/api.cfg 1 api: api-1"])
    }

    @Test("waits for the list of services, then for what the templates ask")
    func waits() throws {
        let renderer = try renderer()
        let cache = renderer.makeCache()
        let first = renderer.render(CatalogSnapshot(), using: cache, at: RenderTime(seconds: 0))
        #expect(Fixture.text(of: first) == "waiting: services ?registry=main")
        var listed = snapshot([("a", []), ("b", [])])
        listed.keep(only: [.services().qualified(byDefault: "main")])
        let second = renderer.render(listed, using: cache, at: RenderTime(seconds: 0))
        #expect(Fixture.text(of: second) == "waiting: service a?registry=main, service b?registry=main")
        #expect(second.dependencies.queries.count == 3)
    }

    static let unusable: [(name: String, why: String)] = [
        ("", "it is empty"), (".", "it begins with a dot"), ("..", "it begins with a dot"),
        (".hidden", "it begins with a dot"), ("../../etc/passwd", "it begins with a dot"),
        ("a/b", "there is a slash in it"), ("a/../../b", "there is a slash in it"),
        ("/etc/shadow", "there is a slash in it"), ("a\0b", "there is a control character in it"),
        ("a\nb", "there is a control character in it"), ("a\u{85}", "there is a control character in it"),
        (String(repeating: "ä", count: 101), "it is longer than 200 bytes"),
        ("taken", "/etc/s/taken.cfg is another file's"),
        ("v1.web", "`service` would not ask for a service of this name"),
        ("web|any", "`service` would not ask for a service of this name"),
        ("a;b", "`service` would not ask for a service of this name"),
    ]

    @Test(
        "is not made where the name cannot be in a path: the service is named, and the others have their files",
        arguments: unusable
    )
    func unnamed(name: String, why: String) throws {
        let target = try target(renderer(reserved: ["/etc/s/taken.cfg"]), [(name, []), ("web", [])])
        #expect(target.files.map(\.destination) == ["/etc/main", "/etc/s/web.cfg"])
        #expect(target.setAside.map(\.registrant.subject) == [.service(name)])
        #expect(target.setAside.map(\.reason) == ["no file can be named for it: \(why)"])
    }

    @Test("may have a name of 200 bytes")
    func usable() throws {
        let name = String(repeating: "n", count: 200)
        #expect(try target(renderer(), [(name, []), ("-a_b", [])]).files.count == 3)
    }

    @Test("counts its name as somebody else's: what is unsafe where it is written sets the service aside")
    func untrusted() throws {
        let target = try target(renderer(unsafe: "_"), [("web", []), ("web_1", [])])
        #expect(target.files.map(\.destination) == ["/etc/main", "/etc/s/web.cfg"])
        #expect(target.setAside.map(\.registrant.subject).contains(.service("web_1")))
    }

    @Test("is made for thousands, and the cache serves them")
    func many() throws {
        let renderer = try renderer()
        let cache = renderer.makeCache()
        let snapshot = snapshot((0..<2_000).map { ("s\($0)", []) })
        for _ in 0..<2 {
            guard case .complete(let target) = renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0))
            else {
                Issue.record("not complete")
                return
            }
            #expect(target.files.count == 2_001)
        }
        #expect(cache.recordsBuilt == 2_000)
    }
}

@Suite("Registrations that are left out")
struct LeavingOutTests {
    @Test("are not in any answer, and what was left out is told")
    func leftOut() throws {
        var fixture = Fixture()
        fixture.answers = [
            .service(name: "web"): .instances([instance("a"), instance("b"), instance("b", node: "n2")]),
            .service(name: "web", tag: "v1"): .instances([instance("b")]),
        ]
        let renderer = try fixture.renderer(
            #"{{range service "web"}}{{.Node}}/{{.ID}} {{end}}{{len (service "v1.web")}}"#
        )
        let scope = QueryScope(registry: "main")
        let b = Registrant(.instance(InstanceIdentity(service: "web", node: "n1", id: "b")), in: scope)
        let cache = renderer.makeCache()
        let result = renderer.render(fixture.snapshot, using: cache, at: RenderTime(seconds: 0), leavingOut: [b])
        #expect(Fixture.text(of: result) == "n1/a n2/b 0")
        guard case .complete(let target) = result else { return }
        #expect(target.leftOut == [b] && target.setAside.isEmpty)
        // And are in the next one, if it is told of nobody.
        let all = renderer.render(fixture.snapshot, using: cache, at: RenderTime(seconds: 0))
        #expect(Fixture.text(of: all) == "n1/a n1/b n2/b 1")
    }
}
