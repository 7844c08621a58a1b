import TemplateEngine
import Testing

@Suite("Pipelines, operands and variables")
struct PipelineTests {
    @Test(
        "evaluate as in Go",
        arguments: [
            LanguageProbe.Case("{{.name}}", "web"),
            LanguageProbe.Case("{{$.name}}", "web"),
            LanguageProbe.Case("{{.map.c.d}}", "deep"),
            LanguageProbe.Case("{{(.map).c.d}}", "deep"),
            LanguageProbe.Case("{{(index .services 1).ID}}", "web-2"),
            LanguageProbe.Case("{{(index .services 1).Weights.Passing}}", "10"),
            LanguageProbe.Case("{{.service.Weights.Passing}}", "10"),
            LanguageProbe.Case("{{.service.Meta.zone}}", "eu"),
            LanguageProbe.Case("{{$s := .service}}{{$s.Port}} {{$s.Weights.Warning}}", "8080 0"),
            LanguageProbe.Case("{{\"x\" | printf \"%s-%s\" \"a\"}}", "a-x"),
            LanguageProbe.Case("{{.name | upper | printf \"<%s>\"}}", "<WEB>"),
            LanguageProbe.Case("{{print (print 1 2) (print 3)}}", "1 23"),
            LanguageProbe.Case("{{1 | print 2 3}}", "2 3 1"),
            LanguageProbe.Case("{{1|}}", "1"),
            LanguageProbe.Case("{{()}}", "fault: missing value for parenthesized pipeline"),
            LanguageProbe.Case("{{}}", "fault: missing value for command"),
            LanguageProbe.Case("{{|1}}", "fault: unexpected \"|\" in command"),
            LanguageProbe.Case("{{1 | 2}}", "fault: a value cannot be piped into \"2\""),
            LanguageProbe.Case("{{1 | .}}", "fault: a value cannot be piped into \".\""),
            LanguageProbe.Case("{{1 | \"x\"}}", "fault: a value cannot be piped into \"\"x\"\""),
            LanguageProbe.Case("{{1 | nil}}", "fault: a value cannot be piped into \"nil\""),
            LanguageProbe.Case(
                "{{1 | .name}}",
                "run fault: name is no method of map[string]interface {}, but has arguments"
            ),
            LanguageProbe.Case(
                "{{.name 1}}",
                "run fault: name is no method of map[string]interface {}, but has arguments"
            ),
            LanguageProbe.Case(
                "{{.service.ID 1}}",
                "run fault: ID is no method of *dependency.HealthService, but has arguments"
            ),
            LanguageProbe.Case("{{\"x\" 1}}", "run fault: \"\"x\"\" is no function and takes no argument"),
            LanguageProbe.Case("{{1.a}}", "fault: bad number 1.a"),
            LanguageProbe.Case(
                "{{\"x\".a}}",
                "fault: unexpected \".a\" in operand; expected a space: a constant has no fields"
            ),
            LanguageProbe.Case(
                "{{true.a}}",
                "fault: unexpected \".a\" in operand; expected a space: a constant has no fields"
            ),
            LanguageProbe.Case("{{..name}}", "fault: unexpected \".name\" in operand"),
            LanguageProbe.Case("{{print(1)}}", "fault: unexpected \"(\" in operand; expected a space, '|' or the end"),
            LanguageProbe.Case(
                "{{\"a\"\"b\"}}",
                "fault: unexpected \"\"b\"\" in operand; expected a space, '|' or the end"
            ),
            LanguageProbe.Case("{{print .name.x}}", "run fault: can't evaluate field x in type string"),
            LanguageProbe.Case("{{nosuch .name}}", "fault: function \"nosuch\" not defined"),
            LanguageProbe.Case("{{end}}", "fault: unexpected {{end}}"),
            LanguageProbe.Case("{{.}}", "x"),
        ]
    )
    func pipelines(_ example: LanguageProbe.Case) {
        let dot = example.template == "{{.}}" ? .string("x") : LanguageProbe.data
        #expect(LanguageProbe.outcome(example.template, dot) == example.expected)
    }

