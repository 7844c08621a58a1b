import TemplateEngine
import Testing

@Suite("Go's own functions")
struct BuiltinTests {
    @Test(
        "comparisons follow Go's rules of kinds",
        arguments: [
            LanguageProbe.Case("{{eq 1 1}} {{eq 1 2}} {{ne 1 2}}", "true false true"),
            LanguageProbe.Case("{{eq 1 2 3 1}} {{eq \"a\" \"b\" \"c\"}}", "true false"),
            LanguageProbe.Case("{{eq .name \"web\"}} {{ne .name \"web\"}}", "true false"),
            LanguageProbe.Case("{{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 2 2}}", "true true false true"),
            LanguageProbe.Case("{{lt \"a\" \"b\"}} {{lt \"B\" \"a\"}} {{ge \"a\" \"a\"}}", "true true true"),
            LanguageProbe.Case("{{lt 1.5 2.5}} {{gt .pi 3.0}}", "true true"),
            LanguageProbe.Case("{{eq .yes true}} {{eq .yes false}}", "true false"),
            LanguageProbe.Case(
                "{{eq .big 1}} {{lt .minus .big}} {{gt .big .minus}} {{eq .minus .big}}",
                "false true true false"
            ),
            LanguageProbe.Case(
                "{{eq .null nil}} {{eq .name nil}} {{ne .name nil}} {{eq .nosuch nil}}",
                "true false true true"
            ),
            LanguageProbe.Case("{{eq .service .service}} {{eq .object .object}}", "true true"),
            LanguageProbe.Case("{{eq \"\\u00e9\" \"e\\u0301\"}}", "false"),
            LanguageProbe.Case("{{1 | eq 1}} {{2 | lt 1}} {{1 | lt 2}}", "true true false"),
            LanguageProbe.Case("{{if eq .name \"x\" \"web\"}}y{{end}}", "y"),
            LanguageProbe.Case("{{with .service}}{{if eq .Status \"passing\"}}p{{else}}o{{end}}{{end}}", "p"),
            LanguageProbe.Case("{{with .service}}{{if ne .Status \"passing\"}}p{{else}}o{{end}}{{end}}", "o"),
            LanguageProbe.Case(
                "{{with .service}}{{if gt .Port 80}}p{{end}}{{if le .Weights.Passing 9}}q{{end}}{{end}}",
                "p"
            ),
            LanguageProbe.Case(
                "{{with .service}}{{if eq .Port \"80\"}}{{end}}{{end}}",
                "run fault: incompatible types for comparison: int and string"
            ),
            LanguageProbe.Case("{{eq 1 \"1\"}}", "run fault: incompatible types for comparison: int and string"),
            LanguageProbe.Case("{{eq 1 1.0}}", "run fault: incompatible types for comparison: int and float64"),
            LanguageProbe.Case("{{lt 1 1.0}}", "run fault: incompatible types for comparison: int and float64"),
            LanguageProbe.Case("{{lt .null 1}}", "run fault: invalid type for comparison: nil has no order"),
            LanguageProbe.Case("{{lt true false}}", "run fault: invalid type for comparison: bool has no order"),
            LanguageProbe.Case("{{eq .list .list}}", "run fault: values of type []string cannot be compared"),
            LanguageProbe.Case(
                "{{eq .map 1}}",
                "run fault: incompatible types for comparison: map[string]interface {} and int"
            ),
            LanguageProbe.Case("{{eq 1 1 \"a\"}} {{eq 1 2 .null}}", "true false"),
            LanguageProbe.Case("{{eq 1 \"a\" 1}}", "run fault: incompatible types for comparison: int and string"),
            LanguageProbe.Case("{{eq 'a' 97}} {{lt 'a' 'b'}} {{eq 0x10 16}}", "true true true"),
            LanguageProbe.Case("{{eq true 1}}", "run fault: incompatible types for comparison: bool and int"),
            LanguageProbe.Case("{{le \"a\" 1}}", "run fault: incompatible types for comparison: string and int"),
            LanguageProbe.Case("{{eq .service nil}} {{ne .list nil}} {{eq .map nil}}", "false true false"),
            LanguageProbe.Case("{{eq 1}}", "run fault: missing argument for comparison"),
            LanguageProbe.Case("{{eq}}", "run fault: wrong number of arguments for eq: want at least 1, got 0"),
            LanguageProbe.Case("{{ne 1 2 3}}", "run fault: wrong number of arguments for ne: want 2, got 3"),
            LanguageProbe.Case("{{if false}}{{len}}{{end}}ok", "ok"),
        ]
    )
    func comparisons(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test(
        "and, or and not stop early and give an operand",
        arguments: [
            LanguageProbe.Case("{{and 1 2}} {{and 0 2}} {{and 1 0 2}}", "2 0 0"),
            LanguageProbe.Case("{{or 1 2}} {{or 0 2}} {{or 0 \"\"}}|", "1 2 |"),
            LanguageProbe.Case("{{and 1}} {{or 0}}", "1 0"),
            LanguageProbe.Case("{{or .empty .name \"x\"}}", "web"),
            LanguageProbe.Case("{{or 1 (fail \"x\")}}", "1"),
            LanguageProbe.Case("{{and 0 (fail \"x\")}}", "0"),
            LanguageProbe.Case("{{and 1 (fail \"x\")}}", "run fault: fail: x"),
            LanguageProbe.Case("{{5 | and 1}} {{5 | and 0}} {{5 | or 0}} {{5 | or 1}}", "5 0 5 1"),
            LanguageProbe.Case("{{5 | and 1 2}} {{5 | or 0 \"\" 3}}", "5 3"),
            LanguageProbe.Case("{{print 7 (5 | or 1 2)}}", "7 1"),
            LanguageProbe.Case("{{not 0}} {{not 1}} {{not .null}} {{.name | not}}", "true false true false"),
            LanguageProbe.Case("{{if and .yes .name (not .no)}}y{{end}}", "y"),
            LanguageProbe.Case("{{and}}", "run fault: wrong number of arguments for and: want at least 1, got 0"),
            LanguageProbe.Case("{{if or (eq .name \"x\") (eq .one 1)}}y{{end}}", "y"),
        ]
    )
    func logic(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test(
        "len, index and slice",
        arguments: [
            LanguageProbe.Case("{{len .list}} {{len .map}} {{len .name}} {{len \"ä\"}} {{len .none}}", "3 3 3 2 0"),
            LanguageProbe.Case("{{len .null}}", "run fault: len of nil"),
            LanguageProbe.Case("{{len 3}}", "run fault: len of type int"),
            LanguageProbe.Case("{{index .list 0}} {{index .list 2}}", "a c"),
            LanguageProbe.Case("{{index .list 3}}", "run fault: index out of range: 3"),
            LanguageProbe.Case("{{index .list -1}}", "run fault: index out of range: -1"),
            LanguageProbe.Case("{{index .list \"0\"}}", "run fault: cannot index slice/array with type string"),
            LanguageProbe.Case("{{index .list nil}}", "run fault: cannot index slice/array with nil"),
            LanguageProbe.Case("{{index .list .big}}", "run fault: index out of range: 9223372036854775807"),
            LanguageProbe.Case("{{index .map \"a\"}} {{index .map \"c\" \"d\"}}", "1 deep"),
            LanguageProbe.Case("{{index .map \"zz\"}} [{{index .strings \"zz\"}}]", "<no value> []"),
            LanguageProbe.Case("{{index .ports 80}} {{index .ports 81}}", "http <no value>"),
            LanguageProbe.Case("{{index .ports \"80\"}}", "run fault: value has type string; the map's keys are ints"),
            LanguageProbe.Case("{{index .map 1}}", "run fault: value has type int; the map's keys are strings"),
            LanguageProbe.Case(
                "{{index .map 1.5}}",
                "run fault: value has type float64; a map's key is a string, an int or a bool"
            ),
            LanguageProbe.Case("{{index .name 0}}", "119"),
            LanguageProbe.Case("{{index .list 1 0}} {{index (slice .list 1) 0}}", "98 b"),
            LanguageProbe.Case(
                "{{index .services 1 \"x\"}}",
                "run fault: can't index item of type *dependency.HealthService"
            ),
            LanguageProbe.Case("{{index .list .one}} {{index .ports .one}}", "b <no value>"),
            LanguageProbe.Case("{{index .null 0}}", "run fault: index of nil"),
            LanguageProbe.Case("{{index 3 0}}", "run fault: can't index item of type int"),
            LanguageProbe.Case("{{index .list}}", "[a b c]"),
            LanguageProbe.Case("{{1 | index .list}}", "b"),
            LanguageProbe.Case(
                "{{slice .list 1}} {{slice .list 1 2}} {{slice .list 0 1 2}} {{slice .list}}",
                "[b c] [b] [a] [a b c]"
            ),
            LanguageProbe.Case("{{slice .name 1}} {{slice .name 0 2}} {{slice .name 3}}|", "eb we |"),
            LanguageProbe.Case("{{slice .name 4}}", "run fault: index out of range: 4"),
            LanguageProbe.Case("{{slice .name 2 1}}", "run fault: invalid slice index: 2 > 1"),
            LanguageProbe.Case("{{slice .name 0 1 2}}", "run fault: cannot 3-index slice a string"),
            LanguageProbe.Case("{{slice .map 1}}", "run fault: can't slice item of type map[string]interface {}"),
            LanguageProbe.Case("{{slice .null}}", "run fault: slice of nil"),
            LanguageProbe.Case("{{slice .list 0 1 2 3}}", "run fault: too many slice indexes: 4"),
        ]
    )
    func indexing(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test(
        "html, js, urlquery, printf and call",
        arguments: [
            LanguageProbe.Case("{{html .html}}", "&lt;a href=&#34;x&#34;&gt;Tom &amp; &#39;Jerry&#39;&lt;/a&gt;"),
            LanguageProbe.Case(
                "{{.html | html}}{{html 1 2}}",
                "&lt;a href=&#34;x&#34;&gt;Tom &amp; &#39;Jerry&#39;&lt;/a&gt;1 2"
            ),
            LanguageProbe.Case("{{html .null}}", "&lt;no value&gt;"),
            LanguageProbe.Case(
                "{{js .html}}",
                "\\u003Ca href\\u003D\\\"x\\\"\\u003ETom \\u0026 \\'Jerry\\'\\u003C/a\\u003E"
            ),
            LanguageProbe.Case("{{js \"a\\n\\\\ä\\u200b\"}}", "a\\u000A\\\\ä\\u200B"),
            LanguageProbe.Case("{{urlquery \"a b&c/ä~\"}}", "a+b%26c%2F%C3%A4~"),
            LanguageProbe.Case("{{urlquery \"a b\" 1 2 \"c\"}}|{{urlquery}}", "a+b1+2c|"),
            LanguageProbe.Case("{{js \"</script>\" 1}}", "\\u003C/script\\u003E1"),
            LanguageProbe.Case("{{html \"a\\x00b\"}}", "a\u{FFFD}b"),
            LanguageProbe.Case("{{printf \"%s=%v\" \"a\" 1}}", "a=1"),
            LanguageProbe.Case("{{printf \"%s:%d%%\" .name .one}}", "web:1%"),
            LanguageProbe.Case("{{.one | printf \"%s:%d\" .name}}|{{.one | printf \"%d\"}}", "web:1|1"),
            LanguageProbe.Case("{{printf \"%v %v %v\" .yes .minus .name}}", "true -3 web"),
            LanguageProbe.Case("{{printf \"plain\"}}{{printf \"\"}}", "plain"),
            LanguageProbe.Case("{{printf \"%v\" .list}}{{printf \"%v\" nil}}", "[a b c]<nil>"),
            LanguageProbe.Case("{{$f := printf \"%s-%d\" .name .one}}{{$f}}", "web-1"),
            LanguageProbe.Case("{{print (printf \"%s\" .name) (.one | printf \"%d\")}}", "web1"),
            LanguageProbe.Case("{{index .map nil}}", "run fault: value is nil; should be of type string"),
            LanguageProbe.Case("{{printf 1}}", "run fault: printf: the format must be a string, not int"),
            LanguageProbe.Case("{{printf}}", "run fault: wrong number of arguments for printf: want at least 1, got 0"),
            LanguageProbe.Case("{{call 1}}", "run fault: call of a value that is no function: int"),
            LanguageProbe.Case("{{join \",\" .name}}", "run fault: join: want a separator and a list"),
            LanguageProbe.Case("{{upper}}", "run fault: wrong number of arguments for upper: want 1, got 0"),
            LanguageProbe.Case("{{upper .name | len}}", "3"),
        ]
    )
    func others(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test("a function of the caller shadows a builtin, but not and and or")
    func shadowing() throws {
        let template = try Template(
            TemplateSource(name: "t", text: "{{len 1}}{{if eq .a 1}}e{{end}}{{or 0 2}}".utf8),
            functions: [
                TemplateFunction("len", 1) { _ throws(FunctionFault) in .string("mine") },
                TemplateFunction("eq", 2) { _ throws(FunctionFault) in .bool(true) },
                TemplateFunction("or", 2) { _ throws(FunctionFault) in .string("never") },
            ],
        )
        #expect(String(decoding: try template.render(.null, host: nil).bytes, as: UTF8.self) == "minee2")
    }

    @Test(
        "a missing key gives what the option says",
        arguments: [
            (RenderOptions.MissingKey.zero, "{{.nosuch}}", "<no value>"), (.default, "{{.nosuch}}", "<no value>"),
            (.error, "{{.nosuch}}", "run fault: map has no entry for key \"nosuch\""),
            (.zero, "{{.strings.x}}|", "|"), (.default, "{{.strings.x}}|", "<no value>|"),
            (.error, "{{.strings.x}}|", "run fault: map has no entry for key \"x\""),
            (.zero, "{{len .strings.x}}", "0"),
            (.zero, "{{.nosuch.deeper}}", "run fault: nil pointer evaluating .deeper: what it is asked of is nil"),
            (.default, "{{.nosuch.deeper}}", "<no value>"),
            (.default, "{{.null.deeper}}", "run fault: nil pointer evaluating .deeper: what it is asked of is nil"),
            (.zero, "{{$x := .nosuch}}{{$x.deeper}}", "<no value>"), (.zero, "{{(.nosuch).deeper}}", "<no value>"),
            (
                .zero, "{{.service.Node.Address}}",
                "run fault: nil pointer evaluating .Address: what it is asked of is nil"
            ),
            (.error, "{{with $.null}}{{else}}ok{{end}}", "ok"),
        ]
    )
    func missingKeys(mode: RenderOptions.MissingKey, template: String, expected: String) {
        var options = RenderOptions()
        options.missingKey = mode
        #expect(LanguageProbe.outcome(template, options: options) == expected)
    }

    @Test("nil data has no fields, and says so only if asked to")
    func nilData() {
        var options = RenderOptions()
        #expect(
            LanguageProbe.outcome("{{.}}{{.a}}{{.a.b}}", .null, options: options) == "<no value><no value><no value>"
        )
        options.missingKey = .error
        #expect(
            LanguageProbe.outcome("{{.a}}", .null, options: options) == "run fault: nil data; no entry for key \"a\""
        )
    }
}
