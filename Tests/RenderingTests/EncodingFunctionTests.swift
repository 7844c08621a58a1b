import Catalog
import Rendering
import TemplateEngine
import Testing

/// A value under `.v`, a template, and its output.
struct EncodingCase: Sendable, CustomTestStringConvertible {
    var value: Value
    var expected: String
    var testDescription: String { expected }

    init(_ value: Value, _ expected: String) {
        self.value = value
        self.expected = expected
    }

    func output(of function: String) throws -> String {
        var fixture = Fixture()
        fixture.values = map(["v": value])
        return try fixture.text("{{ .v | \(function) }}")
    }
}

private func map(_ pairs: KeyValuePairs<String, Value>) -> Value { .map(Map(pairs.map { (.string($0), $1) })) }

private func list(_ elements: Value...) -> Value { .list(List(elements)) }

/// `word0 word1 …`, with an own word in front.
private func words(_ first: String = "", upTo count: Int = 30) -> Value {
    .string(first + (0..<count).map { "word\($0)" }.joined(separator: " "))
}

@Suite("toYAML")
struct YAMLFunctionTests {
    @Test(
        "writes values as yaml.v2 does",
        arguments: [
            EncodingCase(.null, "null"), EncodingCase(.bool(true), "true"), EncodingCase(.int(-3), "-3"),
            EncodingCase(.uint(.max), "18446744073709551615"), EncodingCase(.float(1_000_000), "1e+06"),
            EncodingCase(.float(5), "5"), EncodingCase(.float(.infinity), ".inf"),
            EncodingCase(.float(-.infinity), "-.inf"), EncodingCase(.float(.nan), ".nan"),
            EncodingCase(list(), "[]"), EncodingCase(map([:]), "{}"),
            EncodingCase(list(.int(1), list(.int(2), .int(3))), "- 1\n- - 2\n  - 3"),
            EncodingCase(map(["a": list(.int(1), .int(2)), "b": map(["c": .null])]), "a:\n- 1\n- 2\nb:\n  c: null"),
            EncodingCase(list(map(["a": .int(1), "b": list(.int(2))])), "- a: 1\n  b:\n  - 2"),
            EncodingCase(map(["e": list(), "f": map([:])]), "e: []\nf: {}"),
            EncodingCase(.map(Map([(.int(10), .int(1)), (.int(9), .int(2))])), "9: 2\n10: 1"),
        ]
    )
    func values(_ example: EncodingCase) throws {
        #expect(try example.output(of: "toYAML") == example.expected)
    }

    @Test(
        "quotes texts that would be read as something else, and those with signs",
        arguments: [
            ("plain", "plain"), ("two words", "two words"), ("", "\"\""), ("y", "\"y\""), ("n", "\"n\""),
            ("on", "\"on\""), ("Off", "\"Off\""), ("yes", "\"yes\""), ("true", "\"true\""), ("null", "\"null\""),
            ("~", "\"~\""), ("nO", "nO"), ("12", "\"12\""), ("-1", "\"-1\""), ("1_000", "\"1_000\""),
            ("0x1F", "\"0x1F\""), ("0o17", "\"0o17\""), ("08", "\"08\""), ("1.5", "\"1.5\""), (".5", "\".5\""),
            ("1e3", "\"1e3\""), (".inf", "\".inf\""), ("-.inf", "\"-.inf\""), ("1:30", "\"1:30\""),
            ("2024-01-31", "\"2024-01-31\""), ("2024-13-31", "2024-13-31"), ("10.0.0.1", "10.0.0.1"),
            ("10.0.0.1:80", "10.0.0.1:80"), ("v1.2.3", "v1.2.3"), ("a: b", "'a: b'"), ("a:", "'a:'"), ("a:b", "a:b"),
            ("#c", "'#c'"), ("a #c", "'a #c'"), ("a#c", "a#c"), ("- a", "'- a'"), ("-a", "-a"), ("?a", "?a"),
            ("[a]", "'[a]'"), ("{a}", "'{a}'"), ("*a", "'*a'"), ("&a", "'&a'"), ("!a", "'!a'"), ("%a", "'%a'"),
            ("@a", "'@a'"), ("`a`", "'`a`'"), ("'a'", "'''a'''"), ("it's", "it's"), ("\"a\"", "'\"a\"'"),
            ("a\"b", "a\"b"), (" a", "' a'"), ("a ", "'a '"), ("---", "'---'"), ("a,b", "a,b"), ("|", "'|'"),
            ("a\tb", "\"a\\tb\""), ("a\\b", "a\\b"), ("\u{1}", "\"\\x01\""), ("äöü", "äöü"),
            ("\u{1F600}", "\"\\U0001F600\""), ("a\u{85}b", "\"a\\Nb\""), ("a\r", "\"a\\r\""),
            ("two\nlines", "|-\n  two\n  lines"), ("two\nlines\n", "|\n  two\n  lines"),
            ("\n", "|2+"), ("a\n\nb", "|-\n  a\n\n  b"), (" a\nb", "|2-\n   a\n  b"), ("a \nb", "\"a \\nb\""),
            ("a\nb ", "\"a\\nb \""),
        ]
    )
    func texts(text: String, expected: String) throws {
        #expect(try EncodingCase(.string(text), "").output(of: "toYAML") == expected)
        // A top-level text and one in a list only differ in what is before it.
        if !expected.contains("\n") {
            #expect(try EncodingCase(list(.string(text)), "").output(of: "toYAML") == "- " + expected)
        }
    }