    @Test(
        "print values as Go's templates do",
        arguments: [
            LanguageProbe.Case("{{.null}}", "<no value>"),
            LanguageProbe.Case("{{.nosuch}}", "<no value>"),
            LanguageProbe.Case("{{.strings.nosuch}}", ""),
            LanguageProbe.Case("{{.strings.k}}", "v"),
            LanguageProbe.Case("{{.no}} {{.zero}} {{.minus}} {{.big}}", "false 0 -3 18446744073709551615"),
            LanguageProbe.Case("{{.list}}", "[a b c]"),
            LanguageProbe.Case("{{.map}}", "map[a:1 b:2 c:map[d:deep]]"),
            LanguageProbe.Case("{{.ports}}", "map[80:http 443:tls]"),
            LanguageProbe.Case("{{print nil}}", "<nil>"),
            LanguageProbe.Case("{{println 1 \"a\"}}", "1 a\n"),
            LanguageProbe.Case("{{print \"a\" 1 2 \"b\"}}", "a1 2b"),
        ]
    )
    func printing(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test(
        "variables are declared, shadowed and assigned",
        arguments: [
            LanguageProbe.Case("{{$x := 1}}{{$x}}", "1"),
            LanguageProbe.Case("{{$x:=1}}{{$x}}", "1"),
            LanguageProbe.Case("{{$x := 1}}{{$x = 2}}{{$x}}", "2"),
            LanguageProbe.Case("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"),
            LanguageProbe.Case("{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}", "21"),
            LanguageProbe.Case("{{$x := 1}}{{$x := 2}}{{$x}}", "2"),
            LanguageProbe.Case("{{$x := 1 | print 2}}{{$x}}", "2 1"),
            LanguageProbe.Case("{{if $x := .name}}{{$x}}{{end}}", "web"),
            LanguageProbe.Case("{{if $x := .empty}}{{else}}[{{$x}}]{{end}}", "[]"),
            LanguageProbe.Case("{{if $x := 0}}a{{else if $y := 2}}{{$x}}{{$y}}{{end}}", "02"),
            LanguageProbe.Case("{{with $x := .name}}{{$x}}{{.}}{{end}}", "webweb"),
            LanguageProbe.Case("{{range $e := .list}}{{$e}}{{end}}", "abc"),
            LanguageProbe.Case("{{range $i, $e := .list}}{{$i}}{{$e}}{{end}}", "0a1b2c"),
            LanguageProbe.Case("{{range $k, $v := .strings}}{{$k}}={{$v}}{{end}}", "k=v"),
            LanguageProbe.Case("{{$n := 0}}{{range .numbers}}{{$n = .}}{{end}}{{$n}}", "2"),
            LanguageProbe.Case("{{$e := 0}}{{range $e = .numbers}}{{end}}{{$e}}", "2"),
            LanguageProbe.Case("{{$i := 9}}{{$e := 9}}{{range $i, $e = .list}}{{end}}{{$i}}{{$e}}", "2c"),
            LanguageProbe.Case("{{range $e := .none}}{{else}}{{$e}}{{end}}", "[]"),
            LanguageProbe.Case("{{if true}}{{$x := 1}}{{end}}{{$x}}", "fault: undefined variable \"$x\""),
            LanguageProbe.Case("{{$x}}", "fault: undefined variable \"$x\""),
            LanguageProbe.Case("{{$x = 1}}", "run fault: undefined variable \"$x\""),
            LanguageProbe.Case("{{if false}}{{$x = 1}}{{end}}ok", "ok"),
            LanguageProbe.Case("{{$x := 0}}{{if false}}{{$x := 1}}{{else}}{{$x}}{{end}}", "0"),
            LanguageProbe.Case("{{if false}}{{$x := 1}}{{else}}{{$x}}{{end}}", "run fault: undefined variable \"$x\""),
            LanguageProbe.Case("{{$x, $y := 1}}", "fault: command declares one variable only"),
            LanguageProbe.Case(
                "{{range $a, $b, $c := .list}}{{end}}",
                "fault: range declares two variables at the most"
            ),
            LanguageProbe.Case(
                "{{range $a, 1}}{{end}}",
                "fault: unexpected \"1\" in range; expected a second variable"
            ),
            LanguageProbe.Case("{{with $x := 1}}{{end}}{{$x}}", "fault: undefined variable \"$x\""),
            LanguageProbe.Case("{{range $x := .list}}{{end}}{{$x}}", "fault: undefined variable \"$x\""),
            LanguageProbe.Case("{{$x := 1}}{{range .list}}{{$x := .}}{{end}}{{$x}}", "1"),
            LanguageProbe.Case("{{$x := 1}}{{with 2}}{{$x = .}}{{end}}{{$x}}", "2"),
            LanguageProbe.Case("{{$x := 1}}{{with $x := 2}}{{$x = 3}}{{$x}}{{end}}{{$x}}", "31"),
            LanguageProbe.Case("{{$x := 1}}{{range $x = .numbers}}{{else}}{{end}}{{$x}}", "2"),
            LanguageProbe.Case("{{$x := 1}}{{if $x = 0}}a{{else}}{{$x}}{{end}}", "0"),
            LanguageProbe.Case("{{$ := 1}}{{$}}", "1"),
            LanguageProbe.Case("{{$x := $x}}", "run fault: undefined variable \"$x\""),
            LanguageProbe.Case("{{range .list}}{{$.name}}{{end}}", "webwebweb"),
            LanguageProbe.Case("{{with .map}}{{$.name}}{{.a}}{{end}}", "web1"),
            LanguageProbe.Case("{{print ($y := 3) $y}}", "3 3"),
        ]
    )
    func variables(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test(
        "methods of objects are called, with the piped value last",
        arguments: [
            LanguageProbe.Case("{{notebook.Say 1 2}}", "said:1,2"),
            LanguageProbe.Case("{{notebook.Say}}", "said:"),
            LanguageProbe.Case("{{3 | notebook.Say 1 2}}", "said:1,2,3"),
            LanguageProbe.Case("{{.object.Say \"x\"}}", "said:x"),
            LanguageProbe.Case("{{$n := notebook}}{{$n.Say 1}}{{1 | $n.Say}}", "said:1said:1"),
            LanguageProbe.Case("{{(notebook).Self.Say 4}}", "said:4"),
            LanguageProbe.Case("{{print notebook.Say 1}}", "said:1"),
            LanguageProbe.Case("{{with notebook}}{{.Say 1}}{{.Say}}{{end}}", "said:1said:"),
            LanguageProbe.Case("{{notebook.Nothing}}", "<no value>"),
            LanguageProbe.Case("{{notebook.Fail}}", "run fault: Fail: cannot"),
            LanguageProbe.Case("{{notebook.Nope}}", "run fault: *notebook has no method \"Nope\""),
            LanguageProbe.Case("{{.service.Tags.Contains \"v1\"}}{{.service.Tags.Contains \"v\"}}", "truefalse"),
            LanguageProbe.Case("{{if .service.Tags.Contains \"v2\"}}y{{end}}", "y"),
        ]
    )
    func methods(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }
}
