import Diagnostics
import TemplateEngine
import Testing

@Suite("Faults of templates")
struct FaultTests {
    @Test(
        "name the place, show the line with a caret, and say what to do",
        arguments: [
            (
                "one\n  {{ upcase .name }}",
                """
                t:2:6: error: function "upcase" not defined
                 2 |   {{ upcase .name }}
                   |      ^~~~~~
                hint: a field of the dot is written .upcase
                """
            ),
            (
                "{{ uper .name }}",
                """
                t:1:4: error: function "uper" not defined
                 1 | {{ uper .name }}
                   |    ^~~~
                hint: did you mean "upper"?
                """
            ),
            (
                "ä\t{{ .service.Adress }}",
                """
                t:1:14: error: *dependency.HealthService has no field "Adress"
                 1 | ä	{{ .service.Adress }}
                   |  	           ^~~~~~~
                hint: did you mean .Address?
                """
            ),
            (
                "{{ $count := 1 }}{{ $cont }}",
                """
                t:1:21: error: undefined variable "$cont"
                 1 | {{ $count := 1 }}{{ $cont }}
                   |                     ^~~~~
                hint: did you mean "$count"?
                """
            ),
            (
                "{{ if .name }}\nx\n",
                """
                t:1:1: error: {{if}} is not closed before the end of the text
                 1 | {{ if .name }}
                   | ^~~~~~~~~~~~~~
                hint: add {{end}}
                """
            ),
            (
                "x {{ index .list 9 | print }}",
                """
                t:1:6: error: index out of range: 9
                 1 | x {{ index .list 9 | print }}
                   |      ^~~~~
                hint: there are 3; test the length first: {{if …}}
                """
            ),
            (
                "{{ join \", \" .name }}",
                """
                t:1:4: error: join: want a separator and a list
                 1 | {{ join ", " .name }}
                   |    ^~~~
                hint: join " " .Tags
                """
            ),
            (
                "{{ template \"mian\" }}{{ define \"main\" }}{{ end }}",
                """
                t:1:1: error: template "mian" not defined
                 1 | {{ template "mian" }}{{ define "main" }}{{ end }}
                   | ^~~~~~~~~~~~~~~~~~~~~
                hint: did you mean "main"?
                """
            ),
            (
                "{{ print \"abc }}",
                """
                t:1:10: error: unterminated string
                 1 | {{ print "abc }}
                   |          ^~~~~~~
                hint: end it with " on the same line
                """
            ),
            (
                "{{ .map.c.d.e }}",
                """
                t:1:12: error: can't evaluate field e in type string
                 1 | {{ .map.c.d.e }}
                   |            ^~
                """
            ),
            (
                "{{ range .service.Tags }}{{ .ID }}{{ end }}",
                """
                t:1:29: error: can't evaluate field ID in type string
                 1 | {{ range .service.Tags }}{{ .ID }}{{ end }}
                   |                             ^~~
                """
            ),
            (
                "{{ .services.ID }}",
                """
                t:1:13: error: can't evaluate field ID in type []*record
                 1 | {{ .services.ID }}
                   |             ^~~
                hint: range over the list, or take one with index
                """
            ),
        ]
    )
    func reports(template: String, expected: String) {
        #expect(LanguageProbe.report(template) == expected)
    }

    @Test("are all reported at once, and blocks stay balanced")
    func several() {
        let text = """
            {{ if nosuch .a }}
            {{ range $i, $e := | }}
            {{ $u }}
            {{ "open }}
            {{ .x | 5 }}
            {{ end }}
            {{ else }}{{ foo }}{{ bar }}
            {{ end }}
            {{ end }}
            {{ (1 }}
            {{/* a */ x }}
            {{ define }}{{ end }}
            {{ 1x }}
            """
        let faults = #expect(throws: TemplateFaults.self) { try LanguageProbe.compile(text) }
        let places = faults?.diagnostics.map { "\($0.position?.line ?? 0):\($0.position?.column ?? 0) \($0.message)" }
        #expect(
            places == [
                "1:7 function \"nosuch\" not defined", "2:20 unexpected \"|\" in range",
                "3:4 undefined variable \"$u\"",
                "4:4 unterminated string", "5:9 a value cannot be piped into \"5\"",
                "7:14 function \"foo\" not defined",
                "7:23 function \"bar\" not defined", "9:4 unexpected {{end}}", "10:4 unclosed left parenthesis",
                "11:8 comment ends before its closing delimiter",
                "12:11 unexpected the end of the action in {{define}}; expected a name in quotes",
                "13:4 bad number 1x",
            ]
        )
    }

    @Test("stop after fifty, however many there are")
    func bounded() {
        let faults = #expect(throws: TemplateFaults.self) {
            try LanguageProbe.compile(String(repeating: "{{ nosuch }}\n", count: 100_000))
        }
        #expect(faults?.diagnostics.count == 50)
        #expect(faults?.diagnostics.last?.notes == [Diagnostic.Note("further faults are not reported")])
    }

    @Test("inside called templates name the chain of calls")
    func chain() {
        let report = LanguageProbe.report(
            """
            {{ define "inner" }}{{ .Nope }}{{ end }}
            {{ define "outer" }}
              {{ template "inner" .service }}
            {{ end }}
            {{ executeTemplate "outer" . }}
            """
        )
        #expect(
            report == """
                t:1:24: error: *dependency.HealthService has no field "Nope"
                 1 | {{ define "inner" }}{{ .Nope }}{{ end }}
                   |                        ^~~~~
                t:3:3: note: in template "inner", called here
                t:5:4: note: in template "outer", called here
                hint: did you mean .Node?
                """
        )
    }

    @Test("that only count when evaluated are warnings before")
    func warnings() throws {
        let template = try LanguageProbe.compile("{{if false}}{{template \"x\"}}{{len}}{{$y = 1}}{{end}}")
        #expect(
            template.warnings.map(\.message) == [
                "template \"x\" not defined", "wrong number of arguments for len: want 1, got 0",
                "undefined variable \"$y\"",
            ]
        )
        #expect(template.warnings.allSatisfy { $0.severity == .warning })
    }

    @Test("leave no output behind")
    func noOutput() throws {
        let template = try LanguageProbe.compile("before {{ fail \"no\" }}")
        #expect(throws: Diagnostic.self) { try template.render(.null, host: nil) }
    }
}
