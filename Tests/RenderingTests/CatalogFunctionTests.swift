import Catalog
import Diagnostics
import Rendering
import TemplateEngine
import Testing

@Suite("Functions that ask the catalog")
struct CatalogFunctionTests {
    private var fixture: Fixture {
        var fixture = Fixture()
        fixture.answers = [
            .service(name: "web"): .instances([
                Instance(
                    service: "web",
                    id: "web-1",
                    node: Node(
                        id: "u1",
                        name: "n1",
                        address: "192.168.0.1",
                        datacenter: "dc1",
                        taggedAddresses: ["lan": "192.168.0.1"],
                        meta: ["rack": "r1"]
                    ),
                    port: 8080,
                    tags: ["v2", "blue"],
                    meta: ["version": "2"],
                    taggedAddresses: ["lan": TaggedAddress(address: "10.9.9.9", port: 99)],
                    weights: Weights(passing: 10, warning: 3),
                    checks: [
                        Check(node: "n1", id: "c1", name: "alive", status: .passing, output: "fine", type: "http")
                    ],
                    zone: "eu-1a"
                ),
                instance("web-2", node: "n2", health: .warning, weights: Weights(passing: 10, warning: 3)),
                instance("web-3", node: "n3", health: .draining),
            ]),
            .services(): .services([
                ServiceSummary(name: "Edge", tags: []), ServiceSummary(name: "web", tags: ["blue", "v2"]),
            ]),
            .nodes(): .nodes([Node(id: "u1", name: "n1", address: "192.168.0.1", datacenter: "dc1")]),
            .node(name: "n1"): .node(
                NodeServices(
                    node: Node(id: "u1", name: "n1", address: "192.168.0.1"),
                    instances: [instance("web-1", address: "", port: 81)]
                )
            ),
            .node(name: "gone"): .node(nil),
            .datacenters(): .datacenters(["dc1", "dc2"]),
            .key(path: "app/limit"): .key(KeyValue(path: "app/limit", value: "100")),
            .key(path: "app/empty"): .key(KeyValue(path: "app/empty", value: "")),
            .key(path: "app/none"): .key(nil),
            .prefix(path: "app"): .keys([
                KeyValue(path: "app/", value: ""), KeyValue(path: "app/a/x", value: "1"),
                KeyValue(path: "app/b", value: "2", modifyIndex: 7), KeyValue(path: "app/dir/", value: ""),
            ]),
            .prefix(path: "ap"): .keys([KeyValue(path: "app/b", value: "2"), KeyValue(path: "apt", value: "3")]),
            .prefix(path: "none"): .keys([]),
        ]
        fixture.files = ["/etc/motd": "hello"]
        return fixture
    }

