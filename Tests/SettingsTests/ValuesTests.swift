import Diagnostics
import Settings
import Testing

@Suite("A file of values")
struct ValuesTests {
    private func values(_ text: String, as name: String) throws -> ConfigurationValue {
        let directory = try TemporaryDirectory()
        return try loadValues(try directory.write(text, to: name))
    }

    private func fault(_ text: String, as name: String) throws -> [String] {
        do {
            _ = try values(text, as: name)
            return []
        } catch let faults as SettingsFaults {
            return faults.diagnostics.map { fault in
                "\(fault.position?.line ?? 0):\(fault.position?.column ?? 0) \(fault.message)"
            }
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

    @Test("has its faults told, all of them")
    func faults() throws {
        #expect(
            try fault("a: 1\na: 2\nb: [}", as: "values.yaml") == [
                "2:1 the key `a` is said twice", "3:5 this is not YAML: did not find expected node content",
            ]
        )
        #expect(
            try fault(#"{"a": 1, "a": 2, "b": {"c": 1, "c": 2}}"#, as: "values.json") == [
                "1:10 the key `a` is said twice", "1:32 the key `c` is said twice",
            ]
        )
        #expect(try fault("a: [1", as: "values.yaml").count == 1)
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