    @Test("a text of several lines lies below its key")
    func literal() throws {
        let value = map(["a": map(["k": .string("x\ny\n"), "l": .string("x\n\n"), "m": .int(1)])])
        #expect(
            try EncodingCase(value, "").output(of: "toYAML") == "a:\n  k: |\n    x\n    y\n  l: |+\n    x\n\n  m: 1"
        )
    }

    @Test(
        "folds behind column 80, at single spaces (as libyaml folded the same texts)",
        arguments: [
            EncodingCase(
                map(["k": words()]),
                """
                k: word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12
                  word13 word14 word15 word16 word17 word18 word19 word20 word21 word22 word23 word24
                  word25 word26 word27 word28 word29
                """
            ),
            EncodingCase(
                map(["a": map(["b": list(words())])]),
                """
                a:
                  b:
                  - word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12
                    word13 word14 word15 word16 word17 word18 word19 word20 word21 word22 word23 word24
                    word25 word26 word27 word28 word29
                """
            ),
            EncodingCase(
                words(),
                """
                word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13
                  word14 word15 word16 word17 word18 word19 word20 word21 word22 word23 word24 word25
                  word26 word27 word28 word29
                """
            ),
            EncodingCase(
                map(["a": map(["b": list(words("a: "))])]),
                """
                a:
                  b:
                  - 'a: word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11
                    word12 word13 word14 word15 word16 word17 word18 word19 word20 word21 word22 word23
                    word24 word25 word26 word27 word28 word29'
                """
            ),
            EncodingCase(
                map(["k": words("\t", upTo: 16)]),
                """
                k: "\\tword0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12
                  word13 word14 word15"
                """
            ),
            EncodingCase(
                map(["k": .string(String(repeating: "a  ", count: 40) + "x")]),
                "k: " + String(repeating: "a  ", count: 40) + "x"
            ),
        ]
    )
    func folding(_ example: EncodingCase) throws {
        #expect(try example.output(of: "toYAML") == example.expected)
    }

    @Test("sorts keys naturally")
    func order() throws {
        let keys = ["a10", "a9", "b", "a", "B", "a01", "a1", "1", "10", "9", "_x", "a.b", "aa"]
        let value = Value.map(Map(keys.map { (.string($0), .int(1)) }))
        let written = try EncodingCase(value, "").output(of: "toYAML")
        let order = written.split(separator: "\n").compactMap { $0.split(separator: ":").first }
        #expect(order == ["_x", "\"1\"", "\"9\"", "\"10\"", "B", "a", "a.b", "a1", "a01", "a9", "a10", "aa", "b"])
    }

    @Test("a long key stands after a question mark, one with a line feed in quotes")
    func keys() throws {
        let long = String(repeating: "k", count: 129)
        #expect(try EncodingCase(map([.init(long): .int(1)]), "").output(of: "toYAML") == "? \(long)\n: 1")
        #expect(try EncodingCase(map(["a\nb": .int(1)]), "").output(of: "toYAML") == "\"a\\nb\": 1")
    }

    @Test("a record's fields are lower case, in its order; what registrations wrote stays theirs")
    func records() throws {
        var fixture = Fixture()
        fixture.answers = [
            .service(name: "web"): .instances([instance("web-1", port: 8080, tags: ["a;b"])])
        ]
        let output = try fixture.text(
            "{{ range service \"web\" }}{{ .Weights | toYAML }}\n{{ .Tags | toYAML }}{{ end }}"
        )
        #expect(output == "passing: 1\nwarning: 1\n- a;b")
        #expect(
            try fixture.text("{{ range service \"web\" }}{{ . | toYAML }}{{ end }}").hasPrefix("node: n1\nnodeid: ")
        )
        fixture.untrusted = .setAside(Fixture.unsafe)
        #expect(try fixture.text("{{ range service \"web\" }}{{ .Tags | toYAML }}{{ end }}|") == "|")
        #expect(
            try fixture.text("{{ range service \"web\" }}{{ .Weights | toYAML }}{{ end }}") == "passing: 1\nwarning: 1"
        )
    }
}

