import Catalog
import Rendering
import TemplateEngine
import Testing

@Suite("JSON in templates")
struct JSONFunctionTests {
    @Test(
        "parseJSON gives Go's values",
        arguments: [
            (
                #"{{$j := parseJSON .doc}}{{$j.a}} {{range $j.list}}{{.}},{{end}} {{$j.o.x}} {{$j.none}}"#,
                "1 1.5,s,true, y <no value>"
            ),
            (#"{{(parseJSON "1000000")}}"#, "1e+06"), (#"{{len (parseJSON "")}}"#, "0"),
            (#"{{range $k, $v := parseJSON .doc}}{{$k}} {{end}}"#, "a list n o "),
            (
                #"{{parseJSON "{"}}"#,
                "failed: parseJSON: the text is not JSON: the document ends within an object, at byte 1"
            ),
            (
                #"{{parseJSON "[1] x"}}"#,
                "failed: parseJSON: the text is not JSON: the end is expected, not `x`, at byte 4"
            ),
        ]
    )
    func parse(template: String, expected: String) throws {
        var fixture = Fixture()
        fixture.values = .map(
            Map([(.string("doc"), .string(#"{"o":{"x":"y"},"a":1,"list":[1.5,"s",true],"n":null}"#))])
        )
        #expect(try fixture.text(template) == expected)
    }

    @Test(
        "toJSON writes what Go writes",
        arguments: [
            (Value.null, "null"), (.float(1e21), "1e+21"), (.float(2), "2"), (.int(-5), "-5"), (.bool(true), "true"),
            (.string("<a>\n"), #""\u003ca\u003e\n""#), (.list(List([])), "[]"), (.map(Map([])), "{}"),
            (.map(Map([(.int(10), .int(1)), (.int(9), .int(2))])), #"{"10":1,"9":2}"#),
            (.map(Map([(.string("b"), .int(1)), (.string("a"), .int(2))])), #"{"a":2,"b":1}"#),
            (.float(.infinity), "failed: toJSON: JSON has no form for the number inf"),
        ]
    )
    func write(value: Value, expected: String) throws {
        var fixture = Fixture()
        fixture.values = value
        #expect(try fixture.text("{{toJSON .}}") == expected)
    }

    @Test("The four writers differ in lines and in HTML's characters")
    func writers() throws {
        var fixture = Fixture()
        fixture.values = .map(Map([(.string("a"), .string("<"))]))
        #expect(try fixture.text("{{. | toJSON}}") == #"{"a":"\u003c"}"#)
        #expect(try fixture.text("{{. | toUnescapedJSON}}") == #"{"a":"<"}"#)
        #expect(try fixture.text("{{. | toJSONPretty}}") == "{\n  \"a\": \"\\u003c\"\n}")
        #expect(try fixture.text("{{. | toUnescapedJSONPretty}}") == "{\n  \"a\": \"<\"\n}")
    }

    @Test("A service is written with consul-template's fields only, null where Go has a nil map")
    func service() throws {
        var fixture = Fixture()
        fixture.answers = [.service(name: "web"): .instances([instance("w1", tags: ["a"])])]
        #expect(
            try fixture.text(#"{{range service "web"}}{{toJSON .}}{{end}}"#) == """
                {"Node":"n1","NodeID":"uuid-n1","NodeAddress":"192.168.0.1","NodeTaggedAddresses":null,\
                "NodeMeta":{"rack":"r1"},"ServiceMeta":{},"Address":"10.0.0.1","ServiceTaggedAddresses":null,"ID":"w1",\
                "Name":"web","Tags":["a"],"Checks":[],"Status":"passing","Port":80,"Weights":{"Passing":1,"Warning":1}}
                """
        )
    }

    @Test("Only what a registration says is untrusted in JSON, and what is read from it stays untrusted")
    func provenance() throws {
        var fixture = Fixture()
        fixture.untrusted = .report(Fixture.unsafe)
        fixture.answers = [
            .service(name: "web"): .instances([
                instance("clean", meta: ["k": "v"]), instance("dirty", meta: ["k;": "v", "json": #"["a;b"]"#]),
            ])
        ]
        guard
            case .complete(let clean) = try fixture.render(
                #"{{range service "web"}}{{if eq .ID "clean"}}{{toJSON .}}{{end}}{{end}}"#
            ),
            case .complete(let keys) = try fixture.render(
                #"{{range service "web"}}{{range $k, $v := .ServiceMeta}}{{$k}}{{end}}{{end}}"#
            ),
            case .complete(let read) = try fixture.render(
                #"{{range service "web"}}{{with .ServiceMeta.json}}{{index (parseJSON .) 0}}{{end}}{{end}}"#
            )
        else {
            Issue.record("not rendered")
            return
        }
        #expect(clean.setAside.isEmpty)
        #expect(keys.setAside.map(\.text) == ["k;"])
        #expect(read.setAside.map(\.text) == ["a;b"])
        #expect(read.setAside.first?.registrant.instance?.id == "dirty")
    }
}
