import TemplateEngine
import Testing

@Suite struct PrintfCompositeTests {
    static let node = Value.record("*dependency.Node", ["Node": .string("n1"), "Port": .int(80)])
    static let weights = Value.record("dependency.Weights", ["Passing": .int(1), "Warning": .int(2)])

    static let cases: [PrintfCase] = [
        PrintfCase("%v", .values(.string("a"), .int(1), .null), prints: "[a 1 <nil>]"),
        PrintfCase("%d", .values(.string("a"), .int(1), .null), prints: "[%!d(string=a) 1 <nil>]"),
        PrintfCase("%v", .values(), prints: "[]"),
        PrintfCase("%z", .values(), prints: "[]"),
        PrintfCase("%s", .strings("a", "b"), prints: "[a b]"),
        PrintfCase("%q", .strings("a", "b"), prints: #"["a" "b"]"#),
        PrintfCase("%x", .strings("a", "b"), prints: "[61 62]"),
        PrintfCase("%3s|", .strings("a", "b"), prints: "[  a   b]|"),
        PrintfCase("%#v", .strings("a", "b"), prints: #"[]string{"a", "b"}"#),
        PrintfCase("%#v", .values(.string("a"), .null, .int(1)), prints: #"[]interface {}{"a", interface {}(nil), 1}"#),
        PrintfCase("%T", .values(), prints: "[]interface {}"),
        PrintfCase("%T", .strings(), prints: "[]string"),
        PrintfCase("%v", .values(.values(.int(1)), .values()), prints: "[[1] []]"),
        PrintfCase("%v", .mapping(["b": .int(2), "a": .string("x")]), prints: "map[a:x b:2]"),
        PrintfCase("%v", .mapping([:]), prints: "map[]"),
        PrintfCase("%d", .mapping(["b": .int(2)]), prints: "map[%!d(string=b):2]"),
        PrintfCase("%q", .mapping(["b": .string("x")], kind: .string), prints: #"map["b":"x"]"#),
        PrintfCase("%#v", .mapping(["b": .int(2)]), prints: #"map[string]interface {}{"b":2}"#),
        PrintfCase("%T", .mapping([:]), prints: "map[string]interface {}"),
        PrintfCase("%T", .mapping([:], kind: .string), prints: "map[string]string"),
        PrintfCase("%v", .map(Map([(.int(10), .int(1)), (.int(9), .int(2))])), prints: "map[9:2 10:1]"),
        PrintfCase("%v", node, prints: "&{n1 80}"),
        PrintfCase("%+v", node, prints: "&{Node:n1 Port:80}"),
        PrintfCase("%#v", node, prints: #"&dependency.Node{Node:"n1", Port:80}"#),
        PrintfCase("%s", node, prints: "&{n1 %!s(int=80)}"),
        PrintfCase("%d", node, prints: "&{%!d(string=n1) 80}"),
        PrintfCase("%T", node, prints: "*dependency.Node"),
        PrintfCase("%v", weights, prints: "{1 2}"),
        PrintfCase("%+v", weights, prints: "{Passing:1 Warning:2}"),
        PrintfCase("%v", .list(List([node, node], kind: .record)), prints: "[{n1 80} {n1 80}]"),
        PrintfCase("%T", .list(List([node], kind: .record)), prints: "[]*dependency.Node"),
        PrintfCase("%w", node, prints: "%!w(*dependency.Node=&{n1 80})"),
        PrintfCase("%.1f", .values(.float(1), .int(2)), prints: "[1.0 %!f(int=2)]"),
        PrintfCase("%p", .values(), prints: "0xc000000000"),
    ]

    @Test(arguments: cases)
    func `Lists, maps and records print as Go prints them`(_ example: PrintfCase) {
        #expect(example.printed == example.expected)
    }

    @Test func `print puts a space between two operands that are not strings`() {
        #expect(formatPrint([.int(1), .int(2)]).string == "1 2")
        #expect(formatPrint([.string("a"), .int(1)]).string == "a1")
        #expect(formatPrint([.int(1), .string("a"), .int(2)]).string == "1a2")
        #expect(formatPrint([.string("a"), .string("b")]).string == "ab")
        #expect(formatPrint([.null, .bool(true), .values(.int(1))]).string == "<nil> true [1]")
        #expect(formatPrint([]).string == "")
    }

    @Test func `println puts a space between all operands and ends the line`() {
        #expect(formatPrintln([.string("a"), .int(1), .string("b")]).string == "a 1 b\n")
        #expect(formatPrintln([]).string == "\n")
    }

    @Test func `Values print as with the verb v`() {
        #expect(formatValue(.string("a")).string == "a")
        #expect(formatValue(.float(1e6)).string == "1e+06")
        #expect(formatValue(.null).string == "<nil>")
        #expect(formatValue(Self.node).string == "&{n1 80}")
    }
}