@Suite("toTOML")
struct TOMLFunctionTests {
    @Test(
        "writes values as BurntSushi's library does",
        arguments: [
            EncodingCase(.string("a\"b"), "\"a\\\"b\""), EncodingCase(.int(5), "5"), EncodingCase(.float(5), "5.0"),
            EncodingCase(.float(1e22), "1e+22"), EncodingCase(.bool(true), "true"), EncodingCase(.null, ""),
            EncodingCase(list(.int(1), .string("a")), "[1, \"a\"]"), EncodingCase(map([:]), ""),
            EncodingCase(map(["b": .int(1), "a": .string("x"), "c": .null]), "a = \"x\"\nb = 1"),
            EncodingCase(map(["a b": .int(1), "": .int(2)]), "\"\" = 2\n\"a b\" = 1"),
            EncodingCase(
                map(["t": map(["x": .int(1), "s": map(["y": .float(2)])]), "a": .int(0)]),
                "a = 0\n\n[t]\n  x = 1\n  [t.s]\n    y = 2.0"
            ),
            EncodingCase(map(["t": map([:]), "u": map(["x": .int(1)])]), "[t]\n\n[u]\n  x = 1"),
            EncodingCase(
                map(["t": list(map(["x": .int(1)]), map(["x": .int(2)]))]),
                "[[t]]\n  x = 1\n\n[[t]]\n  x = 2"
            ),
            EncodingCase(map(["l": list(.int(1), map(["x": .int(1), "y": .int(2)]))]), "l = [1, {x = 1, y = 2}]"),
            EncodingCase(map(["l": list()]), "l = []"),
            EncodingCase(map(["s": .string("a\tb\n\u{1}\u{7F}")]), "s = \"a\\tb\\n\\u0001\\u007f\""),
            EncodingCase(list(map(["a": .int(1)])), "failed: toTOML: a list of tables needs a key in TOML"),
            EncodingCase(map(["l": list(.null)]), "failed: toTOML: TOML has no null in a list"),
            EncodingCase(.map(Map([(.int(1), .int(1))])), "failed: toTOML: TOML's keys are strings, not ints"),
        ]
    )
    func values(_ example: EncodingCase) throws {
        #expect(try example.output(of: "toTOML") == example.expected)
    }

    @Test("a record keeps its names, without what is null")
    func records() throws {
        var fixture = Fixture()
        fixture.answers = [.service(name: "web"): .instances([instance("web-1")])]
        let output = try fixture.text("{{ range service \"web\" }}{{ toTOML . }}{{ end }}")
        #expect(output.hasPrefix("Node = \"n1\"\nNodeID = \"uuid-n1\"\n"))
        #expect(output.contains("\n\n[Weights]\n  Passing = 1\n  Warning = 1"))
        #expect(!output.contains("ServiceTaggedAddresses"))
    }
}

@Suite("Hashes and Sprig's JSON")
struct HashFunctionTests {
    @Test(
        "are as consul-template's",
        arguments: [
            ("{{ sha256Hex \"bladibla\" }}", "54cf4c66bcabb5c20e25331c01dd600b73369e97a947861bd8d3a0e0b8b3d70b"),
            ("{{ \"\" | md5sum }}", "d41d8cd98f00b204e9800998ecf8427e"),
            (
                "{{ hmacSHA256Hex \"The quick brown fox jumps over the lazy dog\" \"key\" }}",
                "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
            ),
            (
                "{{ \"key\" | hmacSHA256Hex \"The quick brown fox jumps over the lazy dog\" }}",
                "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
            ),
            ("{{ sprig_sha1sum \"abc\" }}", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "{{ sprig_sha256sum \"abc\" }}",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            ),
            ("{{ sprig_toJson (sprig_dict \"a\" \"<b>\") }}", "{\"a\":\"\\u003cb\\u003e\"}"),
            ("{{ sprig_toRawJson (sprig_dict \"a\" \"<b>\") }}", "{\"a\":\"<b>\"}"),
            ("{{ sprig_toPrettyJson (sprig_list 1 2) }}", "[\n  1,\n  2\n]"),
            ("{{ (sprig_fromJson `{\"a\": {\"b\": 7}}`).a.b }}", "7"),
            ("{{ sprig_fromJson `{` }}", "<no value>"),
            ("{{ sprig_mustFromJson `{` }}", "failed: sprig_mustFromJson: the text is not JSON"),
            ("{{ sha256Hex 5 }}", "failed: sha256Hex: a text is expected as argument"),
        ]
    )
    func hashes(template: String, expected: String) throws {
        var fixture = Fixture()
        fixture.functions = StandardFunctions.pure
        let output = try fixture.text(template)
        #expect(expected.hasPrefix("failed") ? output.hasPrefix(expected) : output == expected)
    }
}
