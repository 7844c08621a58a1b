import TemplateEngine
import Testing

@Suite struct MapFunctionTests {
    static func pair(_ key: String, _ value: String) -> Value {
        .record("*dependency.KeyPair", ["Path": .string("p/" + key), "Key": .string(key), "Value": .string(value)])
    }

    static let cases: [FunctionCase] = [
        FunctionCase(
            "mergeMap",
            .mapping(["a": .int(1)]),
            .mapping(["a": .int(2), "b": .int(3)]),
            gives: .mapping(["a": .int(1), "b": .int(3)])
        ),
        FunctionCase(
            "mergeMapWithOverride",
            .mapping(["a": .int(1)]),
            .mapping(["a": .int(2), "b": .int(3)]),
            gives: .mapping(["a": .int(2), "b": .int(3)])
        ),
        FunctionCase(
            "mergeMap",
            .mapping(["a": .string(""), "b": .int(0), "c": .bool(false)]),
            .mapping(["a": .string("x"), "b": .int(1), "c": .bool(true)]),
            gives: .mapping(["a": .string("x"), "b": .int(1), "c": .bool(true)])
        ),
        FunctionCase(
            "mergeMap",
            .mapping(["m": .mapping(["x": .int(1)])]),
            .mapping(["m": .mapping(["x": .int(2), "y": .int(3)])]),
            gives: .mapping(["m": .mapping(["x": .int(1), "y": .int(3)])])
        ),
        FunctionCase(
            "mergeMapWithOverride",
            .mapping(["m": .mapping(["x": .int(1), "z": .int(9)])]),
            .mapping(["m": .mapping(["x": .int(2)])]),
            gives: .mapping(["m": .mapping(["x": .int(2), "z": .int(9)])])
        ),
        FunctionCase(
            "mergeMap",
            .mapping(["l": .values(.int(1))]),
            .mapping(["l": .values(.int(2))]),
            gives: .mapping(["l": .values(.int(1))])
        ),
        FunctionCase(
            "mergeMap",
            .mapping(["l": .values()]),
            .mapping(["l": .values(.int(2))]),
            gives: .mapping(["l": .values(.int(2))])
        ),
        FunctionCase(
            "mergeMapWithOverride",
            .mapping(["l": .values(.int(1))]),
            .mapping(["l": .values()]),
            gives: .mapping(["l": .values()])
        ),
        FunctionCase(
            "mergeMapWithOverride",
            .mapping(["a": .string("x")]),
            .mapping(["a": .string("")]),
            gives: .mapping(["a": .string("")])
        ),
        FunctionCase(
            "mergeMap",
            .mapping(["a": .string("x")]),
            .mapping(["a": .mapping(["b": .int(1)])]),
            gives: .mapping(["a": .string("x")])
        ),
        FunctionCase(
            "mergeMapWithOverride",
            .mapping(["a": .string("x")]),
            .mapping(["a": .mapping(["b": .int(1)])]),
            gives: .mapping(["a": .mapping(["b": .int(1)])])
        ),
        FunctionCase(
            "mergeMap",
            .mapping(["a": .null]),
            .mapping(["a": .int(1), "b": .null]),
            gives: .mapping(["a": .int(1)])
        ),
        FunctionCase("mergeMap", .null, .mapping(["a": .int(1)]), gives: .mapping(["a": .int(1)])),
        FunctionCase("mergeMap", .string("x"), .mapping([:]), faults: #"expected a map as argument 1, got string "x""#),
        FunctionCase(
            "explodeMap",
            .mapping(["a/b": .int(1), "a/c": .int(2), "d": .int(3)]),
            gives: .mapping(["a": .mapping(["b": .int(1), "c": .int(2)]), "d": .int(3)])
        ),
        FunctionCase("explodeMap", .mapping(["a/": .int(1)]), gives: .mapping(["a": .mapping([:])])),
        FunctionCase("explodeMap", .mapping(["/a": .int(1)]), gives: .mapping(["": .mapping(["a": .int(1)])])),
        FunctionCase(
            "explodeMap",
            .mapping(["a": .int(1), "a/b": .int(2)]),
            faults: #"not a map: "a/b": "a" already has the value int 1"#
        ),
        FunctionCase("explodeMap", .map(Map([(.int(1), .int(2))])), faults: "strings as keys"),
        FunctionCase(
            "explode",
            .records(pair("a/b/c", "1"), pair("a/d", "2")),
            gives: .mapping(["a": .mapping(["b": .mapping(["c": .string("1")]), "d": .string("2")])])
        ),
        FunctionCase("explode", .records(), gives: .mapping([:])),
        FunctionCase(
            "explode",
            .records(pair("a", "1"), pair("a/b", "2")),
            faults: #"not a map: "a/b": "a" already has the value string "1""#
        ),
        FunctionCase("explode", .records(pair("a/b", "1"), pair("a", "2")), faults: #""a" is a folder too"#),
        FunctionCase("explode", .strings("a"), faults: "expected a list of key pairs as argument 1, got []string of 1"),
        FunctionCase(
            "explode",
            .records(pair(String(repeating: "a/", count: 600), "1")),
            faults: "more than 512 levels"
        ),
        FunctionCase(
            "byKey",
            .records(pair("web/a/b", "1"), pair("web/c", "2"), pair("x", "3"), pair("y/", "4")),
            gives: .mapping([
                "web": .mapping(
                    ["a/b": keyPair("web/a/b", "a/b", "1"), "c": keyPair("web/c", "c", "2")],
                    kind: .record
                )
            ])
        ),
        FunctionCase("byKey", .null, gives: .mapping([:])),
        FunctionCase("byKey", .strings("a"), faults: "expected a list of key pairs"),
    ]

    static func keyPair(_ path: String, _ key: String, _ value: String) -> Value {
        .record("*dependency.KeyPair", ["Path": .string("p/" + path), "Key": .string(key), "Value": .string(value)])
    }

    @Test(arguments: cases)
    func `Map functions give what consul-template gives`(_ example: FunctionCase) { example.check() }

    @Test func `Exploded keys and values keep their origin`() throws {
        let pair = Value.record("*dependency.KeyPair", ["Key": .untrusted("a/b"), "Value": .untrusted("v", 2)])
        let text = formatValue(try call("explode", [.records(pair)]))
        #expect(text.string == "map[a:map[b:v]]")
        #expect(text.spans == [span(4, 5), span(10, 11), span(12, 13, 2)])
    }

    @Test func `Merged maps keep the origin of keys and values`() throws {
        let untrusted = Value.map(
            Map([(.string("k"), .untrusted("v"))], kind: .string, keyOrigin: .untrusted(Origin.Source(1)))
        )
        let text = formatValue(try call("mergeMap", [.mapping([:]), untrusted]))
        #expect(text.spans == [span(4, 5), span(6, 7)])
    }
}
