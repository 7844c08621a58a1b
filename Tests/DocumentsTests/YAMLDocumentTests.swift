import Diagnostics
import Documents
import Testing

@Suite("A YAML document")
struct YAMLDocumentTests {
    @Test(
        "says what YAML says",
        arguments: [
            ("", "nothing"), ("# nothing\n", "nothing"), ("~", "null"), ("a:\nb: ''\n", "{a=null b=''}"),
            ("- 1\n- [yes, 'no', \"07\", 07]\n", "[1 [true 'no' '07' 7]]"),
            ("a: |\n  x\n  y\nb: >\n  x\n  y\n", "{a='x\ny\n' b='x y\n'}"), ("{a: {b: [c]}}", "{a={b=['c']}}"),
            ("!!str 1", "'1'"), ("!!int \"1\"", "1"), ("1: a\ntrue: b\n", "{1='a' true='b'}"),
            ("a: x y\r\nb: 1\r\n", "{a='x y' b=1}"), ("---\na: 1\n...\n", "{a=1}"), ("\"\\0\"", "'\0'"),
        ]
    )
    func values(text: String, expected: String) throws {
        #expect(try summary(text, as: "a.yaml") == expected)
    }

    @Test(
        "has its faults told",
        arguments: [
            ("a: *b\n", "1:4 this is not YAML: found undefined alias"),
            ("a: &b [*b]\n", "1:8 this is not YAML: found undefined alias"),
            ("a: 'x\n", "2:1 this is not YAML: found unexpected end of stream"),
            ("a: 1\n---\nb: 2\n", "2:1 the file holds more than one document"),
            ("a: b: c", "1:5 this is not YAML: mapping values are not allowed in this context"),
            ("ä: é: c", "1:5 this is not YAML: mapping values are not allowed in this context"),
            ("a:\n\tb: 1\n", "2:1 a tab is used for indentation, and YAML allows only spaces"),
            ("a:\n  \tb: 1\n", "2:3 a tab is used for indentation, and YAML allows only spaces"),
            ("a: \u{7}", "1:4 this is not YAML: control characters are not allowed"),
            ("[a]: 1\n", "1:1 a key has to be a single value"),
            ("<<: 1\n", "1:5 `<<` merges maps, and this is none"),
            ("a: !x 1\n", "1:4 the tag `!x` means nothing here"),
            ("a: ! grep bad f\n", "1:4 `!` begins a YAML tag here, and is no part of the text"),
        ]
    )
    func faultsOfSyntax(text: String, expected: String) {
        #expect(faults(text, as: "a.yaml") == [expected])
    }

    @Test("tells what does not hinder reading, all of it")
    func severalFaults() throws {
        let text = "ä: {b: 1, b: 2}\nä: !x 3\n[c]: 1\n1: x\n\"1\": y\n"
        let document = try Document(reading: SourceFile(name: "a.yaml", text: text))
        #expect(
            document.faults.map(\.told) == [
                "1:11 the key `b` is said twice", "2:4 the tag `!x` means nothing here",
                "2:1 the key `ä` is said twice",
                "3:1 a key has to be a single value", "5:1 the key `1` is said twice",
            ]
        )
        #expect(
            document.faults.map(\.notes.first?.position?.description) == [
                "a.yaml:1:5", nil, "a.yaml:1:1", nil, "a.yaml:4:1",
            ]
        )
        #expect(faults("a: 1\na: 2\nb: }\n", as: "a.yaml").count == 2)
    }

    @Test("says by alias and merge key what it said before")
    func aliases() throws {
        #expect(try summary("a: &a [1, &b x]\nb: *a\n*b : *b\n", as: "a.yaml") == "{a=[1 'x'] b=[1 'x'] x='x'}")
        #expect(
            try summary("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*b, *a], z: 5}\n", as: "a.yaml")
                == "{a={x=1 y=2} b={y=3 z=4} c={z=5 y=3 x=1}}"
        )
    }

    @Test("refuses aliases that stand for too much", arguments: ["x: *a40", "? *a40\n: x", "x: {<<: [*a40]}"])
    func aliasBomb(use: String) {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let found = faults(text + use + "\n", as: "a.yaml")
        #expect(found.count == 1)
        #expect(found.first?.contains("the aliases here stand for too much") ?? false)
    }

    @Test("refuses aliases that lie too deep in each other")
    func deepAliases() {
        var text = "a0: &a0 [x]\n"
        for level in 1...300 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(faults(text, as: "a.yaml").count == 1)
        #expect(faults(String(repeating: "[", count: 100_000), as: "a.yaml").count == 1)
    }

    @Test("knows the place of each value and key, in characters")
    func places() throws {
        let file = SourceFile(name: "a.yaml", text: "ä: 'é😀'\nb: {c: plain text, d: 1}\n")
        let root = try Document(reading: file).value()
        guard case .map(let entries) = root.content, case .map(let inner) = entries[1].value.content else {
            Issue.record("no map")
            return
        }
        #expect(entries.map(\.place.position.description) == ["a.yaml:1:1", "a.yaml:2:1"])
        #expect(inner.map(\.value.position.description) == ["a.yaml:2:8", "a.yaml:2:23"])
        #expect(inner.map { $0.value.fault("x").length } == [10, 1])
        #expect(entries[1].value.fault("x", at: "{").length == 1)
    }
}
