import TemplateEngine
import Testing

@Suite struct TextFunctionTests {
    static let cases: [FunctionCase] = [
        FunctionCase("join", .string(", "), .strings("a", "b"), gives: .string("a, b")),
        FunctionCase("join", .string(","), .strings(), gives: .string("")),
        FunctionCase("join", .string(","), .strings("a"), gives: .string("a")),
        FunctionCase("join", .string(","), .null, gives: .string("")),
        FunctionCase(
            "join",
            .string(","),
            .values(.string("a")),
            faults: "list of strings as argument 2, got []interface {} of 1"
        ),
        FunctionCase("join", .string(","), .ints(1), faults: "got []int64 of 1"),
        FunctionCase(
            "join",
            .string(","),
            .string("a"),
            faults: #"expected a list of strings as argument 2, got string "a""#
        ),
        FunctionCase("join", .int(1), .strings("a"), faults: "expected a string as argument 1, got int 1"),
        FunctionCase("split", .string(","), .string("a,b"), gives: .strings("a", "b")),
        FunctionCase("split", .string(","), .string(" a, b \n"), gives: .strings("a", " b")),
        FunctionCase("split", .string(","), .string(" \t\n"), gives: .strings()),
        FunctionCase("split", .string(","), .string(""), gives: .strings()),
        FunctionCase("split", .string(","), .string("a"), gives: .strings("a")),
        FunctionCase("split", .string(","), .string(",a,"), gives: .strings("", "a", "")),
        FunctionCase("split", .string("::"), .string("a:::b"), gives: .strings("a", ":b")),
        FunctionCase("split", .string(""), .string("aé日"), gives: .strings("a", "é", "日")),
        FunctionCase("split", .string(","), .int(1), faults: "expected a string as argument 2, got int 1"),
        FunctionCase(
            "splitToMap",
            .string(","),
            .string("="),
            .string("a=1,b=2"),
            gives: .mapping(["a": .string("1"), "b": .string("2")], kind: .string)
        ),
        FunctionCase(
            "splitToMap",
            .string(","),
            .string("="),
            .string(" a = 1 , b=2=3,c "),
            gives: .mapping(["a ": .string(" 1 "), " b": .string("2=3")], kind: .string)
        ),
        FunctionCase(
            "splitToMap",
            .string(","),
            .string("="),
            .string("a=1,a=2"),
            gives: .mapping(["a": .string("2")], kind: .string)
        ),
        FunctionCase("splitToMap", .string(","), .string("="), .string("  "), gives: .mapping([:], kind: .string)),
        FunctionCase(
            "splitToMap",
            .string(","),
            .string(""),
            .string("a,b"),
            gives: .mapping(["": .string("b")], kind: .string)
        ),
        FunctionCase("trim", .string("xy"), .string("xyaxyx"), gives: .string("a")),
        FunctionCase("trim", .string(""), .string(" a "), gives: .string(" a ")),
        FunctionCase("trim", .string("é"), .string("éaé"), gives: .string("a")),
        FunctionCase("trim", .string("a"), .string("aaa"), gives: .string("")),
        FunctionCase("trimPrefix", .string("ab"), .string("ababc"), gives: .string("abc")),
        FunctionCase("trimPrefix", .string("x"), .string("ababc"), gives: .string("ababc")),
        FunctionCase("trimPrefix", .string("abc"), .string("ab"), gives: .string("ab")),
        FunctionCase("trimSuffix", .string("bc"), .string("abcbc"), gives: .string("abc")),
        FunctionCase("trimSuffix", .string(""), .string("abc"), gives: .string("abc")),
        FunctionCase("trimSuffix", .string("\u{301}"), .string("e\u{301}"), gives: .string("e")),
        FunctionCase("trimSpace", .string("\t a b\r\n\u{A0}\u{2003}"), gives: .string("a b")),
        FunctionCase("trimSpace", .string("\u{200B}a"), gives: .string("\u{200B}a")),
        FunctionCase("replaceAll", .string("a"), .string("b"), .string("banana"), gives: .string("bbnbnb")),
        FunctionCase("replaceAll", .string("aa"), .string("b"), .string("aaa"), gives: .string("ba")),
        FunctionCase("replaceAll", .string(""), .string("-"), .string("aé"), gives: .string("-a-é-")),
        FunctionCase("replaceAll", .string(""), .string("-"), .string(""), gives: .string("-")),
        FunctionCase("replaceAll", .string("x"), .string(""), .string("axbx"), gives: .string("ab")),
        FunctionCase("indent", .int(2), .string("a\nb"), gives: .string("  a\n  b")),
        FunctionCase("indent", .int(2), .string("a\n\nb\n"), gives: .string("  a\n\n  b\n")),
        FunctionCase("indent", .int(0), .string("a\nb"), gives: .string("a\nb")),
        FunctionCase("indent", .int(2), .string(""), gives: .string("")),
        FunctionCase("indent", .int(2), .string("a\r\nb"), gives: .string("  a\r\n  b")),
        FunctionCase("indent", .int(-1), .string("a"), faults: "cannot indent by -1 spaces"),
        FunctionCase("indent", .int(1_000_000_000), .string("a"), faults: "cannot indent by 1000000000 spaces"),
        FunctionCase(
            "indent",
            .string("2"),
            .string("a"),
            faults: #"expected an integer as argument 1, got string "2""#
        ),
        FunctionCase("toLower", .string("AbÉİ"), gives: .string("abéi")),
        FunctionCase("toUpper", .string("abéß"), gives: .string("ABÉß")),
        FunctionCase("toUpper", .null, faults: "expected a string as argument 1, got nil"),
        FunctionCase("toTitle", .string("hello world"), gives: .string("Hello World")),
        FunctionCase("toTitle", .string("2nd web2app a-b"), gives: .string("2Nd Web2App A-B")),
        FunctionCase("toTitle", .string("a_b a.b don't a:b"), gives: .string("A_b A.b Don't A:b")),
        FunctionCase("toTitle", .string("a..b a. b"), gives: .string("A..B A. B")),
        FunctionCase("toTitle", .string("ALL CAPS oK"), gives: .string("ALL CAPS OK")),
        FunctionCase("toTitle", .string("élan ǆ"), gives: .string("Élan ǅ")),
        FunctionCase("toTitle", .string(""), gives: .string("")),
    ]

