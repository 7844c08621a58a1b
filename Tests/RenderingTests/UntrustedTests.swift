import Catalog
import Diagnostics
import Rendering
import TemplateEngine
import Testing

@Suite("Untrusted registrations")
struct UntrustedTests {
    private let servers =
        #"{{range service "web"}}server {{.ID}} {{.Address}}:{{.Port}}{{range .Tags}} tag {{.}}{{end}}{{"\n"}}{{end}}"#

    private func fixture(_ instances: [Instance], report: Bool = false) -> Fixture {
        var fixture = Fixture()
        fixture.answers = [.service(name: "web"): .instances(instances)]
        fixture.untrusted = report ? .report(Fixture.unsafe) : .setAside(Fixture.unsafe)
        return fixture
    }

    private func target(_ result: RenderResult) throws -> (text: String, setAside: [SetAside]) {
        guard case .complete(let target) = result else {
            throw Unexpected(what: Fixture.text(of: result))
        }
        return (String(decoding: target.files[0].bytes, as: UTF8.self), target.setAside)
    }

    private struct Unexpected: Error {
        var what: String
    }

    @Test("Hostile instances are set aside together, each named with what it wrote where; the rest is rendered")
    func setAside() throws {
        let result = try fixture([
            instance("good"), instance("feed", tags: ["a\nbackend evil"]), instance("semi;colon"),
            instance("also-good", node: "n2"), instance("quote", tags: ["x\"y"]), instance("tab\t", tags: ["b c"]),
        ]).render(servers)
        let (text, setAside) = try target(result)
        #expect(text == "server good 10.0.0.1:80\nserver also-good 10.0.0.1:80\n")
        #expect(setAside.compactMap(\.registrant.instance?.id) == ["feed", "semi;colon", "quote", "tab\t"])
        #expect(setAside.map(\.byte) == [0x0A, UInt8(ascii: ";"), UInt8(ascii: "\""), 0x09])
        #expect(setAside[0].text == "a\nbackend evil")
        #expect(setAside[0].line == 1)
        #expect(setAside[0].registrant.description == "instance `feed` of service `web` on node `n1`")
        #expect(setAside[0].reason.hasPrefix("a line feed in \"a\\nbackend evil\", written at t0.tmpl:1:"))
    }

    @Test("What is not written harms nobody")
    func notWritten() throws {
        let hostile = Instance(
            service: "web",
            id: "fine",
            node: Node(name: "n;1", meta: ["a\n": "b\n"]),
            address: "10.0.0.1",
            port: 80,
            meta: ["note": "\"; rm -rf / #"],
            checks: [Check(id: "c", status: .passing, output: "line\nline")]
        )
        let (text, setAside) = try target(fixture([hostile]).render(servers))
        #expect(text == "server fine 10.0.0.1:80\n")
        #expect(setAside.isEmpty)
    }

    @Test("Comparing and choosing by an untrusted text is no writing")
    func logic() throws {
        let (text, setAside) = try target(
            fixture([instance("a", meta: ["k": "x;y"])]).render(
                #"{{range service "web"}}{{if eq .ServiceMeta.k "x;y"}}yes{{end}}{{end}}"#
            )
        )
        #expect(text == "yes")
        #expect(setAside.isEmpty)
    }

    @Test("A report keeps the output and names the same")
    func report() throws {
        let hostile = [instance("good"), instance("b;d")]
        let (text, setAside) = try target(fixture(hostile, report: true).render(servers))
        #expect(text == "server good 10.0.0.1:80\nserver b;d 10.0.0.1:80\n")
        #expect(setAside.compactMap(\.registrant.instance?.id) == ["b;d"])
    }

    @Test("Nothing is looked for when it is off")
    func off() throws {
        var fixture = fixture([instance("b;d")])
        fixture.untrusted = .off
        let (text, setAside) = try target(fixture.render("{{range service \"web\"}}{{.ID}}{{end}}"))
        #expect(text == "b;d")
        #expect(setAside.isEmpty)
    }

