import TemplateEngine
import Testing

@Suite struct RegularExpressionFunctionTests {
    static let cases: [FunctionCase] = [
        FunctionCase("regexMatch", .string("^v[0-9]+$"), .string("v12"), gives: .bool(true)),
        FunctionCase("regexMatch", .string("^v[0-9]+$"), .string("xv12"), gives: .bool(false)),
        FunctionCase("regexMatch", .string(""), .string(""), gives: .bool(true)),
        FunctionCase("regexMatch", .string("(?i)ABC"), .string("xabcx"), gives: .bool(true)),
        FunctionCase("regexMatch", .string("("), .string("a"), faults: "error parsing regexp: missing closing )"),
        FunctionCase("regexMatch", .int(1), .string("a"), faults: "expected a string as argument 1, got int 1"),
        FunctionCase("regexReplaceAll", .string("[^a-z]"), .string("_"), .string("a-b.c"), gives: .string("a_b_c")),
        FunctionCase("regexReplaceAll", .string("(a)(b)"), .string("$2$1"), .string("abab"), gives: .string("baba")),
        FunctionCase("regexReplaceAll", .string("(a)(b)"), .string("${1}x"), .string("ab"), gives: .string("ax")),
        FunctionCase("regexReplaceAll", .string("(a)(b)"), .string("$1x"), .string("ab"), gives: .string("")),
        FunctionCase("regexReplaceAll", .string("b*"), .string("-"), .string("abc"), gives: .string("-a-c-")),
        FunctionCase("regexReplaceAll", .string("x"), .string("y"), .string("abc"), gives: .string("abc")),
        FunctionCase("regexReplaceAll", .string("["), .string("y"), .string("abc"), faults: "missing closing ]"),
    ]

    @Test(arguments: cases)
    func `Regular expressions match and replace as in consul-template`(_ example: FunctionCase) { example.check() }

    @Test func `What stays and what groups matched keeps its author, the replacement its own`() throws {
        let text = Value.text(Text("key=value", spans: [span(4, 9)]))
        let replaced = try callText("regexReplaceAll", .string("([a-z]+)=([a-z]+)"), .string("$2 is $1"), text)
        #expect(replaced.string == "value is key")
        #expect(replaced.spans == [span(0, 5)])
        #expect(
            try callText("regexReplaceAll", .string("e"), .untrusted("E", 2), .string("key")).spans == [span(1, 2, 2)]
        )
    }
}
