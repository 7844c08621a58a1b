import TemplateEngine
import Testing

@Suite struct ContainmentFunctionTests {
    static let cases: [FunctionCase] = [
        FunctionCase("in", .strings("a", "b"), .string("b"), gives: .bool(true)),
        FunctionCase("in", .strings("a", "b"), .string("c"), gives: .bool(false)),
        FunctionCase("in", .values(.int(1), .string("b")), .int(1), gives: .bool(true)),
        FunctionCase("in", .ints(1, 2), .int(2), gives: .bool(true)),
        FunctionCase("in", .values(.float(2)), .int(2), gives: .bool(false)),
        FunctionCase("in", .values(.float(2)), .float(2), gives: .bool(true)),
        FunctionCase("in", .ints(1), .string("1"), gives: .bool(false)),
        FunctionCase("in", .values(.bool(true)), .bool(true), gives: .bool(false)),
        FunctionCase("in", .values(.null), .null, gives: .bool(false)),
        FunctionCase("in", .string("abc"), .string("bc"), gives: .bool(true)),
        FunctionCase("in", .string("abc"), .string(""), gives: .bool(true)),
        FunctionCase("in", .string("abc"), .string("x"), gives: .bool(false)),
        FunctionCase("in", .string("123"), .int(2), gives: .bool(false)),
        FunctionCase("in", .mapping(["a": .int(1)]), .string("a"), gives: .bool(false)),
        FunctionCase("in", .null, .string("a"), gives: .bool(false)),
        FunctionCase("in", .strings("\u{E9}"), .string("e\u{301}"), gives: .bool(false)),
        FunctionCase("contains", .string("b"), .strings("a", "b"), gives: .bool(true)),
        FunctionCase("contains", .string("b"), .string("abc"), gives: .bool(true)),
        FunctionCase("contains", .string("abc"), .string("b"), gives: .bool(false)),
        FunctionCase("containsAll", .strings("a", "b"), .strings("b", "a", "c"), gives: .bool(true)),
        FunctionCase("containsAll", .strings("a", "x"), .strings("b", "a"), gives: .bool(false)),
        FunctionCase("containsAll", .strings(), .strings("b"), gives: .bool(true)),
        FunctionCase("containsAny", .strings("x", "a"), .strings("b", "a"), gives: .bool(true)),
        FunctionCase("containsAny", .strings("x"), .strings("b", "a"), gives: .bool(false)),
        FunctionCase("containsAny", .strings(), .strings("b"), gives: .bool(false)),
        FunctionCase("containsNone", .strings("x"), .strings("b"), gives: .bool(true)),
        FunctionCase("containsNone", .strings("x", "b"), .strings("b"), gives: .bool(false)),
        FunctionCase("containsNone", .strings(), .strings("b"), gives: .bool(true)),
        FunctionCase("containsNotAll", .strings("x", "b"), .strings("b"), gives: .bool(true)),
        FunctionCase("containsNotAll", .strings("b"), .strings("b"), gives: .bool(false)),
        FunctionCase("containsNotAll", .strings(), .strings("b"), gives: .bool(false)),
        FunctionCase("containsAll", .strings("a", "b"), .string("cab"), gives: .bool(true)),
        FunctionCase(
            "containsAll",
            .string("a"),
            .strings("a"),
            faults: #"expected a list as argument 1, got string "a""#
        ),
    ]

    @Test(arguments: cases)
    func `Containment functions give what consul-template gives`(_ example: FunctionCase) { example.check() }
}
