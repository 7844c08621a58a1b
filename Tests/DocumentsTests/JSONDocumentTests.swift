import Diagnostics
import Documents
import Testing

@Suite("A JSON document")
struct JSONDocumentTests {
    @Test(
        "says what JSON says",
        arguments: [
            (
                "[1, -0, 1.5, 1e3, 9223372036854775808, true, null]",
                "[1 0 1.5f 1000.0f 9.223372036854776e+18f true null]"
            ),
            (#"{"b": "yes", "a": "", "": "null", "0640": "0640"}"#, "{b='yes' a='' ='null' 0640='0640'}"),
            (#"["\"\\\/\u00e9\ud83d\ude00é", "a:b"]"#, "['\"\\/é😀é' 'a:b']"), ("\t{ }\r\n", "{}"), ("\u{FEFF}[]", "[]"),
        ]
    )
    func values(text: String, expected: String) throws {
        #expect(try summary(text, as: "a.json") == expected)
    }

    @Test(
        "is held to JSON's rules",
        arguments: [
            ("", "1:1 the file ends where a value should be"),
            ("{\"a\": yes}", "1:7 `yes` is not a JSON value"),
            ("{\"a\": 01}", "1:7 `01` is not a JSON value"),
            ("[1.]", "1:2 `1.` is not a JSON value"),
            ("[+1]", "1:2 `+1` is not a JSON value"),
            ("[NaN]", "1:2 `NaN` is not a JSON value"),
            ("{a: 1}", "1:2 a key has to be a string in quotes"),
            ("{\"a\" 1}", "1:6 a `:` is missing after the key"),
            ("[1 2]", "1:4 a `,` or `]` is missing before a value"),
            ("[1,\n]", "2:1 there is a comma before the `]`"),
            ("[\n1", "1:1 this is not closed"),
            ("{} {}", "1:4 there is more after the end of the value"),
            ("\"a", "1:1 the string is not closed"),
            ("[\"a\n\"]", "1:2 the string is not closed on its line"),
            ("\"a\tb\"", "1:3 a control character has to be written as an escape, such as \\t"),
            (#""\x""#, "1:2 there is no such escape in JSON"),
            (#""\u12g4""#, "1:2 \\u has to be followed by four hexadecimal digits"),
            (#""\ud83d""#, "1:2 this is half of a surrogate pair"),
            ("{\"a\": 1, \"b\"", "1:13 a `:` is missing after the key"),
            ("{\"a\": 1 \"b\": 2}", "1:9 a `,` or `}` is missing before a key"),
            ("{\"a\": [1}", "1:9 a `,` or `]` is missing before a value"),
            ("{\"a\":", "1:1 this is not closed"), ("[1, , 2]", "1:5 a value is missing here"),
            ("[1x]", "1:2 `1x` is not a JSON value"), ("[nullable]", "1:2 `nullable` is not a JSON value"),
            ("[\"a\" b]", "1:6 a `,` or `]` is missing before a value"), ("// no\n{}", "1:1 `//` is not a JSON value"),
            (#"["\ud83d\u0041"]"#, "1:3 this is half of a surrogate pair"),
            (#"["é\q"]"#, "1:4 there is no such escape in JSON"),
            (#"{"a": 1, "a": 2}"#, "1:10 the key `a` is said twice"),
            (
                String(repeating: "[", count: 300), "1:201 lists and maps lie more than 200 deep in each other"
            ),
        ]
    )
    func faultsOfSyntax(text: String, expected: String) {
        #expect(faults(text, as: "a.json") == [expected])
    }

    @Test("is found by its name, or else by its content")
    func format() throws {
        #expect(try summary("{\"a\": \"\\ud83d\\ude00\"}", as: "a.JSON") == "{a='😀'}")
        #expect(try summary("{\"a\": \"\\ud83d\\ude00\"}", as: "values") == "{a='😀'}")
        #expect(try summary("{a: yes}", as: "values") == "{a=true}")
        #expect(faults("{a: yes}", as: "a.json") == ["1:2 a key has to be a string in quotes"])
        #expect(faults("{\"a\": \"\\ud83d\\ude00\"}", as: "a.yaml").count == 1)
    }

    @Test("tells a key that is said twice at both places, with all the others")
    func duplicateKeys() throws {
        let text = #"{"a": {"b": 1, "b": 2, "b": 3}, "c": [{"d": 1, "d": 2}], "a": 5}"#
        let document = try Document(reading: SourceFile(name: "a.json", text: text))
        #expect(
            document.faults.map(\.told) == [
                "1:16 the key `b` is said twice", "1:24 the key `b` is said twice", "1:48 the key `d` is said twice",
                "1:58 the key `a` is said twice",
            ]
        )
        #expect(document.faults.map(\.notes.first?.position?.column) == [8, 8, 40, 2])
        #expect(throws: DocumentFaults.self) { try document.value() }
    }

    @Test("tells duplicate keys of large maps too, and before a fault of the syntax")
    func manyKeys() {
        let keys = (0..<100).map { "\"key\($0)\": \($0)" }.joined(separator: ",\n")
        #expect(faults("{\(keys)}", as: "a.json") == [])
        #expect(
            faults("{\(keys),\n\"key7\": 1, \"key99\": 2 x", as: "a.json") == [
                "101:1 the key `key7` is said twice", "101:12 the key `key99` is said twice",
                "101:23 a `,` or `}` is missing before a key",
            ]
        )
    }

    @Test("knows the place of each value and key, in characters")
    func places() throws {
        let file = SourceFile(name: "a.json", text: "{\"ä\": [\n  \"é😀\", 17]}")
        let root = try Document(reading: file).value()
        guard case .map(let entries) = root.content, case .list(let items) = entries[0].value.content else {
            Issue.record("no map")
            return
        }
        #expect(entries[0].place.position == SourcePosition(file: "a.json", line: 1, column: 2))
        #expect(entries[0].place.range == 1..<5)
        #expect(items.map(\.position.description) == ["a.json:2:3", "a.json:2:9"])
        #expect(items[0].fault("x").length == 4)
        #expect(items[1].fault("x").sourceLine == "  \"é😀\", 17]}")
    }
}
