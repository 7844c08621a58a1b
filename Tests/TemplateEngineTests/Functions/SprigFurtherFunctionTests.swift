import TemplateEngine
import Testing

@Suite("Sprig's further functions")
struct SprigFurtherFunctionTests {
    private static func strings(_ strings: String...) -> Value {
        .list(List(strings.map { .string($0) }, kind: .string))
    }

    @Test(
        "semverCompare follows Masterminds' constraints",
        arguments: [
            ("1.2.3", "1.2.3", true), ("=1.2.3", "1.2.4", false), ("!=1.2.3", "1.2.4", true), (">1.2", "1.2.9", false),
            (">1.2", "1.3.0", true), (">=1.2", "1.2.0", true), ("<2", "1.99.0", true), ("<2", "2.0.0", false),
            ("<=2", "2.9.0", true), ("<=2.0.0", "2.0.1", false), ("~1.2.3", "1.2.9", true), ("~1.2.3", "1.3.0", false),
            ("~1.2", "1.2.0", true), ("~1", "1.9.0", true), ("~1", "2.0.0", false), ("^1.2.3", "1.9.0", true),
            ("^1.2.3", "2.0.0", false), ("^0.2.3", "0.2.9", true), ("^0.2.3", "0.3.0", false),
            ("^0.0.3", "0.0.4", false),
            ("^0", "0.9.0", true), ("1.x", "1.7.0", true), ("1.x", "2.0.0", false), ("*", "9.9.9", true),
            (">=1.0, <2.0", "1.5.0", true), (">=1.0 <2.0", "2.5.0", false), ("1.0 - 2.0", "1.5.0", true),
            ("<1 || >=3", "3.1.0", true), ("<1 || >=3", "2.0.0", false), (">=1.0", "1.5.0-beta", false),
            (">=1.0-0", "1.5.0-beta", true), ("v1.2.3", "v1.2.3", true), (">= 1.2", "1.3.0", true),
        ]
    )
    func semver(constraint: String, version: String, expected: Bool) throws {
        #expect(
            try shown(call("sprig_semverCompare", [.string(constraint), .string(version)])) == "bool \(expected)"
        )
    }

    @Test(
        "give what Sprig's give",
        arguments: [
            FunctionCase("sprig_semverCompare", .string("a.b"), .string("1"), faults: "is not a semantic version"),
            FunctionCase("sprig_semverCompare", .string(""), .string("1"), faults: "is not a version constraint"),
            FunctionCase("sprig_semverCompare", .string(">"), .string("1"), faults: "is not a version constraint"),
            FunctionCase("sprig_semverCompare", .string("1"), .string("one"), faults: "is not a semantic version"),
            FunctionCase("sprig_typeOf", .ints(1), gives: .string("[]int64")),
            FunctionCase("sprig_kindOf", .ints(1), gives: .string("slice")),
            FunctionCase("sprig_kindIs", .string("map"), LanguageProbe.map([:]), gives: .bool(true)),
            FunctionCase("sprig_typeIs", .string("string"), .string(""), gives: .bool(true)),
            FunctionCase("sprig_deepEqual", .ints(1, 2), .ints(1, 2), gives: .bool(true)),
            FunctionCase("sprig_all", .int(1), .string(""), gives: .bool(false)),
            FunctionCase("sprig_any", .int(0), .string("x"), gives: .bool(true)),
            FunctionCase("sprig_fail", .string("why"), faults: "why"),
            FunctionCase("sprig_adler32sum", .string("Wikipedia"), gives: .string("300286872")),
            FunctionCase("sprig_slice", .ints(1, 2, 3), .int(1), gives: .list(List([.int(2), .int(3)]))),
            FunctionCase("sprig_slice", .ints(1, 2, 3), .int(1), .int(2), gives: .list(List([.int(2)]))),
            FunctionCase("sprig_slice", .ints(1), .int(2), faults: "no part from 2 to 1"),
            FunctionCase(
                "sprig_chunk",
                .int(2),
                .ints(1, 2, 3),
                gives: .list(List([.list(List([.int(1), .int(2)])), .list(List([.int(3)]))]))
            ),
            FunctionCase("sprig_chunk", .int(0), .ints(1), faults: "cannot cut"),
            FunctionCase(
                "sprig_merge",
                LanguageProbe.map(["a": .int(1)]),
                LanguageProbe.map(["a": .int(2), "b": .int(3)]),
                gives: LanguageProbe.map(["a": .int(1), "b": .int(3)])
            ),
            FunctionCase(
                "sprig_mergeOverwrite",
                LanguageProbe.map(["a": .int(1)]),
                LanguageProbe.map(["a": .int(2)]),
                gives: LanguageProbe.map(["a": .int(2)])
            ),
            FunctionCase(
                "sprig_pick",
                LanguageProbe.map(["a": .int(1), "b": .int(2)]),
                .string("a"),
                gives: LanguageProbe.map(["a": .int(1)])
            ),
            FunctionCase(
                "sprig_omit",
                LanguageProbe.map(["a": .int(1), "b": .int(2)]),
                .string("a"),
                gives: LanguageProbe.map(["b": .int(2)])
            ),
            FunctionCase(
                "sprig_pluck",
                .string("a"),
                LanguageProbe.map(["a": .int(1)]),
                LanguageProbe.map(["b": .int(2)]),
                gives: .list(List([.int(1)]))
            ),
            FunctionCase(
                "sprig_dig",
                .string("a"),
                .string("b"),
                .int(9),
                LanguageProbe.map(["a": LanguageProbe.map(["b": .int(1)])]),
                gives: .int(1)
            ),
            FunctionCase("sprig_dig", .string("x"), .int(9), LanguageProbe.map([:]), gives: .int(9)),
            FunctionCase("sprig_base", .string("/a/b.c/"), gives: .string("b.c")),
            FunctionCase("sprig_base", .string(""), gives: .string(".")),
            FunctionCase("sprig_base", .string("//"), gives: .string("/")),
            FunctionCase("sprig_ext", .string("/a.b/c.tar.gz"), gives: .string(".gz")),
            FunctionCase("sprig_ext", .string("/a.b/c"), gives: .string("")),
            FunctionCase("sprig_dir", .string("/a/b/../c"), gives: .string("/a")),
            FunctionCase("sprig_dir", .string("c"), gives: .string(".")),
            FunctionCase("sprig_clean", .string("a//./b/../../../c/"), gives: .string("../c")),
            FunctionCase("sprig_clean", .string("/../a"), gives: .string("/a")),
            FunctionCase("sprig_isAbs", .string("/a"), gives: .bool(true)),
            FunctionCase("sprig_regexFind", .string("b+"), .string("abbc"), gives: .string("bb")),
            FunctionCase("sprig_regexFind", .string("x"), .string("abbc"), gives: .string("")),
            FunctionCase(
                "sprig_regexFindAll",
                .string("[ac]"),
                .string("abcab"),
                .int(-1),
                gives: strings("a", "c", "a")
            ),
            FunctionCase("sprig_regexFindAll", .string("[ac]"), .string("abcab"), .int(2), gives: strings("a", "c")),
            FunctionCase(
                "sprig_regexReplaceAllLiteral",
                .string("b+"),
                .string("abbc"),
                .string("$1"),
                gives: .string("a$1c")
            ),
            FunctionCase(
                "sprig_regexSplit",
                .string("a"),
                .string("banana"),
                .int(-1),
                gives: strings("b", "n", "n", "")
            ),
            FunctionCase("sprig_regexSplit", .string("a"), .string("banana"), .int(2), gives: strings("b", "nana")),
            FunctionCase("sprig_regexSplit", .string("z+"), .string("pizza"), .int(-1), gives: strings("pi", "a")),
            FunctionCase("sprig_regexSplit", .string(""), .string("abc"), .int(-1), gives: strings("a", "b", "c")),
            FunctionCase("sprig_regexSplit", .string("a"), .string("banana"), .int(0), gives: strings()),
            FunctionCase("sprig_regexQuoteMeta", .string("a.b*"), gives: .string("a\\.b\\*")),
            FunctionCase("sprig_nospace", .string(" a b\tc "), gives: .string("abc")),
            FunctionCase("sprig_untitle", .string("Hello World"), gives: .string("hello world")),
            FunctionCase("sprig_cat", .string("a"), .int(1), .null, .bool(true), gives: .string("a 1 true")),
            FunctionCase("sprig_substr", .int(0), .int(3), .string("hello"), gives: .string("hel")),
            FunctionCase("sprig_substr", .int(3), .int(-1), .string("hello"), gives: .string("lo")),
            FunctionCase("sprig_substr", .int(-1), .int(3), .string("hello"), gives: .string("hel")),
            FunctionCase("sprig_substr", .int(9), .int(3), .string("hello"), faults: "no part from 9"),
            FunctionCase("sprig_plural", .string("one"), .string("many"), .int(1), gives: .string("one")),
            FunctionCase("sprig_plural", .string("one"), .string("many"), .int(2), gives: .string("many")),
            FunctionCase("sprig_toStrings", .ints(1, 2), gives: strings("1", "2")),
            FunctionCase("sprig_float64", .string("1.5"), gives: .float(1.5)),
            FunctionCase("sprig_floor", .float(-1.5), gives: .float(-2)),
            FunctionCase("sprig_ceil", .string("1.2"), gives: .float(2)),
            FunctionCase("sprig_round", .float(123.5555), .int(3), gives: .float(123.556)),
            FunctionCase("sprig_round", .int(5), .int(1000), faults: "cannot round"),
            FunctionCase("sprig_atoi", .string("12"), gives: .int(12)),
            FunctionCase("sprig_atoi", .string("x"), gives: .int(0)),
            FunctionCase("sprig_seq", .int(5), gives: .string("1 2 3 4 5")),
            FunctionCase("sprig_seq", .int(-1), gives: .string("1 0 -1")),
            FunctionCase("sprig_seq", .int(0), .int(2), .int(10), gives: .string("0 2 4 6 8 10")),
            FunctionCase("sprig_seq", .int(0), .int(-2), .int(10), gives: .string("")),
            FunctionCase("sprig_seq", .int(0), .int(1), .int(.max), faults: "too long"),
            FunctionCase("sprig_mustFirst", .ints(4, 5), gives: .int(4)),
            FunctionCase("sprig_tuple", .int(1), gives: .list(List([.int(1)]))),
        ]
    )
    func results(_ example: FunctionCase) { example.check() }

    @Test("split numbers the parts")
    func split() throws {
        #expect(
            try shown(call("sprig_split", [.string("$"), .string("a$b$c")])).hasSuffix(
                #"{"_0":"a", "_1":"b", "_2":"c"}"#
            )
        )
        #expect(
            try shown(call("sprig_splitn", [.string("$"), .int(2), .string("a$b$c")])).hasSuffix(
                #"{"_0":"a", "_1":"b$c"}"#
            )
        )
    }
}
