import TemplateEngine
import Testing

@Suite("The lexer")
struct LexingTests {
    @Test(
        "cuts text, actions and comments as Go does",
        arguments: [
            LanguageProbe.Case("", ""),
            LanguageProbe.Case("plain", "plain"),
            LanguageProbe.Case("a{{/* comment */}}b", "ab"),
            LanguageProbe.Case("a {{- /* comment */ -}} b", "ab"),
            LanguageProbe.Case("a{{/* two\nlines }} */}}b", "ab"),
            LanguageProbe.Case("a{{ /* not touching */}}b", "fault: unexpected \"/\" in command"),
            LanguageProbe.Case("a{{/* x */ }}b", "fault: comment ends before its closing delimiter"),
            LanguageProbe.Case("a{{/* x", "fault: unclosed comment"),
            LanguageProbe.Case("a \t\r\n{{- 1 -}} \n b", "a1b"),
            LanguageProbe.Case("a\u{0B}{{- 1 -}}\u{0C}b", "a\u{0B}1\u{0C}b"),
            LanguageProbe.Case("a\u{A0}{{- 1 -}}b", "a\u{A0}1b"),
            LanguageProbe.Case("a {{-3}} b", "a -3 b"),
            LanguageProbe.Case("a {{- 3}} b", "a3 b"),
            LanguageProbe.Case("a {{3 -}} b", "a 3b"),
            LanguageProbe.Case("a {{-\n3}}", "a3"),
            LanguageProbe.Case("a {{3\n-}}\n b", "a 3b"),
            LanguageProbe.Case("{{3-}}", "fault: bad number 3-"),
            LanguageProbe.Case("a {{-}} b", "fault: bad number -"),
            LanguageProbe.Case("a {{ -}} b", "fault: missing value for command"),
            LanguageProbe.Case("a{{- /* c */}} b{{/* d */ -}} c", "a bc"),
            LanguageProbe.Case("a {{-/* c */}}", "fault: bad number -"),
            LanguageProbe.Case("{{/**/}}{{/* {{ nested }} */}}|", "|"),
            LanguageProbe.Case(" {{- if true -}} a {{- else -}} b {{- end -}} ", "a"),
            LanguageProbe.Case("a\n{{- define \"d\" -}} x {{- end -}}\nb{{template \"d\"}}", "abx"),
            LanguageProbe.Case("x{{1 -}}  {{- 2}}", "x12"),
            LanguageProbe.Case("x {{- \"\" -}} y", "xy"),
            LanguageProbe.Case("{{\"}}\"}}", "}}"),
            LanguageProbe.Case("{{`}}`}}", "}}"),
            LanguageProbe.Case("{{ print\n1\n2 }}", "1 2"),
            LanguageProbe.Case("{ {{1}} }", "{ 1 }"),
            LanguageProbe.Case("}}", "}}"),
            LanguageProbe.Case("{{{1}}}", "fault: unexpected \"{\" in command"),
            LanguageProbe.Case("ä{{\"ö\"}}ü", "äöü"),
        ]
    )
    func text(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test(
        "reads constants as Go does",
        arguments: [
            LanguageProbe.Case("{{42}}", "42"),
            LanguageProbe.Case("{{+42}}", "42"),
            LanguageProbe.Case("{{-42}}", "-42"),
            LanguageProbe.Case("{{0x1F}}", "31"),
            LanguageProbe.Case("{{0X1f}}", "31"),
            LanguageProbe.Case("{{-0x10}}", "-16"),
            LanguageProbe.Case("{{010}}", "8"),
            LanguageProbe.Case("{{0o17}}", "15"),
            LanguageProbe.Case("{{0b101}}", "5"),
            LanguageProbe.Case("{{1_000}}", "1000"),
            LanguageProbe.Case("{{0x_1F}}", "31"),
            LanguageProbe.Case("{{1__0}}", "fault: bad number 1__0"),
            LanguageProbe.Case("{{1_}}", "fault: bad number 1_"),
            LanguageProbe.Case("{{08}}", "fault: bad number 08"),
            LanguageProbe.Case("{{0xZ}}", "fault: bad number 0xZ"),
            LanguageProbe.Case("{{1.5}}", "1.5"),
            LanguageProbe.Case("{{.5}}", "0.5"),
            LanguageProbe.Case("{{1e3}}", "1000"),
            LanguageProbe.Case("{{1e-1}}", "0.1"),
            LanguageProbe.Case("{{0x1p4}}", "16"),
            LanguageProbe.Case("{{1_0.5}}", "10.5"),
            LanguageProbe.Case("{{9223372036854775807}}", "9223372036854775807"),
            LanguageProbe.Case("{{-9223372036854775808}}", "-9223372036854775808"),
            LanguageProbe.Case("{{9223372036854775808}}", "fault: 9223372036854775808 overflows int"),
            LanguageProbe.Case("{{18446744073709551616}}", "fault: 18446744073709551616 overflows int"),
            LanguageProbe.Case("{{0B101}} {{0O17}} {{-0b11}} {{+0o7}} {{0_7}} {{00}}", "5 15 -3 7 7 0"),
            LanguageProbe.Case("{{0b12}}", "fault: bad number 0b12"),
            LanguageProbe.Case("{{0o8}}", "fault: bad number 0o8"),
            LanguageProbe.Case("{{0x}}", "fault: bad number 0x"),
            LanguageProbe.Case("{{0x1.8p1}} {{0X1P-2}} {{-0x1p0}}", "3 0.25 -1"),
            LanguageProbe.Case("{{0x1.8}}", "fault: bad number 0x1.8"),
            LanguageProbe.Case(
                "{{1E+2}} {{+.5}} {{-1e3}} {{5.}} {{1e21}} {{1e20}} {{1e-7}}",
                "100 0.5 -1000 5 1e+21 1e+20 1e-07"
            ),
            LanguageProbe.Case("{{1e}}", "fault: bad number 1e"),
            LanguageProbe.Case("{{1e400}}", "fault: bad number 1e400"),
            LanguageProbe.Case("{{printf \"%T %T %T %T\" 3 1.0 1e1 'a'}}", "int float64 float64 int"),
            LanguageProbe.Case("{{printf \"%T %T %T\" 0x1e 0xE -0x1e}}", "int int float64"),
            LanguageProbe.Case("{{'\\a'}}{{'\\\\'}}{{'\\x00'}}{{'\\U0001F600'}}", "7920128512"),
            LanguageProbe.Case("{{'\\\"'}}", "fault: unknown or incomplete escape \\\""),
            LanguageProbe.Case("{{\"\\400\"}}", "fault: unknown or incomplete escape \\4"),
            LanguageProbe.Case("{{\"\\a\\b\\f\\n\\r\\v\" | printf \"%x\"}}", "07080c0a0d0b"),
            LanguageProbe.Case("{{1a}}", "fault: bad number 1a"),
            LanguageProbe.Case("{{'a'}}", "97"),
            LanguageProbe.Case("{{'ä'}}", "228"),
            LanguageProbe.Case("{{'\\n'}}", "10"),
            LanguageProbe.Case("{{'\\''}}", "39"),
            LanguageProbe.Case("{{'\\x41'}}", "65"),
            LanguageProbe.Case("{{'\\u00e4'}}", "228"),
            LanguageProbe.Case("{{'\\101'}}", "65"),
            LanguageProbe.Case("{{'ab'}}", "fault: a character constant has exactly one character"),
            LanguageProbe.Case("{{''}}", "fault: a character constant has exactly one character"),
            LanguageProbe.Case("{{'a}}", "fault: unterminated character constant"),
            LanguageProbe.Case("{{\"a\\tb\\\"c\\\\\"}}", "a\tb\"c\\"),
            LanguageProbe.Case("{{\"\\u00e4\\U0001F600\\x41\\101\"}}", "ä😀AA"),
            LanguageProbe.Case("{{\"\\'\"}}", "fault: unknown or incomplete escape \\'"),
            LanguageProbe.Case("{{\"\\q\"}}", "fault: unknown or incomplete escape \\q"),
            LanguageProbe.Case("{{\"\\ud800\"}}", "fault: unknown or incomplete escape \\u"),
            LanguageProbe.Case("{{`a\\n\"b`}}", "a\\n\"b"),
            LanguageProbe.Case("{{`two\r\nlines`}}", "two\nlines"),
            LanguageProbe.Case("{{\"two\nlines\"}}", "fault: unterminated string"),
            LanguageProbe.Case("{{\"open}} rest", "fault: unterminated string"),
            LanguageProbe.Case("{{`open}} rest", "fault: unterminated raw string"),
            LanguageProbe.Case("{{true}}{{false}}", "truefalse"),
            LanguageProbe.Case("{{nil}}", "run fault: nil is not a command"),
        ]
    )
    func constants(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test(
        "reads imaginary constants, which are complex numbers",
        arguments: [
            LanguageProbe.Case("{{1i}} {{-1i}} {{+2.5i}} {{1e3i}} {{0i}}", "(0+1i) (0-1i) (0+2.5i) (0+1000i) (0+0i)"),
            LanguageProbe.Case("{{1+2i}} {{-1.5-2i}} {{1e3+1e-2i}} {{1+0i}}", "(1+2i) (-1.5-2i) (1000+0.01i) (1+0i)"),
            LanguageProbe.Case("{{printf \"%v %g %T\" 1i 1+2i 1i}}", "(0+1i) (1+2i) complex128"),
            LanguageProbe.Case(
                "{{printf \"%.1f %e %8.2f\" 1+2i 1i 1-1i}}",
                "(1.0+2.0i) (0.000000e+00+1.000000e+00i) (    1.00   -1.00i)"
            ),
            LanguageProbe.Case("{{printf \"%d %s\" 1i 2i}}", "%!d(complex128=(0+1i)) %!s(complex128=(0+2i))"),
            LanguageProbe.Case("{{eq 1i 1i}} {{eq 1i 0+1i}} {{ne 1i 2i}} {{eq 1i nil}}", "true true true false"),
            LanguageProbe.Case("{{eq 1+0i 1}}", "run fault: incompatible types for comparison: complex128 and int"),
            LanguageProbe.Case("{{lt 1i 2i}}", "run fault: invalid type for comparison: complex128 has no order"),
            LanguageProbe.Case("{{if 1i}}y{{end}}{{if 0i}}y{{else}}n{{end}}{{not 0+0i}}", "yntrue"),
            LanguageProbe.Case("{{$x := 3i}}{{print $x 4i}}", "(0+3i) (0+4i)"),
            LanguageProbe.Case("{{1+2}}", "fault: bad number 1+2"),
            LanguageProbe.Case("{{1+2ii}}", "fault: bad number 1+2ii"),
            LanguageProbe.Case("{{1_i}}", "fault: bad number 1_i"),
            LanguageProbe.Case("{{1i+2}}", "fault: bad number 1i+2"),
            LanguageProbe.Case(
                "{{1i.x}}",
                "fault: unexpected \".x\" in operand; expected a space: a constant has no fields"
            ),
        ]
    )
    func complexConstants(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test(
        "refuses what is no token",
        arguments: [
            LanguageProbe.Case("{{", "fault: unclosed action"),
            LanguageProbe.Case("{{.name", "fault: unclosed action"),
            LanguageProbe.Case("{{.name\n{{1}}", "fault: unclosed action: another {{ begins before its }}"),
            LanguageProbe.Case("{{.a-b}}", "fault: unexpected character \"-\" after .a"),
            LanguageProbe.Case("{{$x=1}}", "fault: unexpected character \"=\" after $x"),
            LanguageProbe.Case("{{.a:b}}", "fault: unexpected ':'"),
            LanguageProbe.Case("{{(1}}", "fault: unclosed left parenthesis"),
            LanguageProbe.Case("{{1)}}", "fault: unexpected right parenthesis"),
            LanguageProbe.Case("{{1 \u{1}}}", "fault: unrecognized character \"\\u{01}\" in an action"),
            LanguageProbe.Case("{{€}}", "fault: unrecognized character \"€\" in an action"),
            LanguageProbe.Case("{{1 @}}", "fault: unexpected \"@\" in command"),
        ]
    )
    func damage(_ example: LanguageProbe.Case) {
        #expect(LanguageProbe.outcome(example.template) == example.expected)
    }

    @Test(
        "takes other delimiters",
        arguments: [
            ("<<", ">>", "a << 1 >> {{2}}", "a 1 {{2}}"), ("<<", ">>", "a <<- 1 ->> b", "a1b"),
            ("<<", ">>", "a<</* c */>>b", "ab"), ("[", "]", "[if true]y[end]", "y"), ("", "", "{{1}}", "1"),
            ("((", "))", "((print (print 1) ))", "1"), ("$(", ")", "$(1)", "1"),
            ("<%", "%>", "<% .name | upper %>", "WEB"),
        ]
    )
    func delimiters(left: String, right: String, template: String, expected: String) {
        #expect(LanguageProbe.outcome(template, left: left, right: right) == expected)
    }
}
