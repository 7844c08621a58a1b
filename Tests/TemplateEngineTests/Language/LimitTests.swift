import Diagnostics
import TemplateEngine
import Testing

@Suite("Bounds of a render")
struct LimitTests {
    @Test(
        "end what would not end",
        arguments: [
            (
                "{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}",
                "templates call templates more than 1000 deep"
            ),
            (
                "{{define \"a\"}}{{executeTemplate \"a\"}}{{end}}{{template \"a\"}}",
                "templates call templates more than 1000 deep"
            ),
            ("{{template \"t\"}}", "templates call templates more than 1000 deep"),
            ("{{range 9223372036854775807}}{{end}}", "the render takes more than 100000 steps"),
            ("{{range 1000000}}0123456789{{end}}", "the output has more than 10000 bytes"),
            ("{{range 100}}{{$.long}}{{end}}", "the output has more than 10000 bytes"),
            (
                "{{$x := \"0123456789\"}}{{range 100}}{{$x = print $x $x}}{{end}}",
                "a text of more than 10000 bytes was made"
            ),
            (
                "{{$x := \"0123456789\"}}{{range 100}}{{$x = upper (printf \"%s%s\" $x $x)}}{{end}}",
                "a text of more than 10000 bytes was made"
            ),
        ]
    )
    func bounds(template: String, expected: String) {
        var options = RenderOptions()
        options.maximumSteps = 100_000
        options.maximumOutput = 10_000
        let data = LanguageProbe.map(["long": .string(String(repeating: "x", count: 300))])
        #expect(LanguageProbe.outcome(template, data, options: options) == "run fault: " + expected)
    }

    @Test("are exact: what just fits is written")
    func exact() {
        var options = RenderOptions()
        options.maximumOutput = 10
        #expect(LanguageProbe.outcome("{{range 10}}x{{end}}", options: options) == "xxxxxxxxxx")
        #expect(
            LanguageProbe.outcome("{{range 11}}x{{end}}", options: options)
                == "run fault: the output has more than 10 bytes"
        )
        #expect(LanguageProbe.outcome("{{range 3}}{{.}}{{end}}1234567", options: options) == "0121234567")
        options.maximumOutput = 0
        #expect(LanguageProbe.outcome("", options: options) == "")
        #expect(LanguageProbe.outcome("x", options: options) == "run fault: the output has more than 0 bytes")
        options = RenderOptions()
        options.maximumDepth = 3
        let nested = "{{define \"a\"}}{{if .}}{{template \"a\" (slice . 1)}}{{end}}{{end}}{{template \"a\" \"xy\"}}ok"
        #expect(LanguageProbe.outcome(nested, options: options) == "ok")
        options.maximumDepth = 2
        #expect(
            LanguageProbe.outcome(nested, options: options) == "run fault: templates call templates more than 2 deep"
        )
    }

    @Test("include the clock")
    func time() {
        var options = RenderOptions()
        options.maximumTime = .zero
        #expect(
            LanguageProbe.outcome("{{range 1000000000}}{{end}}", options: options)
                == "run fault: the render takes longer than 0.0 seconds"
        )
    }

    @Test("name the calls at both ends of a long chain")
    func longChain() {
        let report = LanguageProbe.report("{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}")
        #expect(report.contains("993 calls between these are not shown"))
        #expect(report.split(separator: "\n").count < 20)
    }

    @Test(
        "keep deep nesting from the stack",
        arguments: [
            ("(", "1", ")", "parentheses are nested deeper than 200"),
            ("{{if 1}}", "x", "{{end}}", "blocks are nested deeper than 200"),
            ("{{range 1}}", "x", "{{end}}", "blocks are nested deeper than 200"),
            ("{{with 1}}", "x", "{{end}}", "blocks are nested deeper than 200"),
            ("{{if 1}}a{{else}}", "x", "{{end}}", "blocks are nested deeper than 200"),
            ("{{block \"b\" 1}}", "x", "{{end}}", "blocks are nested deeper than 200"),
            ("{{define \"b\"}}", "x", "{{end}}", "{{define}} inside of another block"),
        ]
    )
    func nesting(open: String, inner: String, close: String, expected: String) {
        func nest(_ depth: Int) -> String {
            let text = String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
            return open == "(" ? "{{" + text + "}}" : text
        }
        #expect(LanguageProbe.outcome(nest(open == "(" ? 100_000 : 5_000)).contains(expected))
        if !open.contains("define") { #expect(!LanguageProbe.outcome(nest(190)).contains("deeper")) }
    }

    @Test("let long chains be")
    func longChains() {
        let elseIfs = "{{if .no}}a" + String(repeating: "{{else if .no}}b", count: 20_000) + "{{else}}c{{end}}"
        #expect(LanguageProbe.outcome(elseIfs) == "c")
        #expect(LanguageProbe.outcome("{{1" + String(repeating: " | print", count: 20_000) + "}}") == "1")
        let fields = "{{.a" + String(repeating: ".a", count: 70_000) + "}}"
        #expect(LanguageProbe.outcome(fields).hasPrefix("fault: more than 10000 fields"))
        #expect(
            LanguageProbe.outcome("{{print" + String(repeating: " 1", count: 70_000) + "}}").hasPrefix(
                "fault: more than 10000 arguments"
            )
        )
    }
}
