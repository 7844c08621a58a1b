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
            LanguageProbe.Case("{{1i}}", "fault: complex numbers are not supported"),
            LanguageProbe.Case("{{1+2i}}", "fault: complex numbers are not supported"),
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
