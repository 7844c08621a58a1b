import TemplateEngine
import Testing

@Suite struct TimeFunctionTests {
    static let functions = timeFunctions { _ in (seconds: 1_136_214_245, nanoseconds: 123_000_000) }

    static let cases: [FunctionCase] = [
        FunctionCase("timestamp", gives: .string("2006-01-02T15:04:05Z")),
        FunctionCase("timestamp", .string("unix"), gives: .string("1136214245")),
        FunctionCase("timestamp", .string("2 Jan 2006 15:04:05.000"), gives: .string("2 Jan 2006 15:04:05.123")),
        FunctionCase("timestamp", .string(""), gives: .string("")),
        FunctionCase("timestamp", .int(1), faults: "expected a string as argument 1, got int 1"),
    ]

    @Test(arguments: cases)
    func `timestamp writes the time of its clock`(_ example: FunctionCase) { example.check(in: Self.functions) }

    @Test func `A layout that a registration wrote makes the time untrusted`() throws {
        let time = try call("timestamp", [.untrusted("2006")], in: Self.functions)
        #expect(formatValue(time).spans == [span(0, 4)])
    }
}