    @Test(arguments: cases)
    func `Text functions give what consul-template gives`(_ example: FunctionCase) { example.check() }

    @Test func `join keeps the origin of each element and of the separator`() throws {
        let list = Value.list(List([.untrusted("ab"), .string("c"), .untrusted("d", 2)], kind: .string))
        #expect(try callText("join", .string(", "), list).spans == [span(0, 2), span(7, 8, 2)])
        #expect(
            try callText("join", .untrusted("-", 3), list).spans == [
                span(0, 2), span(2, 3, 3), span(4, 5, 3), span(5, 6, 2),
            ]
        )
    }

    @Test func `split keeps the origin of each part`() throws {
        let text = Text(" ab,cd", spans: [span(2, 5)])
        guard case .list(let parts) = try call("split", [.string(","), .text(text)]) else {
            Issue.record("no list")
            return
        }
        let spans = parts.elements.map { formatValue($0).spans }
        #expect(spans == [[span(1, 2)], [span(0, 1)]])
    }

    @Test func `splitToMap names who wrote its keys and values`() throws {
        guard case .map(let map) = try call("splitToMap", [.string(","), .string("="), .untrusted("a=1")]) else {
            Issue.record("no map")
            return
        }
        #expect(Text("a", origin: map.keyOrigin).spans == [span(0, 1)])
        guard case .text(let value)? = map["a"] else {
            Issue.record("no value")
            return
        }
        #expect(value.spans == [span(0, 1)])
    }

    @Test func `Trimming keeps the spans of what is left`() throws {
        let text = Value.text(Text("  abc  ", spans: [span(1, 4), span(4, 6, 2)]))
        #expect(try callText("trimSpace", text).spans == [span(0, 2), span(2, 3, 2)])
        #expect(try callText("trimPrefix", .string("  a"), text).spans == [span(0, 1), span(1, 3, 2)])
        #expect(try callText("trimSuffix", .string("c  "), text).spans == [span(1, 4)])
        #expect(try callText("trim", .string(" "), text).spans == [span(0, 2), span(2, 3, 2)])
    }

    @Test func `replaceAll keeps the origin of what stays and of what is put in`() throws {
        let text = Value.text(Text("a-b-c", spans: [span(0, 3)]))
        let replaced = try callText("replaceAll", .string("-"), .untrusted("++", 2), text)
        #expect(replaced.string == "a++b++c")
        #expect(replaced.spans == [span(0, 1), span(1, 3, 2), span(3, 4), span(4, 6, 2)])
        #expect(try callText("replaceAll", .string("a-b-"), .string("x"), text).isTrusted)
    }

    @Test func `Spaces that indent are the author's`() throws {
        let text = try callText("indent", .int(2), .untrusted("a\n\nb"))
        #expect(text.string == "  a\n\n  b")
        #expect(text.spans == [span(2, 5), span(7, 8)])
    }

    @Test func `Case mapping keeps spans, also where lengths change`() throws {
        let text = Value.text(Text("abc", spans: [span(1, 2)]))
        #expect(try callText("toUpper", text).spans == [span(1, 2)])
        #expect(try callText("toTitle", text).spans == [span(1, 2)])
        let longer = Value.text(Text("ıab", spans: [span(2, 3)]))
        #expect(try callText("toUpper", longer).string == "IAB")
        #expect(try callText("toUpper", longer).spans == [span(1, 2)])
    }
}
