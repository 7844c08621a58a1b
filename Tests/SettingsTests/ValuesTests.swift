import Diagnostics
import Settings
import Testing

@Suite("A file of values")
struct ValuesTests {
    private func values(_ text: String, as name: String) throws -> ConfigurationValue {
        let directory = try TemporaryDirectory()
        return try loadValues(try directory.write(text, to: name))
    }

    private func fault(_ text: String, as name: String) throws -> String? {
        do {
            _ = try values(text, as: name)
            return nil
        } catch let faults as SettingsFaults {
            let fault = try #require(faults.diagnostics.first)
            return "\(fault.position?.line ?? 0):\(fault.position?.column ?? 0) \(fault.message)"
        }
    }

    @Test(
        "in JSON has JSON's values",
        arguments: [
            ("1", .int(1)), ("-0", .int(0)), ("9223372036854775807", .int(.max)), ("1e3", .float(1000)),
            ("1E+2", .float(100)), ("1.0", .float(1)), ("9223372036854775808", .float(9223372036854775808)),
            ("null", .null), ("true", .bool(true)), ("\"yes\"", .string("yes")), ("\"0640\"", .string("0640")),
            ("\t[\t1\t,\n\t2 ]\r\n", .list([.int(1), .int(2)])), ("[]", .list([])), ("{}", .map([:])),
            (#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é""#, .string("\"\\/\u{8}\u{C}\n\r\té😀é")),
            (
                #"{"a:b": {"": [null, "x: y # z", "- q"]}}"#,
                .map(["a:b": .map(["": .list([.null, .string("x: y # z"), .string("- q")])])])
            ),
            ("\u{FEFF}{\"a\": 1}", .map(["a": .int(1)])),
        ] as [(String, ConfigurationValue)]
    )
    func json(text: String, expected: ConfigurationValue) throws {
        #expect(try values(text, as: "values.json") == expected)
    }

    @Test(
        "in JSON is held to JSON's rules",
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
            (#"{"a": 1, "a": 2}"#, "1:10 the key `a` is said twice"),
            (
                String(repeating: "[", count: 300), "1:201 lists and maps lie more than 200 deep in each other"
            ),
        ]
    )
    func jsonFaults(text: String, expected: String) throws {
        #expect(try fault(text, as: "values.json") == expected)
    }

    @Test(
        "in YAML has YAML 1.1's values",
        arguments: [
            ("1", .int(1)), ("-17", .int(-17)), ("+3", .int(3)), ("1_000", .int(1000)), ("0x1F", .int(31)),
            ("0640", .int(416)), ("0o17", .int(15)), ("089", .int(89)), ("1.5", .float(1.5)), ("1e3", .float(1000)),
            (".5", .float(0.5)), ("-.inf", .float(-.infinity)), ("99999999999999999999", .float(1e20)),
            ("~", .null), ("null", .null), ("yes", .bool(true)), ("off", .bool(false)), ("True", .bool(true)),
            ("\"yes\"", .string("yes")), ("'12'", .string("12")), ("!!str 12", .string("12")), ("y", .string("y")),
            ("1.2.3", .string("1.2.3")), ("10.0.0.1", .string("10.0.0.1")), ("12:30:45", .string("12:30:45")),
            ("-", .list([.null])), ("+-1", .string("+-1")), ("1-2", .string("1-2")), ("e3", .string("e3")),
            ("2026-11-21", .string("2026-11-21")), ("_1", .string("_1")), (".", .string(".")), ("nan", .string("nan")),
            ("|\n  a\n  b\n", .string("a\nb\n")), ("{a: [1, x]}", .map(["a": .list([.int(1), .string("x")])])),
            ("1: a\ntrue: b\n", .map(["1": .string("a"), "true": .string("b")])), ("", .map([:])),
        ] as [(String, ConfigurationValue)]
    )
    func yaml(text: String, expected: ConfigurationValue) throws {
        #expect(try values(text, as: "values.yaml") == expected)
    }

    @Test("without a telling name is read by its content")
    func byContent() throws {
        #expect(try values(#"{"a": "\ud83d\ude00"}"#, as: "values") == .map(["a": .string("😀")]))
        #expect(try values("{a: yes}", as: "values") == .map(["a": .bool(true)]))
        #expect(try values("a: 1\n", as: "values.txt") == .map(["a": .int(1)]))
    }

    @Test(
        "in YAML has its faults told",
        arguments: [
            ("a: 1\n1: x\n\"1\": y\n", "3:1 the key `1` is said twice"),
            ("a: *b\n", "1:4 this is not YAML: found undefined alias"),
            ("a: 'x\n", "2:1 this is not YAML: found unexpected end of stream"),
            ("[a]: 1\n", "1:1 a key has to be a single value"),
            ("<<: 1\n", "1:5 `<<` merges maps, and this is none"),
            ("a: 1\n---\nb: 2\n", "2:1 this is not YAML: but found another document"),
        ]
    )
    func yamlFaults(text: String, expected: String) throws {
        #expect(try fault(text, as: "values.yaml") == expected)
    }

    @Test("that cannot be read is told by its name")
    func missing() throws {
        let faults = #expect(throws: SettingsFaults.self) { _ = try loadValues("/nowhere/values.yaml") }
        #expect(
            faults?.diagnostics.map(\.message)
                == ["`/nowhere/values.yaml` cannot be read: No such file or directory"]
        )
    }
}
