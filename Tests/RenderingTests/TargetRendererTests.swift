import Catalog
import Diagnostics
import Rendering
import TemplateEngine
import Testing

@Suite("TargetRenderer")
struct TargetRendererTests {
    private func main(_ query: CatalogQuery) -> CatalogQuery { query.qualified(byDefault: "main") }

    @Test("Dependencies behind conditions and loops show when the data that leads to them is there")
    func discovery() throws {
        let renderer = try Fixture().renderer(
            #"{{range services}}{{range service .Name}}{{.ID}} {{end}}{{end}}"#,
            #"{{if keyExists "on"}}{{key "name"}}{{else}}{{tree "off"}}{{end}}"#
        )
        let cache = renderer.makeCache()
        var snapshot = CatalogSnapshot()
        let first = renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0))
        // The condition counts as false while its data is missing, so its other branch has been looked into.
        #expect(
            first.dependencies.queries == [
                main(.services()), main(.key(path: "on")), main(.prefix(path: "off")),
            ]
        )
        _ = snapshot.merge([
            main(.services()): .services([ServiceSummary(name: "a", tags: []), ServiceSummary(name: "b", tags: [])]),
            main(.key(path: "on")): .key(KeyValue(path: "on", value: "")),
        ])
        let second = renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0))
        #expect(
            second.dependencies.queries == [
                main(.services()), main(.service(name: "a")), main(.service(name: "b")), main(.key(path: "on")),
                main(.key(path: "name")),
            ]
        )
        guard case .waiting(let missing, _) = second else {
            Issue.record("\(second)")
            return
        }
        #expect(
            missing == [
                Missing(.query(main(.service(name: "a"))), .notArrived),
                Missing(.query(main(.service(name: "b"))), .notArrived),
                Missing(.query(main(.key(path: "name"))), .notArrived),
            ]
        )
        _ = snapshot.merge([
            main(.service(name: "a")): .instances([instance("a1", of: "a")]), main(.service(name: "b")): .instances([]),
            main(.key(path: "name")): .key(KeyValue(path: "name", value: "n")),
        ])
        guard case .complete(let target) = renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0)) else {
            Issue.record("not complete")
            return
        }
        #expect(target.files.map { String(decoding: $0.bytes, as: UTF8.self) } == ["a1 ", "n"])
        #expect(target.files.map(\.destination) == ["/etc/t0", "/etc/t1"])
        #expect(target.dependencies == second.dependencies)
    }

    @Test("A query that two files ask for is missing, and depended on, in both")
    func sharedQuery() throws {
        let result = try Fixture().render(#"{{service "a"}}"#, #"{{index (service "a") 0}}"#)
        #expect(Fixture.text(of: result) == "waiting: service a?registry=main")
        #expect(result.dependencies.queries == [main(.service(name: "a"))])
    }

    @Test("A fault of a file that has its data is one, whatever other files wait for, and dependencies are kept")
    func faultBesideWaiting() throws {
        var fixture = Fixture()
        fixture.answers = [.service(name: "a"): .instances([])]
        let result = try fixture.render(#"{{index (service "a") 0}}"#, #"{{key "k"}}"#)
        guard case .failed(let fault, let dependencies) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(fault.position?.file == "t0.tmpl")
        #expect(dependencies.queries == [main(.service(name: "a")), main(.key(path: "k"))])
    }

    @Test("The faults of all files are reported together")
    func compileFaults() throws {
        let faults = try #require(throws: TemplateFaults.self) {
            try Fixture().renderer("{{if}}", "fine", "{{end}}")
        }
        #expect(Set(faults.diagnostics.compactMap { $0.position?.file }) == ["t0.tmpl", "t2.tmpl"])
    }

    @Test("Files that were read are dependencies, those that do not exist too")
    func files() throws {
        var fixture = Fixture()
        fixture.files = ["/a": "x"]
        let result = try fixture.render(#"{{file "/a"}}{{file "/b"}}"#)
        #expect(result.dependencies.files == ["/a", "/b"])
        #expect(Fixture.text(of: result) == "waiting: file /b, which does not exist")
    }

    @Test("A path for `file` cannot come from a registration")
    func untrustedPath() throws {
        var fixture = Fixture()
        fixture.files = ["/etc/shadow": "secret"]
        fixture.answers = [.service(name: "a"): .instances([instance("/etc/shadow", of: "a")])]
        #expect(
            try fixture.text(#"{{range service "a"}}{{file .ID}}{{end}}"#)
                == "failed: file: the path comes from a registration"
        )
    }
}
