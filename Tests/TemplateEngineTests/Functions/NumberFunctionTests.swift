import TemplateEngine
import Testing

@Suite struct NumberFunctionTests {
    static let parsing: [FunctionCase] = [
        FunctionCase("parseBool", .string(""), gives: .bool(false)),
        FunctionCase("parseBool", .string("t"), gives: .bool(true)),
        FunctionCase("parseBool", .string("True"), gives: .bool(true)),
        FunctionCase("parseBool", .string("0"), gives: .bool(false)),
        FunctionCase("parseBool", .string("FALSE"), gives: .bool(false)),
        FunctionCase("parseBool", .string("yes"), faults: #""yes" is not a boolean"#),
        FunctionCase("parseBool", .string("tRUE"), faults: "is not a boolean"),
        FunctionCase("parseInt", .string(""), gives: .int(0)),
        FunctionCase("parseInt", .string("007"), gives: .int(7)),
        FunctionCase("parseInt", .string("-12"), gives: .int(-12)),
        FunctionCase("parseInt", .string("+12"), gives: .int(12)),
        FunctionCase("parseInt", .string("9223372036854775807"), gives: .int(.max)),
        FunctionCase("parseInt", .string("-9223372036854775808"), gives: .int(.min)),
        FunctionCase("parseInt", .string("9223372036854775808"), faults: "is out of the range of a 64-bit integer"),
        FunctionCase("parseInt", .string("0x1F"), faults: #""0x1F" is not a decimal integer"#),
        FunctionCase("parseInt", .string("1_0"), faults: "is not a decimal integer"),
        FunctionCase("parseInt", .string("1.0"), faults: "is not a decimal integer"),
        FunctionCase("parseInt", .string(" 1"), faults: "is not a decimal integer"),
        FunctionCase("parseInt", .string("-"), faults: "is not a decimal integer"),
        FunctionCase("parseInt", .int(1), faults: "expected a string as argument 1, got int 1"),
        FunctionCase("parseUint", .string(""), gives: .uint(0)),
        FunctionCase("parseUint", .string("18446744073709551615"), gives: .uint(.max)),
        FunctionCase(
            "parseUint",
            .string("18446744073709551616"),
            faults: "is out of the range of an unsigned 64-bit integer"
        ),
        FunctionCase("parseUint", .string("+1"), faults: "without a sign"),
        FunctionCase("parseUint", .string("-1"), faults: "without a sign"),
        FunctionCase("parseFloat", .string(""), gives: .float(0)),
        FunctionCase("parseFloat", .string("1.5"), gives: .float(1.5)),
        FunctionCase("parseFloat", .string("-.5e-3"), gives: .float(-0.0005)),
        FunctionCase("parseFloat", .string("1."), gives: .float(1)),
        FunctionCase("parseFloat", .string("1E3"), gives: .float(1000)),
        FunctionCase("parseFloat", .string("inf"), gives: .float(.infinity)),
        FunctionCase("parseFloat", .string("-Infinity"), gives: .float(-.infinity)),
        FunctionCase("parseFloat", .string("NaN"), gives: .float(.nan)),
        FunctionCase("parseFloat", .string("0x1p-2"), gives: .float(0.25)),
        FunctionCase("parseFloat", .string("0X1.8P1"), gives: .float(3)),
        FunctionCase("parseFloat", .string("1_0"), gives: .float(10)),
        FunctionCase("parseFloat", .string("0x_1p0"), gives: .float(1)),
        FunctionCase("parseFloat", .string("1e-400"), gives: .float(0)),
        FunctionCase("parseFloat", .string("1__0"), faults: #""1__0" is not a number"#),
        FunctionCase("parseFloat", .string("_1"), faults: "is not a number"),
        FunctionCase("parseFloat", .string("1_.0"), faults: "is not a number"),
        FunctionCase("parseFloat", .string("0x1"), faults: "is not a number"),
        FunctionCase("parseFloat", .string("."), faults: "is not a number"),
        FunctionCase("parseFloat", .string("1e"), faults: "is not a number"),
        FunctionCase("parseFloat", .string("+nan"), faults: "is not a number"),
        FunctionCase("parseFloat", .string("1e400"), faults: "is out of the range"),
        FunctionCase("parseFloat", .string("1 "), faults: "is not a number"),
    ]

    static let arithmetic: [FunctionCase] = [
        FunctionCase("add", .int(2), .int(5), gives: .int(7)),
        FunctionCase("add", .int(1), .int(.max), gives: .int(.min)),
        FunctionCase("add", .float(1.5), .int(5), gives: .float(6.5)),
        FunctionCase("add", .int(1), .float(2), gives: .float(3)),
        FunctionCase("add", .uint(1), .uint(2), gives: .uint(3)),
        FunctionCase("add", .uint(1), .int(2), gives: .int(3)),
        FunctionCase("add", .string("1"), .int(2), faults: #"expected a number as argument 1, got string "1""#),
        FunctionCase("add", .int(2), .string("1"), faults: #"expected a number as argument 2, got string "1""#),
        FunctionCase("add", .null, .int(2), faults: "got nil"),
        FunctionCase("subtract", .int(2), .int(5), gives: .int(3)),
        FunctionCase("subtract", .int(2), .int(10), gives: .int(8)),
        FunctionCase("subtract", .int(1), .int(.min), gives: .int(.max)),
        FunctionCase("subtract", .uint(3), .uint(2), gives: .uint(.max)),
        FunctionCase("multiply", .int(2), .int(5), gives: .int(10)),
        FunctionCase("multiply", .int(2), .int(.max), gives: .int(-2)),
        FunctionCase("multiply", .float(0.5), .int(5), gives: .float(2.5)),
        FunctionCase("divide", .int(3), .int(10), gives: .int(3)),
        FunctionCase("divide", .int(-3), .int(10), gives: .int(-3)),
        FunctionCase("divide", .int(-1), .int(.min), gives: .int(.min)),
        FunctionCase("divide", .float(4), .int(10), gives: .float(2.5)),
        FunctionCase("divide", .int(0), .int(10), faults: "10 is divided by zero"),
        FunctionCase("divide", .uint(0), .uint(10), faults: "10 is divided by zero"),
        FunctionCase("divide", .float(0), .int(10), gives: .float(.infinity)),
        FunctionCase("divide", .int(0), .float(0), gives: .float(.nan)),
        FunctionCase("modulo", .int(3), .int(10), gives: .int(1)),
        FunctionCase("modulo", .int(3), .int(-10), gives: .int(-1)),
        FunctionCase("modulo", .int(-1), .int(.min), gives: .int(0)),
        FunctionCase("modulo", .int(0), .int(10), faults: "10 is divided by zero"),
        FunctionCase("modulo", .float(3), .int(10), faults: "expected an integer as argument 1, got float64 3"),
        FunctionCase("modulo", .int(3), .float(10), faults: "expected an integer as argument 2, got float64 10"),
        FunctionCase("minimum", .int(2), .int(5), gives: .int(2)),
        FunctionCase("minimum", .int(5), .int(2), gives: .int(2)),
        FunctionCase("minimum", .int(2), .float(2), gives: .int(2)),
        FunctionCase("minimum", .float(2), .int(2), gives: .float(2)),
        FunctionCase("minimum", .float(2.5), .int(2), gives: .int(2)),
        FunctionCase("maximum", .int(2), .int(5), gives: .int(5)),
        FunctionCase("maximum", .int(5), .int(2), gives: .int(5)),
        FunctionCase("maximum", .int(2), .float(2), gives: .int(2)),
        FunctionCase("maximum", .uint(3), .int(2), gives: .uint(3)),
        FunctionCase("maximum", .string("3"), .int(2), faults: "expected a number"),
    ]

    static let loops: [FunctionCase] = [
        FunctionCase("loop", .int(3), gives: .ints(0, 1, 2)),
        FunctionCase("loop", .int(0), gives: .ints()),
        FunctionCase("loop", .int(-2), gives: .ints()),
        FunctionCase("loop", .int(5), .int(8), gives: .ints(5, 6, 7)),
        FunctionCase("loop", .int(8), .int(5), gives: .ints()),
        FunctionCase("loop", .int(-1), .int(1), gives: .ints(-1, 0)),
        FunctionCase("loop", .string("2"), gives: .ints(0, 1)),
        FunctionCase("loop", .string(""), gives: .ints()),
        FunctionCase("loop", .uint(2), gives: .ints(0, 1)),
        FunctionCase(
            "loop",
            .float(2),
            faults: "expected an integer or a string that is one as argument 1, got float64 2"
        ),
        FunctionCase("loop", .string("x"), faults: "is not a decimal integer"),
        FunctionCase("loop", .int(2_000_000_000), faults: "too many rounds"),
        FunctionCase("loop", .int(.min), .int(.max), faults: "too many rounds"),
    ]

    @Test(arguments: parsing)
    func `Texts are parsed by Go's rules`(_ example: FunctionCase) { example.check() }

    @Test(arguments: arithmetic)
    func `Arithmetic takes its operands in reverse`(_ example: FunctionCase) { example.check() }

    @Test(arguments: loops)
    func `loop counts up to its last argument`(_ example: FunctionCase) { example.check() }
}
