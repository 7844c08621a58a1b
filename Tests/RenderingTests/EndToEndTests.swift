import Catalog
import Rendering
import TemplateEngine
import Testing

@Suite("Templates that people have for consul-template")
struct EndToEndTests {
    private var fixture: Fixture {
        var fixture = Fixture()
        fixture.functions = StandardFunctions.pure
        fixture.untrusted = .setAside(Fixture.unsafe)
        fixture.answers = [
            .services(): .services([
                ServiceSummary(name: "api", tags: ["http", "urlprefix"]), ServiceSummary(name: "db", tags: ["tcp"]),
            ]),
            .service(name: "api"): .instances([
                instance("api-1", of: "api", address: "10.0.0.1", port: 8080, tags: ["http"], meta: ["slot": "1"]),
                instance(
                    "api-2",
                    of: "api",
                    address: "fd00::2",
                    port: 8081,
                    tags: ["http", "canary"],
                    meta: ["slot": "2"]
                ),
                instance("api-3", of: "api", address: "10.0.0.3", port: 8082, tags: ["http"], meta: ["slot": "2 #"]),
            ]),
            .service(name: "db"): .instances([]),
            .prefix(path: "config"): .keys([
                KeyValue(path: "config/limits/rps", value: "100"), KeyValue(path: "config/mode", value: "http"),
            ]),
            .key(path: "maxconn"): .key(KeyValue(path: "maxconn", value: "2000")),
            .key(path: "json"): .key(KeyValue(path: "json", value: #"{"hosts":["a.example","b.example"]}"#)),
        ]
        return fixture
    }

    @Test("A HAProxy configuration")
    func haproxy() throws {
        let template = """
            global
                maxconn {{key "maxconn"}}
            {{- range services}}{{if .Tags | contains "http"}}
            backend {{.Name}}{{range service .Name}}
                server {{.ID}} {{.Address}}:{{.Port}}{{if in .Tags "canary"}} weight 10{{end}} check{{end}}
            {{- end}}{{end}}

            """
        #expect(
            try fixture.text(template) == """
                global
                    maxconn 2000
                backend api
                    server api-1 10.0.0.1:8080 check
                    server api-2 fd00::2:8081 weight 10 check
                    server api-3 10.0.0.3:8082 check

                """
        )
    }

    @Test(
        "Records, keys and JSON go through the functions that take them",
        arguments: [
            (#"{{range $tag, $list := service "api" | byTag}}{{$tag}}={{len $list}} {{end}}"#, "canary=1 http=3 "),
            (#"{{range $port, $list := service "api" | byPort}}{{$port}} {{end}}"#, "8080 8081 8082 "),
            (#"{{with tree "config" | explode}}{{.mode}} {{.limits.rps}}{{end}}"#, "http 100"),
            (
                #"{{range $k, $p := tree "config" | byKey}}{{$k}}:{{range $n, $v := $p}}{{$n}}={{$v.Value}}{{end}}{{end}}"#,
                "limits:rps=100"
            ),
            (#"{{with key "json" | parseJSON}}{{index .hosts 1}} {{len .hosts}}{{end}}"#, "b.example 2"),
            (#"{{$s := service "api"}}{{with index $s 0}}{{printf "%s:%d" .Address .Port}}{{end}}"#, "10.0.0.1:8080"),
            (#"{{range service "api" | sortBy "Port"}}{{.Port}} {{end}}"#, "8080 8081 8082 "),
            (#"{{range service "api" | where "ServiceMeta.slot" "2"}}{{.ID}}{{end}}"#, "api-2"),
            (
                #"{{scratch.Set "n" 0}}{{range service "api"}}{{scratch.Set "n" (add (scratch.Get "n") 1)}}{{end}}{{scratch.Get "n"}}"#,
                "3"
            ),
            (#"{{key "maxconn" | parseInt | divide 2}}"#, "1000"),
        ]
    )
    func helpers(template: String, expected: String) throws {
        #expect(try fixture.text(template) == expected)
    }

    @Test("Provenance is carried through functions, so that only the instance at fault is set aside")
    func provenance() throws {
        let result = try fixture.render(
            #"{{range service "api"}}{{printf "%s-%s" .ID (.ServiceMeta.slot | toUpper)}} {{end}}{{range service "api"}}{{join "," .Tags}} {{end}}"#
        )
        guard case .complete(let target) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(String(decoding: target.files[0].bytes, as: UTF8.self) == "api-1-1 api-2-2 http canary,http ")
        #expect(target.setAside.compactMap(\.registrant.instance?.id) == ["api-3"])
    }
}
