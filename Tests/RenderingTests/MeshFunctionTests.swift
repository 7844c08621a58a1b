import Catalog
import Diagnostics
import Rendering
import TemplateEngine
import Testing

@Suite("Functions that ask what only Consul has")
struct MeshFunctionTests {
    private var fixture: Fixture {
        var fixture = Fixture()
        let proxies = [
            instance("web-1-proxy", of: "web-sidecar-proxy", port: 21000),
            instance("web-2-proxy", of: "web-sidecar-proxy", port: 21001, health: .warning),
        ]
        let scope = QueryScope(datacenter: "dc2")
        fixture.answers = [
            .connect(name: "web"): .instances(proxies),
            .connect(name: "web", tag: "v1", near: "n1", scope: scope): .instances([proxies[1]]),
            .preparedQuery(name: "geo.web"): .instances(proxies),
            .preparedQuery(name: "geo.web", near: "_agent", scope: scope): .instances([]),
            .caRoots(): .caRoots([
                CertificateAuthority(id: "a", name: "old", certificate: "OLD", isActive: false),
                CertificateAuthority(id: "b", name: "new", certificate: "NEW", createIndex: 7, modifyIndex: .max),
            ]),
            .caRoots(scope: scope): .caRoots([]),
            .caLeaf(service: "web"): .caLeaf(
                LeafCertificate(
                    serialNumber: "0f",
                    certificate: "CERT",
                    privateKey: "KEY",
                    service: "web",
                    serviceURI: "spiffe://x/web",
                    validAfter: "2026-01-01T00:00:00Z",
                    validBefore: "2026-01-04T00:00:00Z",
                    createIndex: 5,
                    modifyIndex: 6
                )
            ),
            .caLeaf(service: "none"): .caLeaf(nil),
        ]
        return fixture
    }

    @Test(
        "Results",
        arguments: [
            (#"{{ range connect "web" }}{{ .ID }}:{{ .Port }} {{ end }}"#, "web-1-proxy:21000 "),
            (#"{{ range connect "web" "any" }}{{ .ID }} {{ end }}"#, "web-1-proxy web-2-proxy "),
            (#"{{ range connect "v1.web@dc2~n1|warning" }}{{ .ID }} {{ end }}"#, "web-2-proxy "),
            (#"{{ len connect }}{{ len (connect "") }}"#, "00"),
            (#"{{ range preparedQuery "geo.web" }}{{ .ID }} {{ end }}"#, "web-1-proxy "),
            (#"{{ len (preparedQuery "geo.web|passing,warning") }}"#, "2"),
            (#"{{ len (preparedQuery "geo.web@dc2~_agent") }}"#, "0"),
            (
                #"{{ range caRoots }}{{ .ID }} {{ .Name }} {{ .RootCertPEM }} {{ .Active }};{{ end }}"#,
                "a old OLD false;b new NEW true;"
            ),
            (#"{{ with index caRoots 1 }}{{ .CreateIndex }} {{ .ModifyIndex }}{{ end }}"#, "7 18446744073709551615"),
            (#"{{ len (caRoots "@dc2") }}"#, "0"),
            (
                #"{{ with caLeaf "web" }}{{ .SerialNumber }} {{ .CertPEM }} {{ .PrivateKeyPEM }} {{ .Service }} {{ .ServiceURI }}{{ end }}"#,
                "0f CERT KEY web spiffe://x/web"
            ),
            (
                #"{{ with caLeaf "web" }}{{ .ValidAfter }} {{ .ValidBefore }} {{ .ModifyIndex }}{{ end }}"#,
                "2026-01-01T00:00:00Z 2026-01-04T00:00:00Z 6"
            ),
        ]
    )
    func results(_ template: String, _ output: String) throws {
        #expect(try fixture.text(template) == output)
    }

    @Test(
        "What is not there is waited for",
        arguments: [
            #"{{ range connect "api" }}{{ .ID }}{{ end }}"#, #"{{ with caLeaf "api" }}{{ .CertPEM }}{{ end }}"#,
            #"{{ with caLeaf "none" }}{{ .CertPEM }}{{ end }}"#, #"{{ preparedQuery "none" | len }}"#,
        ]
    )
    func waits(_ template: String) throws {
        #expect(try fixture.text(template).hasPrefix("waiting: "))
    }

    @Test("A fault names the function's form")
    func faults() throws {
        guard case .failed(let fault, _) = try fixture.render(#"{{ connect "web@" }}"#) else {
            Issue.record("no fault")
            return
        }
        #expect(fault.hint == #"a query's form is connect "tag.name?ns=team@dc1~node|passing,warning""#)
    }
}