    @Test(
        "Templates see consul-template's fields and results",
        arguments: [
            (
                #"{{range service "web"}}{{.Node}} {{.NodeID}} {{.NodeAddress}} {{.NodeTaggedAddresses.lan}} {{end}}"#,
                "n1 u1 192.168.0.1 192.168.0.1 "
            ),
            (
                #"{{range service "web"}}{{.NodeMeta.rack}} {{.ServiceMeta.version}} {{.ServiceMeta.none}}| {{.Address}}{{end}}"#,
                "r1 2 | 192.168.0.1"
            ),
            (
                #"{{range service "web"}}{{.ServiceTaggedAddresses.lan.Port}} {{.ID}} {{.Name}} {{.Tags}} {{.Port}}{{end}}"#,
                "99 web-1 web [blue v2] 8080"
            ),
            (
                #"{{range service "web"}}{{.Status}} {{.Weights.Passing}}/{{.Weights.Warning}} {{range .Checks}}{{.CheckID}} {{.Output}} {{.Type}}{{end}}{{end}}"#,
                "passing 10/3 c1 fine http"
            ),
            (
                #"{{range service "web"}}{{.Datacenter}} {{.Zone}} {{.Health}} {{.Meta.version}} {{.Weight}}{{end}}"#,
                "dc1 eu-1a passing 2 10"
            ),
            (
                #"{{range service "web" "any"}}{{.ID}}={{.Status}}:{{.Weight}} {{end}}"#,
                "web-1=passing:10 web-2=warning:3 web-3=draining:1 "
            ),
            (#"{{range service "web|draining,warning"}}{{.ID}} {{end}}"#, "web-2 web-3 "),
            (#"{{len (service "web|critical")}}{{len (service "web|,")}}"#, "00"),
            (
                #"{{len (service "")}}{{len (service "" "any")}}{{len service}}{{key ""}}{{len (ls "")}}{{keyExists ""}}"#,
                "0000false"
            ),
            (#"{{range services}}{{.Name}}{{.Tags}} {{end}}"#, "Edge[] web[blue v2] "),
            (#"{{range nodes}}{{.Node}} {{.ID}} {{.Address}} {{.Datacenter}}{{end}}"#, "n1 u1 192.168.0.1 dc1"),
            (
                #"{{with node "n1"}}{{.Node.Address}} {{range .Services}}{{.ID}} {{.Service}} {{.Port}} [{{.Address}}]{{end}}{{end}}"#,
                "192.168.0.1 web-1 web 81 []"
            ),
            (#"{{with node "gone"}}true {{if .Node}}node{{end}}{{len .Services}}{{end}}"#, "true 0"),
            (#"{{datacenters}} {{datacenters true}}"#, "[dc1 dc2] [dc1 dc2]"),
            (#"{{key "app/limit"}} {{key "/app/limit"}}"#, "100 100"),
            (#"{{keyExists "app/limit"}} {{keyExists "app/none"}}"#, "true false"),
            (
                #"{{keyOrDefault "app/none" "d"}}{{key_or_default "app/limit" "d"}}|{{keyOrDefault "app/empty" "d"}}"#,
                "d100|"
            ),
            (#"{{range ls "app"}}{{.Key}}={{.Value}} {{.Path}} {{.ModifyIndex}}{{end}}"#, "b=2 app/b 7"),
            (#"{{range tree "app"}}{{.Key}}={{.Value}} {{end}}"#, "a/x=1 b=2 "),
            (#"{{range ls "ap"}}{{.Key}} {{end}}{{range tree "ap"}}{{.Key}} {{end}}"#, "t p/b t "),
            (#"{{range safeLs "app"}}{{.Key}}{{end}}{{range safeTree "app"}}{{.Key}}{{end}}"#, "ba/xb"),
            (#"{{len (ls "none")}}"#, "0"),
            (#"{{file "/etc/motd"}}{{file ""}}"#, "hello"),
        ]
    )
    func results(template: String, expected: String) throws {
        #expect(try fixture.text(template) == expected)
    }

    @Test(
        "What is missing is waited for, and named",
        arguments: [
            (#"{{range service "absent"}}{{end}}"#, "waiting: service absent?registry=main"),
            (#"{{key "app/none"}}"#, "waiting: key app/none?registry=main, which does not exist"),
            (#"{{if key "app/none"}}{{end}}"#, "waiting: key app/none?registry=main, which does not exist"),
            (#"{{keyOrDefault "absent" "d"}}"#, "waiting: key absent?registry=main"),
            (#"{{safeLs "none"}}"#, "waiting: prefix none?registry=main, which is empty"),
            (#"{{safeTree "none"}}"#, "waiting: prefix none?registry=main, which is empty"),
            (#"{{safeService "web|critical"}}"#, "waiting: service web?registry=main, which is empty"),
            (#"{{file "/none"}}"#, "waiting: file /none, which does not exist"),
            (#"{{(node "absent").Node.Address}}"#, "waiting: node absent?registry=main"),
            // Faults that only come of the data's absence end consul-template.
            (#"{{index (service "absent") 0}}"#, "waiting: service absent?registry=main"),
            (#"{{(index (service "absent") 0).Address}}{{key "later"}}"#, "waiting: service absent?registry=main"),
        ]
    )
    func waiting(template: String, expected: String) throws {
        #expect(try fixture.text(template) == expected)
    }

    @Test(
        "A query that cannot be is a fault, with a word to help",
        arguments: [
            (#"{{service "web|pasing"}}"#, "did you mean `passing`?"),
            (
                #"{{service "web?namespace=a"}}"#,
                #"a query's form is service "tag.name?ns=team@dc1~node|passing,warning""#
            ),
            (#"{{service "web?regstry=a"}}"#, "did you mean `registry`?"),
            (#"{{services "dc1"}}"#, #"a query's form is services "?ns=team@dc1""#),
            (#"{{service "|any"}}"#, #"a query's form is service "tag.name?ns=team@dc1~node|passing,warning""#),
            (#"{{service 5}}"#, nil),
            (#"{{key "a?registry=mian"}}"#, "did you mean `main`?"),
            (#"{{datacenters "x"}}"#, nil),
        ]
    )
    func faults(template: String, hint: String?) throws {
        var fixture = fixture
        fixture.registries = ["main", "other"]
        guard case .failed(let fault, _) = try fixture.render(template) else {
            Issue.record("rendered")
            return
        }
        #expect(fault.hint == hint)
        #expect(fault.position?.line == 1)
        #expect(try fixture.render(template).dependencies.queries.isEmpty)
    }

    @Test("A query names its registry, the target's own if it is not said")
    func registries() throws {
        var fixture = Fixture()
        fixture.answers = [
            .service(name: "web"): .instances([instance("here")]),
            .service(name: "web", scope: QueryScope(registry: "other")): .instances([instance("there")]),
        ]
        let result = try fixture.render(
            #"{{range service "web"}}{{.ID}}{{end}} {{range service "web?registry=other"}}{{.ID}}{{end}}"#
        )
        #expect(Fixture.text(of: result) == "here there")
        #expect(
            result.dependencies.queries == [
                .service(name: "web", scope: QueryScope(registry: "main")),
                .service(name: "web", scope: QueryScope(registry: "other")),
            ]
        )
    }

    @Test("A query of a target without a registry is a fault, and says what to do")
    func noRegistry() throws {
        var fixture = fixture
        fixture.registry = ""
        #expect(try fixture.text(#"{{key "a"}}"#) == "failed: key: there is no registry to ask")
        #expect(try fixture.text(#"{{key "a?registry=main"}}"#) == "waiting: key a?registry=main")
    }

    @Test(
        "scratch keeps values while a template is rendered, and no longer",
        arguments: [
            (
                #"{{scratch.Set "a" 1}}{{scratch.SetX "a" 2}}{{scratch.Get "a"}} {{scratch.Key "a"}} {{scratch.Key "b"}}"#,
                "1 true false"
            ),
            (
                #"{{scratch.MapSet "m" "b" 2}}{{scratch.MapSet "m" "a" 1}}{{scratch.MapSetX "m" "a" 9}}{{scratch.MapValues "m"}} {{(scratch.Get "m").b}}"#,
                "[1 2] 2"
            ),
            (#"{{define "x"}}{{scratch.Get "a"}}{{end}}{{scratch.Set "a" "in"}}{{template "x"}}"#, "in"),
            (#"{{scratch.Get "none"}}"#, "<no value>"),
            (#"{{scratch.Set "a" 1}}{{scratch.MapSet "a" "k" 1}}"#, #"failed: MapSet: "a" is not a map"#),
            (#"{{scratch.Set "a"}}"#, "failed: Set: Set takes 2 arguments, not 1"),
        ]
    )
    func scratch(template: String, expected: String) throws {
        let renderer = try Fixture().renderer(template)
        let cache = renderer.makeCache()
        for _ in 0..<2 {
            let result = renderer.render(CatalogSnapshot(), using: cache, at: RenderTime(seconds: 0))
            #expect(Fixture.text(of: result) == expected)
        }
    }

    @Test("A refused function is refused when the template is compiled, with the reason")
    func refused() throws {
        let faults = try #require(throws: TemplateFaults.self) {
            try Fixture().renderer("{{secret \"a\"}}\n{{plugin \"x\"}}", "{{nothing}}{{writeToFile \"a\"}}")
        }
        #expect(
            faults.diagnostics.map(\.message) == [
                "consul-template's function `secret` is not headgate's",
                "consul-template's function `plugin` is not headgate's",
                #"function "nothing" not defined"#,
                "consul-template's function `writeToFile` is not headgate's",
            ]
        )
        #expect(
            faults.diagnostics[0].hint == "headgate does not read Vault; let Vault's agent write a file and use `file`"
        )
        #expect(faults.diagnostics[1].position?.line == 2)
        #expect(faults.diagnostics[3].position?.file == "t1.tmpl")
    }
}
