import Diagnostics
import TemplateEngine
import Testing

@Suite("Constants, nil elements and growing values")
struct LeftoverTests {
    /// The output with all pure functions, or the fault.
    private func outcome(
        _ text: String,
        _ dot: Value = LanguageProbe.data,
        _ change: (inout RenderOptions) -> Void = { _ in }
    )
        -> String
    {
        var options = RenderOptions()
        options.maximumOutput = 1 << 20
        change(&options)
        do {
            let template = try Template(
                TemplateSource(name: "main", text: text.utf8),
                functions: StandardFunctions.pure
            )
            return String(decoding: try template.render(dot, host: nil, options: options).bytes, as: UTF8.self)
        } catch let fault as Diagnostic {
            return "fault: \(fault.message)"
        } catch let faults as TemplateFaults {
            return "refused: \(faults.diagnostics.map(\.message).joined(separator: " | "))"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "a constant without a fraction is an int where Go's function takes one, and only there",
        arguments: [
            ("{{indent 2e0 \"a\"}}", "  a"), ("{{indent 0x1p1 \"a\"}}", "  a"), ("{{sprig_repeat 3.0 \"a\"}}", "aaa"),
            ("{{sprig_trunc 1e0 \"abc\"}}", "a"), ("{{sprig_until 3.0}}", "[0 1 2]"),
            ("{{sprig_untilStep 0 4.0 2}}", "[0 2]"), ("{{first 2.0 .list}}", "[a b]"),
            ("{{hostport \"a\" 8e1}}", "a:80"), ("{{indent 'A' \"\"}}|", "|"),
            ("{{indent 1.5 \"a\"}}", "fault: indent: expected an integer as argument 1, got float64 1.5"),
            ("{{$x := 2e0}}{{indent $x \"a\"}}", "fault: indent: expected an integer as argument 1, got float64 2"),
            ("{{indent (parseFloat \"2\") \"a\"}}", "fault: indent: expected an integer as argument 1, got float64 2"),
            ("{{loop 1e0}}", "fault: loop: expected an integer or a string that is one as argument 1, got float64 1"),
            ("{{index .list 1e0}}", "fault: cannot index slice/array with type float64"),
            ("{{printf \"%d\" 1e3}}", "%!d(float64=1000)"), ("{{printf \"%f\" 3}}", "%!f(int=3)"),
            ("{{scaleWeight 100 50}} {{scaleWeight 1e3 500.0}}", "50 128"), ("{{add 1 1.5}}", "2.5"),
            ("{{indent 2+0i \"a\"}}", "  a"),
            ("{{indent 1i \"a\"}}", "fault: indent: expected an integer as argument 1, got complex128"),
            ("{{0x1_0}} {{0b1_1}} {{0o1_7}} {{1_0.2_5}} {{0_7}}", "16 3 15 10.25 7"),
        ]
    )
    func constants(template: String, expected: String) {
        #expect(outcome(template) == expected)
    }

    @Test(
        "a nil element has no fields, any other nil has",
        arguments: [
            ("{{range .l}}{{.x}}{{end}}", "fault: nil pointer evaluating .x: what it is asked of is nil"),
            ("{{range .m}}{{.x}}{{end}}", "fault: nil pointer evaluating .x: what it is asked of is nil"),
            ("{{range .l}}{{.}}{{end}}", "<no value>"), ("{{(index .l 0).x}}", "<no value>"),
            ("{{range .l}}{{template \"t\"}}{{end}}{{define \"t\"}}{{.x}}{{end}}", "<no value>"),
            (
                "{{range loop 1}}{{template \"t\"}}{{end}}{{define \"t\"}}{{range $.l}}{{.x}}{{end}}{{.x}}{{end}}",
                "<no value>"
            ),
            ("{{range .l}}{{$.x}}{{end}}", "<no value>"), ("{{.x.y}}", "<no value>"),
            ("{{range $e := .l}}{{$e.x}}{{end}}", "fault: nil pointer evaluating .x: what it is asked of is nil"),
            ("{{range $k, $e := .m}}{{$e.x}}{{end}}", "fault: nil pointer evaluating .x: what it is asked of is nil"),
            (
                "{{range $e := .l}}{{range loop 1}}{{$e.x}}{{end}}{{end}}",
                "fault: nil pointer evaluating .x: what it is asked of is nil"
            ),
            (
                "{{range $e := .l}}{{printf \"%v\" $e.x}}{{end}}",
                "fault: nil pointer evaluating .x: what it is asked of is nil"
            ),
            ("{{range $e := .l}}{{if $e}}{{$e.x}}{{else}}nil{{end}}{{end}}", "nil"),
            ("{{range $e := .l}}{{$f := $e}}{{$f.x}}{{end}}", "<no value>"),
            ("{{$y := .nosuch}}{{range .l}}{{$y.x}}{{end}}", "<no value>"),
            ("{{range .l}}{{(index $.l 0).x}}{{end}}", "<no value>"),
            ("{{range $e := .l}}{{end}}{{$e := .nosuch}}{{$e.x}}", "<no value>"),
            (
                "{{range $e := .l}}{{template \"t\"}}{{end}}{{define \"t\"}}{{$v := .nosuch}}{{$v.x}}{{end}}",
                "<no value>"
            ),
            ("{{range .l}}{{if .x}}{{end}}{{end}}", "fault: nil pointer evaluating .x: what it is asked of is nil"),
        ]
    )
    func nilElements(template: String, expected: String) {
        let dot = LanguageProbe.map(["l": .list(List([.null])), "m": LanguageProbe.map(["k": .null])])
        #expect(outcome(template, dot) { $0.missingKey = .default } == expected)
    }

    @Test(
        "values that double at each step end at a bound",
        arguments: [
            (
                "{{$l := sprig_list 1}}{{range loop 60}}{{$l = sprig_concat $l $l}}{{end}}{{len $l}}",
                "more than 100000 elements"
            ),
            (
                "{{$l := sprig_list 1}}{{range loop 60}}{{$l = sprig_list $l $l}}{{end}}{{$l}}",
                "more than 100000 elements"
            ),
            (
                "{{$l := sprig_list 1}}{{range loop 60}}{{$l = sprig_list $l $l}}{{end}}{{uniq $l}}",
                "more than 100000 elements"
            ),
            (
                "{{$d := sprig_dict}}{{range loop 60}}{{$d = sprig_dict \"a\" $d \"b\" $d}}{{end}}{{mergeMap $d $d}}",
                "more than 100000 elements"
            ),
            ("{{$l := 1}}{{range loop 9999}}{{$l = sprig_list $l}}{{end}}{{$l}}", "nests deeper than 1200"),
            (
                "{{$s := \"a\"}}{{range loop 60}}{{$s = print $s $s}}{{end}}",
                "a text of more than 1048576 bytes was made"
            ),
            ("{{$s := \"a\"}}{{range loop 60}}{{$s = sprig_repeat 1000 $s}}{{end}}", "is too long"),
        ]
    )
    func growth(template: String, message: String) {
        let outcome = outcome(template) { $0.maximumElements = 100_000 }
        #expect(outcome.hasPrefix("fault: ") && outcome.contains(message), "\(outcome)")
    }

    @Test("a value at the bound of nesting can be printed")
    func deep() {
        let outcome = outcome("{{$l := sprig_list}}{{range loop 1199}}{{$l = sprig_list $l}}{{end}}{{len (print $l)}}")
        #expect(outcome == "2400")
    }
}