    @Test("An instance is out of every answer of its registry, however it was asked for, and in no other's")
    func everyAnswer() throws {
        let hostile = instance("bad\n", tags: ["v1"])
        var fixture = fixture([hostile, instance("good")])
        fixture.answers[.service(name: "web", tag: "v1")] = .instances([instance("bad\n", tags: ["v1"])])
        fixture.answers[.node(name: "n1")] = .node(
            NodeServices(node: hostile.node, instances: [hostile, instance("good")])
        )
        fixture.answers[.service(name: "web", scope: QueryScope(registry: "other"))] = .instances([instance("bad\n")])
        let (text, setAside) = try target(
            fixture.render(
                #"{{range service "web"}}{{.ID}} {{end}}{{len (service "v1.web")}} {{range (node "n1").Services}}{{.Port}} {{end}}{{len (service "web?registry=other")}}"#
            )
        )
        #expect(text == "good 0 80 1")
        #expect(setAside.count == 1)
    }

    @Test("Nodes and services can be set aside too")
    func otherRegistrants() throws {
        var fixture = Fixture()
        fixture.untrusted = .setAside(Fixture.unsafe)
        fixture.answers = [
            .nodes(): .nodes([Node(name: "a", address: "1 2"), Node(name: "b", address: "3")]),
            .services(): .services([ServiceSummary(name: "x", tags: ["{"]), ServiceSummary(name: "y", tags: ["t"])]),
            .node(name: "b"): .node(NodeServices(node: Node(name: "b", address: ";"), instances: [])),
        ]
        let (text, setAside) = try target(
            fixture.render(
                #"{{range nodes}}{{.Address}}{{end}} {{range services}}{{range .Tags}}{{.}}{{end}}{{end}} {{with (node "b").Node}}{{.Address}}{{end}}"#
            )
        )
        #expect(text == " t ")
        #expect(setAside.map(\.registrant.description) == ["node `a`", "service `x`", "node `b`"])
    }

    @Test("Offences that show only when others are gone are found in the next pass")
    func secondPass() throws {
        // Only the first instance is written, so each pass finds the next hostile one.
        let first = #"{{range $i, $s := service "web"}}{{if eq $i 0}}{{$s.ID}}{{end}}{{end}}"#
        let (text, setAside) = try target(fixture([instance("a;"), instance("b;"), instance("c")]).render(first))
        #expect(text == "c")
        #expect(setAside.compactMap(\.registrant.instance?.id) == ["a;", "b;"])
        let result = try fixture([instance("a;"), instance("b;"), instance("c;"), instance("d")]).render(first)
        guard case .failed(let fault, let dependencies) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(fault.message.contains("instance `c;` of service `web`"))
        #expect(fault.position?.file == "t0.tmpl")
        #expect(dependencies.queries.count == 1)
    }

    @Test("Setting aside may leave a template without its data: then it waits, and does not fail")
    func waitsAfterwards() throws {
        let result = try fixture([instance("a;")]).render(#"{{range safeService "web"}}{{.ID}}{{end}}"#)
        #expect(Fixture.text(of: result) == "waiting: service web?registry=main, which is empty")
    }

    @Test("Keys and values are trusted")
    func keys() throws {
        var fixture = Fixture()
        fixture.untrusted = .setAside(Fixture.unsafe)
        fixture.answers = [.key(path: "k"): .key(KeyValue(path: "k", value: "a b;\n"))]
        #expect(try fixture.text(#"{{key "k"}}"#) == "a b;\n")
    }

    @Test("An untrusted key of a scratch map stays untrusted")
    func scratchKeys() throws {
        let (text, setAside) = try target(
            fixture([instance("a;b"), instance("c")]).render(
                #"{{range service "web"}}{{scratch.MapSet "m" .ID 1}}{{end}}{{range $k, $v := scratch.Get "m"}}{{$k}}{{end}}"#
            )
        )
        #expect(text == "c")
        #expect(setAside.count == 1)
    }
}
