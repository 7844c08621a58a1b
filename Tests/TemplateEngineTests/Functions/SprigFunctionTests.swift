import TemplateEngine
import Testing

@Suite struct SprigFunctionTests {
    static let texts: [FunctionCase] = [
        FunctionCase("sprig_upper", .string("ab"), gives: .string("AB")),
        FunctionCase("sprig_lower", .string("AB"), gives: .string("ab")),
        FunctionCase("sprig_title", .string("don't 2nd a_b a-b"), gives: .string("Don'T 2nd A_b A-B")),
        FunctionCase("sprig_trim", .string(" a "), gives: .string("a")),
        FunctionCase("sprig_trimAll", .string("$"), .string("$5$"), gives: .string("5")),
        FunctionCase("sprig_trimPrefix", .string("a"), .string("aab"), gives: .string("ab")),
        FunctionCase("sprig_trimSuffix", .string("b"), .string("abb"), gives: .string("ab")),
        FunctionCase("sprig_replace", .string(" "), .string("-"), .string("a b c"), gives: .string("a-b-c")),
        FunctionCase("sprig_contains", .string("b"), .string("abc"), gives: .bool(true)),
        FunctionCase("sprig_hasPrefix", .string("ab"), .string("abc"), gives: .bool(true)),
        FunctionCase("sprig_hasPrefix", .string("b"), .string("abc"), gives: .bool(false)),
        FunctionCase("sprig_hasSuffix", .string("bc"), .string("abc"), gives: .bool(true)),
        FunctionCase("sprig_repeat", .int(3), .string("ab"), gives: .string("ababab")),
        FunctionCase("sprig_repeat", .int(0), .string("ab"), gives: .string("")),
        FunctionCase("sprig_repeat", .int(-1), .string("ab"), faults: "cannot repeat a string -1 times"),
        FunctionCase("sprig_repeat", .int(.max), .string("ab"), faults: "is too long"),
        FunctionCase("sprig_trunc", .int(2), .string("abc"), gives: .string("ab")),
        FunctionCase("sprig_trunc", .int(-2), .string("abc"), gives: .string("bc")),
        FunctionCase("sprig_trunc", .int(5), .string("abc"), gives: .string("abc")),
        FunctionCase("sprig_trunc", .int(-3), .string("abc"), gives: .string("abc")),
        FunctionCase("sprig_indent", .int(2), .string("a\n\nb"), gives: .string("  a\n  \n  b")),
        FunctionCase("sprig_nindent", .int(1), .string("a"), gives: .string("\n a")),
        FunctionCase("sprig_quote", .string("a\"b"), .int(1), .null, gives: .string(#""a\"b" "1""#)),
        FunctionCase("sprig_squote", .string("a"), .int(1), gives: .string("'a' '1'")),
        FunctionCase("sprig_toString", .float(1e6), gives: .string("1e+06")),
        FunctionCase("sprig_splitList", .string(","), .string(" a,b"), gives: .strings(" a", "b")),
        FunctionCase("sprig_splitList", .string(","), .string(""), gives: .strings("")),
        FunctionCase("sprig_join", .string("-"), .values(.string("a"), .int(1), .null), gives: .string("a-1")),
        FunctionCase("sprig_join", .string("-"), .strings("a", "b"), gives: .string("a-b")),
        FunctionCase("sprig_join", .string("-"), .int(5), gives: .string("5")),
        FunctionCase("sprig_sortAlpha", .values(.string("b"), .int(1), .string("B")), gives: .strings("1", "B", "b")),
        FunctionCase("sprig_b64enc", .string("foo"), gives: .string("Zm9v")),
        FunctionCase("sprig_b64dec", .string("Zm9v"), gives: .string("foo")),
        FunctionCase("sprig_b64dec", .string("!"), gives: .string("illegal base64 data at input byte 0")),
        FunctionCase("sprig_regexMatch", .string("^a"), .string("abc"), gives: .bool(true)),
        FunctionCase("sprig_regexReplaceAll", .string("a(b)"), .string("ab"), .string("${1}x"), gives: .string("bx")),
    ]

    static let numbers: [FunctionCase] = [
        FunctionCase("sprig_int", .string("12"), gives: .int(12)),
        FunctionCase("sprig_int", .string("-0x1F"), gives: .int(-31)),
        FunctionCase("sprig_int", .string("017"), gives: .int(15)),
        FunctionCase("sprig_int", .string("0o17"), gives: .int(15)),
        FunctionCase("sprig_int", .string("12.00"), gives: .int(12)),
        FunctionCase("sprig_int", .string("12.5"), gives: .int(0)),
        FunctionCase("sprig_int", .string("abc"), gives: .int(0)),
        FunctionCase("sprig_int", .string("--1"), gives: .int(0)),
        FunctionCase("sprig_int", .string("0"), gives: .int(0)),
        FunctionCase("sprig_int", .string(""), gives: .int(0)),
        FunctionCase("sprig_int", .float(2.9), gives: .int(2)),
        FunctionCase("sprig_int", .float(1e300), gives: .int(0)),
        FunctionCase("sprig_int", .bool(true), gives: .int(1)),
        FunctionCase("sprig_int", .null, gives: .int(0)),
        FunctionCase("sprig_add", .int(1), .string("2"), .float(3.7), gives: .int(6)),
        FunctionCase("sprig_sub", .int(5), .int(2), gives: .int(3)),
        FunctionCase("sprig_mul", .int(2), .int(3), .int(4), gives: .int(24)),
        FunctionCase("sprig_div", .int(10), .int(3), gives: .int(3)),
        FunctionCase("sprig_div", .int(10), .int(0), faults: "10 is divided by zero"),
        FunctionCase("sprig_mod", .int(10), .int(3), gives: .int(1)),
        FunctionCase("sprig_max", .int(1), .int(3), .int(2), gives: .int(3)),
        FunctionCase("sprig_min", .int(3), .int(1), gives: .int(1)),
        FunctionCase("sprig_until", .int(3), gives: .ints(0, 1, 2)),
        FunctionCase("sprig_until", .int(-2), gives: .ints(0, -1)),
        FunctionCase("sprig_untilStep", .int(3), .int(6), .int(2), gives: .ints(3, 5)),
        FunctionCase("sprig_untilStep", .int(3), .int(6), .int(-1), gives: .ints()),
        FunctionCase("sprig_untilStep", .int(0), .int(6), .int(0), gives: .ints()),
        FunctionCase("sprig_until", .int(2_000_000_000), faults: "is too long"),
    ]

    static let lists: [FunctionCase] = [
        FunctionCase("sprig_list", .int(1), .string("a"), gives: .values(.int(1), .string("a"))),
        FunctionCase("sprig_list", gives: .values()),
        FunctionCase("sprig_first", .strings("a", "b"), gives: .string("a")),
        FunctionCase("sprig_first", .values(), gives: .null),
        FunctionCase("sprig_last", .strings("a", "b"), gives: .string("b")),
        FunctionCase("sprig_rest", .strings("a", "b"), gives: .values(.string("b"))),
        FunctionCase("sprig_initial", .strings("a", "b"), gives: .values(.string("a"))),
        FunctionCase("sprig_uniq", .strings("a", "b", "a"), gives: .values(.string("a"), .string("b"))),
        FunctionCase("sprig_has", .int(2), .values(.int(1), .int(2)), gives: .bool(true)),
        FunctionCase("sprig_dict", .string("a"), .int(1), .string("b"), gives: .mapping(["a": .int(1), "b": .string("")])),
        FunctionCase("sprig_get", .mapping(["a": .int(1)]), .string("a"), gives: .int(1)),
        FunctionCase("sprig_get", .mapping(["a": .int(1)]), .string("b"), gives: .string("")),
        FunctionCase("sprig_get", .mapping(["a": .string("1")], kind: .string), .string("a"), faults: "a map of any values"),
        FunctionCase("sprig_hasKey", .mapping(["a": .null]), .string("a"), gives: .bool(true)),
        FunctionCase("sprig_keys", .mapping(["b": .int(1), "a": .int(2)]), gives: .strings("a", "b")),
        FunctionCase("sprig_values", .mapping(["b": .int(1), "a": .int(2)]), gives: .values(.int(2), .int(1))),
        FunctionCase("sprig_default", .string("d"), .string(""), gives: .string("d")),
        FunctionCase("sprig_default", .string("d"), .null, gives: .string("d")),
        FunctionCase("sprig_default", .string("d"), .int(0), gives: .string("d")),
        FunctionCase("sprig_default", .string("d"), .string("x"), gives: .string("x")),
        FunctionCase("sprig_default", .string("d"), gives: .string("d")),
        FunctionCase("sprig_empty", .values(), gives: .bool(true)),
        FunctionCase("sprig_empty", .bool(true), gives: .bool(false)),
        FunctionCase("sprig_coalesce", .string(""), .int(0), .string("x"), gives: .string("x")),
        FunctionCase("sprig_coalesce", gives: .null),
        FunctionCase("sprig_ternary", .string("y"), .string("n"), .bool(true), gives: .string("y")),
        FunctionCase("sprig_ternary", .string("y"), .string("n"), .bool(false), gives: .string("n")),
        FunctionCase("sprig_ternary", .string("y"), .string("n"), .int(1), faults: "expected a boolean as argument 3"),
    ]

    @Test(arguments: texts + numbers + lists)
    func `Sprig's functions give what Sprig gives`(_ example: FunctionCase) { example.check() }

    @Test(arguments: [
        ("1.2.3", "1.2.3"), ("v1.2", "1.2.0"), ("1", "1.0.0"), ("1.2.3-rc.1+build-5", "1.2.3-rc.1+build-5"),
    ])
    func `Versions print in full`(_ text: String, _ printed: String) throws {
        #expect(formatValue(try call("sprig_semver", [.string(text)])).string == printed)
    }

    @Test(arguments: ["", "a", "1.2.3.4", "1..2", "1.2.3-", "1.2.3+", "1.2.3-a..b", "1.2.3-ü", "-1"])
    func `What is no version is refused`(_ text: String) {
        FunctionCase("sprig_semver", .string(text), faults: "is not a semantic version").check()
    }

    @Test func `Versions have their parts as methods`() throws {
        guard case .object(let version) = try call("sprig_semver", [.string("v1.2.3-rc.1+b")]) else {
            Issue.record("no object")
            return
        }
        let parts = try ["Major", "Minor", "Patch", "Prerelease", "Metadata", "Original"].map { name in
            formatValue(try version.call(name, []) ?? .null).string
        }
        #expect(parts == ["1", "2", "3", "rc.1", "b", "v1.2.3-rc.1+b"])
        #expect(try version.call("Nothing", []) == nil)
    }

    @Test(arguments: [
        ("1.2.3", "1.2.4", -1), ("1.10.0", "1.9.0", 1), ("1.0.0-rc.1", "1.0.0", -1), ("1.0.0-rc.2", "1.0.0-rc.10", -1),
        ("1.0.0-alpha", "1.0.0-1", 1), ("1.0.0-a", "1.0.0-a.b", -1), ("1.0.0+x", "1.0.0+y", 0),
    ])
    func `Versions compare by precedence`(_ left: String, _ right: String, _ order: Int) throws {
        guard case .object(let version) = try call("sprig_semver", [.string(left)]) else {
            Issue.record("no object")
            return
        }
        let result = try version.call("Compare", [try call("sprig_semver", [.string(right)])])
        #expect(result.map(shown) == shown(.int(order)))
    }

    @Test func `Sprig's functions keep who wrote what`() throws {
        #expect(try callText("sprig_trunc", .int(-2), .untrusted("abc")).spans == [span(0, 2)])
        #expect(try callText("sprig_indent", .int(1), .untrusted("a\nb")).spans == [span(1, 3), span(4, 5)])
        #expect(try callText("sprig_quote", .untrusted("a"), .string("b")).spans == [span(1, 2)])
        #expect(try callText("sprig_repeat", .int(2), .untrusted("ab")).spans == [span(0, 4)])
        #expect(try callText("sprig_join", .string("-"), .values(.untrusted("a"), .int(1))).spans == [span(0, 1)])
        #expect(try callText("sprig_default", .string("d"), .untrusted("x")).spans == [span(0, 1)])
    }
}
