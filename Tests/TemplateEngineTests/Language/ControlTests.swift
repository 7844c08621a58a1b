import Diagnostics
import TemplateEngine
import Testing

@Suite("Actions of control")
struct ControlTests {
    @Test(
        "if and with follow Go's truth",
        arguments: [
            LanguageProbe.Case("{{if .yes}}y{{else}}n{{end}}", "y"),
            LanguageProbe.Case("{{if .no}}y{{else}}n{{end}}", "n"),
            LanguageProbe.Case("{{if .zero}}y{{else}}n{{end}}", "n"),
            LanguageProbe.Case("{{if .minus}}y{{else}}n{{end}}", "y"),
            LanguageProbe.Case("{{if .big}}y{{else}}n{{end}}", "y"),
            LanguageProbe.Case("{{if .pi}}y{{else}}n{{end}}", "y"),
            LanguageProbe.Case("{{if 0.0}}y{{else}}n{{end}}", "n"),
            LanguageProbe.Case("{{if .empty}}y{{else}}n{{end}}", "n"),
            LanguageProbe.Case("{{if .name}}y{{else}}n{{end}}", "y"),
            LanguageProbe.Case("{{if .null}}y{{else}}n{{end}}", "n"),
            LanguageProbe.Case("{{if .nosuch}}y{{else}}n{{end}}", "n"),
            LanguageProbe.Case("{{if .none}}y{{else}}n{{end}}", "n"),
            LanguageProbe.Case("{{if .list}}y{{else}}n{{end}}", "y"),
            LanguageProbe.Case("{{if .emptyMap}}y{{else}}n{{end}}", "n"),
            LanguageProbe.Case("{{if .map}}y{{else}}n{{end}}", "y"),
            LanguageProbe.Case("{{if .service}}y{{else}}n{{end}}", "y"),
            LanguageProbe.Case("{{if .object}}y{{else}}n{{end}}", "y"),
            LanguageProbe.Case("{{if .zero}}a{{else if .one}}b{{else}}c{{end}}", "b"),
            LanguageProbe.Case("{{if .zero}}a{{else if .no}}b{{else}}c{{end}}", "c"),
            LanguageProbe.Case("{{if .zero}}a{{else if .no}}b{{else if .yes}}c{{end}}d", "cd"),
            LanguageProbe.Case("{{if .zero}}a{{end}}b", "b"),
            LanguageProbe.Case("{{if .zero}}{{if .one}}x{{end}}{{else}}{{if .one}}y{{end}}{{end}}", "y"),
            LanguageProbe.Case("{{with .name}}{{.}}{{end}}", "web"),
            LanguageProbe.Case("{{with .empty}}x{{else}}{{.name}}{{end}}", "web"),
            LanguageProbe.Case("{{with .empty}}x{{else with .map}}{{.a}}{{end}}", "1"),
            LanguageProbe.Case("{{with .empty}}x{{else with .none}}y{{else}}{{.one}}{{end}}", "1"),
            LanguageProbe.Case("{{with .map}}{{with .c}}{{.d}}{{end}}{{.a}}{{end}}{{.one}}", "deep11"),
            LanguageProbe.Case(
                "{{with .empty}}x{{else if .one}}y{{end}}",
                "fault: unexpected \"if\" in {{else}} of a with"
            ),
            LanguageProbe.Case(
                "{{if .empty}}x{{else with .one}}y{{end}}",
                "fault: unexpected \"with\" in {{else}} of a if"
            ),
            LanguageProbe.Case("{{if}}x{{end}}", "fault: missing value for if"),
            LanguageProbe.Case("{{if 1}}x", "fault: {{if}} is not closed before the end of the text"),
            LanguageProbe.Case("{{if 1}}x{{else}}y", "fault: {{if}} is not closed before the end of the text"),
            LanguageProbe.Case(
                "{{if 1}}x{{else}}y{{else}}z{{end}}",
                "fault: a second {{else}} for one if; expected {{end}}"
            ),
            LanguageProbe.Case("{{else}}", "fault: unexpected {{else}}"),
            LanguageProbe.Case(
                "{{end 1}}",
                "fault: unexpected \"1\" in {{end}}; expected its end | unexpected {{end}}"
            ),
        ]
    )
    func branches(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test(
        "range walks lists, maps in the order of their keys, and ints",
        arguments: [
            LanguageProbe.Case("{{range .list}}{{.}},{{end}}", "a,b,c,"),
            LanguageProbe.Case("{{range .none}}x{{else}}none{{end}}", "none"),
            LanguageProbe.Case("{{range .null}}x{{else}}none{{end}}", "none"),
            LanguageProbe.Case("{{range .nosuch}}x{{end}}", ""),
            LanguageProbe.Case("{{range .map}}{{.}},{{end}}", "1,2,map[d:deep],"),
            LanguageProbe.Case("{{range $p, $n := .ports}}{{$p}}={{$n}} {{end}}", "80=http 443=tls "),
            LanguageProbe.Case("{{range 3}}{{.}}{{end}}", "012"),
            LanguageProbe.Case("{{range $i := 3}}{{$i}}{{end}}", "012"),
            LanguageProbe.Case("{{range 0}}x{{else}}none{{end}}", "none"),
            LanguageProbe.Case("{{range -1}}x{{else}}none{{end}}", "none"),
            LanguageProbe.Case(
                "{{range $i, $e := 3}}{{end}}",
                "run fault: a range over an int has one variable, not two"
            ),
            LanguageProbe.Case(
                "{{range $i, $e := 0}}{{end}}",
                "run fault: a range over an int has one variable, not two"
            ),
            LanguageProbe.Case("{{range $i, $e := .null}}{{else}}none{{end}}", "none"),
            LanguageProbe.Case("{{range $e := .list}}x{{end}}{{range $i, $e := .list}}{{$i}}{{end}}", "xxx012"),
            LanguageProbe.Case(
                "{{range $i, $e := .list}}{{template \"d\" $e}}{{end}}{{define \"d\"}}{{.}};{{end}}",
                "a;b;c;"
            ),
            LanguageProbe.Case(
                "{{range $e := .list}}{{range $e := $.numbers}}{{$e}}{{end}}{{$e}}{{end}}",
                "312a312b312c"
            ),
            LanguageProbe.Case("{{range $e := .list}}{{$e = \"z\"}}{{$e}}{{end}}", "zzz"),
            LanguageProbe.Case("{{range 2}}{{range $i := .}}{{$i}}{{else}}-{{end}}{{end}}", "-0"),
            LanguageProbe.Case("{{range .list}}{{if true}}{{continue}}{{end}}x{{else}}y{{end}}z", "z"),
            LanguageProbe.Case("{{range .name}}x{{end}}", "run fault: range can't iterate over a value of type string"),
            LanguageProbe.Case("{{range .pi}}x{{end}}", "run fault: range can't iterate over a value of type float64"),
            LanguageProbe.Case(
                "{{range .service}}x{{end}}",
                "run fault: range can't iterate over a value of type *dependency.HealthService"
            ),
            LanguageProbe.Case("{{range .list}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}!", "a!"),
            LanguageProbe.Case("{{range .list}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}!", "ac!"),
            LanguageProbe.Case("{{range .list}}{{with .}}{{break}}{{end}}{{end}}{{.name}}", "web"),
            LanguageProbe.Case("{{range .list}}{{with .}}{{continue}}{{end}}x{{end}}{{.name}}", "web"),
            LanguageProbe.Case("{{range .list}}{{range 3}}{{if .}}{{break}}{{end}}{{.}}{{end}}{{.}}{{end}}", "0a0b0c"),
            LanguageProbe.Case("{{range .list}}{{break}}{{else}}x{{end}}y", "y"),
            LanguageProbe.Case("{{range 2}}{{range 2}}{{.}}{{end}};{{end}}", "01;01;"),
            LanguageProbe.Case("{{range .services}}{{.ID}}:{{.Port}} {{end}}", "web-1:8080 web-2:8081 "),
            LanguageProbe.Case("{{range $i, $s := .services}}{{if $i}}, {{end}}{{$s.ID}}{{end}}", "web-1, web-2"),
            LanguageProbe.Case(
                "{{range $s := .services}}{{range .Tags}}{{.}}{{$s.ID}}{{end}}{{.Port}};{{end}}",
                "v1web-18080;8081;"
            ),
            LanguageProbe.Case("{{range .list}}{{range $.numbers}}{{break}}{{end}}{{.}}{{end}}", "abc"),
            LanguageProbe.Case("{{range .list}}{{range $.numbers}}{{continue}}{{end}}{{.}}{{break}}{{end}}", "a"),
            LanguageProbe.Case(
                "{{range .services}}{{if eq .Port \"x\"}}{{end}}{{end}}",
                "run fault: incompatible types for comparison: int and string"
            ),
            LanguageProbe.Case("{{range .services}}{{if ne .Status \"warning\"}}{{.ID}}{{end}}{{end}}", "web-1"),
            LanguageProbe.Case(
                "{{range .services}}{{if eq .Statos \"warning\"}}{{end}}{{end}}",
                "run fault: *dependency.HealthService has no field \"Statos\""
            ),
            LanguageProbe.Case("{{range .services}}{{if .Tags}}{{.ID}}{{else}}-{{end}}{{end}}", "web-1-"),
            LanguageProbe.Case("{{break}}", "fault: {{break}} outside of a {{range}}"),
            LanguageProbe.Case("{{continue}}", "fault: {{continue}} outside of a {{range}}"),
            LanguageProbe.Case("{{range .list}}{{else}}{{break}}{{end}}", "fault: {{break}} outside of a {{range}}"),
            LanguageProbe.Case(
                "{{range .list}}{{break 1}}{{end}}",
                "fault: unexpected \"1\" in {{break}}; expected its end"
            ),
            LanguageProbe.Case(
                "{{range .list}}{{block \"b\" .}}{{break}}{{end}}{{end}}",
                "fault: {{break}} outside of a {{range}}"
            ),
            LanguageProbe.Case("{{range}}{{end}}", "fault: missing value for range"),
        ]
    )
    func loops(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test(
        "templates are defined, called and redefined as in Go",
        arguments: [
            LanguageProbe.Case("{{define \"a\"}}<{{.}}>{{end}}{{template \"a\" .name}}", "<web>"),
            LanguageProbe.Case("{{template \"a\" 1}}{{define \"a\"}}<{{.}}>{{end}}", "<1>"),
            LanguageProbe.Case("{{define `a`}}x{{end}}{{template `a`}}", "x"),
            LanguageProbe.Case("{{define \"a\"}}{{.}}{{end}}{{template \"a\"}}", "<no value>"),
            LanguageProbe.Case("{{define \"a\"}}{{$}}{{end}}{{template \"a\" 5}}", "5"),
            LanguageProbe.Case(
                "{{define \"a\"}}{{range .}}{{$}}{{end}}{{end}}{{template \"a\" .list}}",
                "[a b c][a b c][a b c]"
            ),
            LanguageProbe.Case("{{$x := 1}}{{define \"a\"}}{{$x}}{{end}}", "fault: undefined variable \"$x\""),
            LanguageProbe.Case("{{define \"a\"}}{{$x := 2}}{{$x}}{{end}}{{$x := 1}}{{template \"a\"}}{{$x}}", "21"),
            LanguageProbe.Case("{{range .list}}{{template \"a\" .}}{{end}}{{define \"a\"}}{{.}};{{end}}", "a;b;c;"),
            LanguageProbe.Case("{{block \"b\" .name}}[{{.}}]{{end}}", "[web]"),
            LanguageProbe.Case("{{block \"b\" .name}}[{{.}}]{{end}}{{template \"b\" 1}}", "[web][1]"),
            LanguageProbe.Case("{{if true}}{{block \"b\" 3}}{{.}}{{end}}{{end}}", "3"),
            LanguageProbe.Case("{{block \"b\"}}{{end}}", "fault: missing value for block clause"),
            LanguageProbe.Case(
                "{{define \"a\"}}{{template \"b\" .}}{{end}}{{define \"b\"}}{{.}}{{end}}{{template \"a\" 7}}",
                "7"
            ),
            LanguageProbe.Case(
                "{{define \"a\"}}{{if .}}{{index . 0}}{{template \"a\" (slice . 1)}}{{end}}{{end}}{{template \"a\" .list}}",
                "abc"
            ),
            LanguageProbe.Case(
                "{{define \"a\"}}1{{end}}{{define \"a\"}}2{{end}}",
                "fault: template \"a\" is defined twice"
            ),
            LanguageProbe.Case("{{define \"a\"}} \n{{end}}{{define \"a\"}}2{{end}}{{template \"a\"}}", "2"),
            LanguageProbe.Case("{{define \"a\"}}1{{end}}{{define \"a\"}} {{end}}{{template \"a\"}}", "1"),
            LanguageProbe.Case(
                "{{define \"a\"}}1{{end}}{{block \"a\" .}}2{{end}}",
                "fault: template \"a\" is defined twice"
            ),
            LanguageProbe.Case(
                "{{template \"a\" 1 2}}{{define \"a\"}}{{end}}",
                "run fault: \"1\" is no function and takes no argument"
            ),
            LanguageProbe.Case("{{template \"a\" .name | upper}}{{define \"a\"}}{{.}}{{end}}", "WEB"),
            LanguageProbe.Case("{{with 1}}{{template \"a\" $x := 2}}{{end}}{{define \"a\"}}{{.}}{{end}}", "2"),
            LanguageProbe.Case("{{define \"a\"}}{{. | print 1}}{{end}}{{template \"a\" \"x\"}}", "1x"),
            LanguageProbe.Case("{{template \"nosuch\"}}", "run fault: template \"nosuch\" not defined"),
            LanguageProbe.Case("{{if false}}{{template \"nosuch\"}}{{end}}ok", "ok"),
            LanguageProbe.Case(
                "{{if true}}{{define \"a\"}}{{end}}{{end}}",
                "fault: {{define}} inside of another block"
            ),
            LanguageProbe.Case(
                "{{define a}}{{end}}",
                "fault: unexpected \"a\" in {{define}}; expected a name in quotes"
            ),
            LanguageProbe.Case("{{define \"a\" .}}{{end}}", "fault: unexpected \".\" in {{define}}; expected its end"),
            LanguageProbe.Case("{{define \"a\"}}", "fault: {{define}} is not closed before the end of the text"),
            LanguageProbe.Case("{{define \"a\"}}{{else}}{{end}}", "fault: unexpected {{else}} in {{define}}"),
            LanguageProbe.Case(
                "{{template .name}}",
                "fault: unexpected \".name\" in {{template}}; expected a name in quotes"
            ),
            LanguageProbe.Case("{{executeTemplate \"a\" 3 | printf \"%s!\"}}{{define \"a\"}}<{{.}}>{{end}}", "<3>!"),
            LanguageProbe.Case("{{executeTemplate \"a\"}}{{define \"a\"}}{{.}}{{end}}", "<no value>"),
            LanguageProbe.Case(
                "x{{len (executeTemplate \"a\" .list)}}{{define \"a\"}}{{range .}}{{.}}{{end}}{{end}}",
                "x3"
            ),
            LanguageProbe.Case(
                "{{executeTemplate \"a\"}}{{define \"a\"}}a{{executeTemplate \"b\" | upper}}a{{end}}{{define \"b\"}}b{{end}}",
                "aBa"
            ),
            LanguageProbe.Case("{{executeTemplate \"nosuch\"}}", "run fault: template \"nosuch\" not defined"),
        ]
    )
    func templates(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test("partials can be called by the names of their files")
    func partials() throws {
        let template = try Template(
            TemplateSource(name: "main", text: "{{template \"part.tmpl\" 1}}{{template \"inner\" 2}}".utf8),
            partials: [TemplateSource(name: "part.tmpl", text: "<{{.}}>{{define \"inner\"}}({{.}}){{end}}".utf8)],
            functions: [],
        )
        #expect(String(decoding: try template.render(.null, host: nil).bytes, as: UTF8.self) == "<1>(2)")
        #expect(template.definedNames.sorted() == ["inner", "main", "part.tmpl"])
    }

    @Test("faults of a partial are reported in its own file")
    func partialFaults() {
        let faults = #expect(throws: TemplateFaults.self) {
            try Template(
                TemplateSource(name: "main", text: "{{.x".utf8),
                partials: [TemplateSource(name: "part", text: "\n  {{nosuch}}".utf8)],
                functions: [],
            )
        }
        #expect(faults?.diagnostics.map { $0.position?.description } == ["main:1:1", "part:2:5"])
    }
}
