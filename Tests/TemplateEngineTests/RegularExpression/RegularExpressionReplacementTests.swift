import TemplateEngine
import Testing

@Suite("Regular expressions: replacement")
struct RegularExpressionReplacementTests {
    /// Cases of the documentation of Go's `Regexp.Expand` and `ReplaceAllString`, and their edges.
    @Test(
        "Templates are expanded as Go does",
        arguments: [
            ("a(x*)b", "-ab-axxb-", "T", "-T-T-"),
            ("a(x*)b", "-ab-axxb-", "$1", "--xx-"),
            ("a(x*)b", "-ab-axxb-", "$1W", "---"),
            ("a(x*)b", "-ab-axxb-", "${1}W", "-W-xxW-"),
            ("a(?P<1W>x*)b", "-ab-axxb-", "$1W", "--xx-"),
            ("a(?P<1W>x*)b", "-ab-axxb-", "${1}W", "-W-xxW-"),
            (#"(?P<key>\w+):\s+(?P<value>\w+)"#, "a: 1", "$key=$value", "a=1"),
            (#"(?P<key>\w+):\s+(?P<value>\w+)"#, "a: 1", "${value}_$key", "1_a"),
            ("(a)(b)", "ab", "$0$2$1", "abba"),
            ("(a)(b)", "ab", "$3", ""),
            ("(a)(b)", "ab", "$01", ""),
            ("(a)(b)", "ab", "$10", ""),
            ("(a)(b)", "ab", "${10}", ""),
            ("(a)(b)", "ab", "$99999999999999999999", ""),
            ("(a)(b)", "ab", "$$1", "$1"),
            ("(a)(b)", "ab", "$$$1", "$a"),
            ("(a)(b)", "ab", "$", "$"),
            ("(a)(b)", "ab", "x$", "x$"),
            ("(a)(b)", "ab", "$ 1", "$ 1"),
            ("(a)(b)", "ab", "$-", "$-"),
            ("(a)(b)", "ab", "${", "${"),
            ("(a)(b)", "ab", "${}", "${}"),
            ("(a)(b)", "ab", "${1", "${1"),
            ("(a)(b)", "ab", "${1-2}", "${1-2}"),
            ("(a)(b)", "ab", "${ 1}", "${ 1}"),
            ("(a)(b)", "ab", "$1é", ""),
            ("(a)(b)", "ab", "$1-é", "a-é"),
            ("(a)(b)", "ab", "$1$2", "ab"),
            ("(a)|(b)", "ab", "[$1$2]", "[a][b]"),
            ("(?P<x>a)|(?P<x>b)", "ab", "[$x]", "[a][b]"),
            ("a*", "baaac", "x", "xbxcx"),
            ("", "abc", "-", "-a-b-c-"),
            ("", "é漢", "-", "-é-漢-"),
            ("b|", "abb", "x", "xaxx"),
            ("^", "a\nb", "> ", "> a\nb"),
            ("(?m)^", "a\nb", "> ", "> a\n> b"),
            ("$", "ab", "!", "ab!"),
            ("z", "abc", "x", "abc"),
            (#"[^\w.-]+"#, "web server/1", "_", "web_server_1"),
            (#"\.+"#, "a..b.c", ".", "a.b.c"),
            (#"(\d+)\.(\d+)\.(\d+)\.(\d+)"#, "10.1.2.3:80", "$4.$3.$2.$1", "3.2.1.10:80"),
        ]
    )
    func expansion(pattern: String, text: String, template: String, expected: String) throws {
        let result = try RegularExpression(pattern).replacingAll(in: text, with: template)
        #expect(Array(result.utf8) == Array(expected.utf8))
    }

    @Test("Pieces say what is the text's and what the template's")
    func pieces() throws {
        let expression = try RegularExpression(#"(\w+)@(\w+)"#)
        #expect(
            expression.replacementPieces(in: "to a@b.", with: "$2 at ${1}!") == [
                .input(0..<3), .input(5..<6), .literal(" at "), .input(3..<4), .literal("!"), .input(6..<7),
            ]
        )
    }

    @Test("Neighbouring pieces of the text are one piece, and none is empty")
    func joinedPieces() throws {
        let expression = try RegularExpression("(b)(x?)")
        #expect(expression.replacementPieces(in: "abc", with: "$1$2") == [.input(0..<3)])
        #expect(expression.replacementPieces(in: "", with: "x") == [])
        #expect(try RegularExpression("").replacementPieces(in: "", with: "x") == [.literal("x")])
        #expect(try RegularExpression("b").replacementPieces(in: "abc", with: "") == [.input(0..<1), .input(2..<3)])
    }

    @Test("A literal replacement is not expanded")
    func literalReplacement() throws {
        let pieces = try RegularExpression("b").replacementPieces(in: "ab", withLiteral: "$0")
        #expect(pieces == [.input(0..<1), .literal("$0")])
    }
}
