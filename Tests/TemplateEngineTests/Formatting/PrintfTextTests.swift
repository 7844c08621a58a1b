import TemplateEngine
import Testing

@Suite struct PrintfTextTests {
    static let cases: [PrintfCase] = [
        PrintfCase("%s", .string("abc"), prints: "abc"),
        PrintfCase("%v", .string("abc"), prints: "abc"),
        PrintfCase("%5s|", .string("abc"), prints: "  abc|"),
        PrintfCase("%-5s|", .string("abc"), prints: "abc  |"),
        PrintfCase("%05s|", .string("abc"), prints: "00abc|"),
        PrintfCase("%5s|", .string("日本"), prints: "   日本|"),
        PrintfCase("%.2s", .string("abc"), prints: "ab"),
        PrintfCase("%.2s", .string("日本語"), prints: "日本"),
        PrintfCase("%.0s|", .string("abc"), prints: "|"),
        PrintfCase("%.9s|", .string("abc"), prints: "abc|"),
        PrintfCase("%6.2s|", .string("abc"), prints: "    ab|"),
        PrintfCase("%.1s", .string("e\u{301}"), prints: "e"),
        PrintfCase("%q", .string("abc"), prints: #""abc""#),
        PrintfCase("%q", .string(#"a"b\c"#), prints: #""a\"b\\c""#),
        PrintfCase("%q", .string("a'b"), prints: #""a'b""#),
        PrintfCase("%q", .string("\u{07}\u{08}\u{0C}\n\r\t\u{0B}"), prints: #""\a\b\f\n\r\t\v""#),
        PrintfCase("%q", .string("\u{00}\u{1F}\u{7F}"), prints: #""\x00\x1f\x7f""#),
        PrintfCase("%q", .string("日本"), prints: #""日本""#),
        PrintfCase("%+q", .string("日本"), prints: #""\u65e5\u672c""#),
        PrintfCase("%+q", .string("😀"), prints: #""\U0001f600""#),
        PrintfCase("%q", .string("a\u{A0}b\u{AD}"), prints: #""a\u00a0b\u00ad""#),
        PrintfCase("%q", .string("\u{FFFD}"), prints: "\"\u{FFFD}\""),
        PrintfCase("%#q", .string("abc"), prints: "`abc`"),
        PrintfCase("%#q", .string("a`c"), prints: #""a`c""#),
        PrintfCase("%#q", .string("a\nc"), prints: #""a\nc""#),
        PrintfCase("%10q|", .string("abc"), prints: #"     "abc"|"#),
        PrintfCase("%-10q|", .string("abc"), prints: #""abc"     |"#),
        PrintfCase("%.2q", .string("abc"), prints: #""ab""#),
        PrintfCase("%#v", .string("abc"), prints: #""abc""#),
        PrintfCase("%x", .string("hello"), prints: "68656c6c6f"),
        PrintfCase("%X", .string("hello"), prints: "68656C6C6F"),
        PrintfCase("% x", .string("abc"), prints: "61 62 63"),
        PrintfCase("%#x", .string("abc"), prints: "0x616263"),
        PrintfCase("%# x", .string("abc"), prints: "0x61 0x62 0x63"),
        PrintfCase("%#X", .string("abc"), prints: "0X616263"),
        PrintfCase("%.2x", .string("abc"), prints: "6162"),
        PrintfCase("%10x|", .string("abc"), prints: "    616263|"),
        PrintfCase("%-10x|", .string("abc"), prints: "616263    |"),
        PrintfCase("%4x|", .string(""), prints: "    |"),
        PrintfCase("%x", .string("é"), prints: "c3a9"),
        PrintfCase("100%%", prints: "100%"),
        PrintfCase("%-010%|", prints: "%|"),
        PrintfCase("", prints: ""),
        PrintfCase("日本 %s 語", .string("x"), prints: "日本 x 語"),
        PrintfCase(
            "server %s %s:%d",
            .string("web1"),
            .string("10.0.0.1"),
            .int(80),
            prints: "server web1 10.0.0.1:80"
        ),
    ]

    @Test(arguments: cases)
    func `Strings print as Go prints them`(_ example: PrintfCase) {
        #expect(example.printed.utf8.elementsEqual(example.expected.utf8), "\(example.printed)")
    }
}
