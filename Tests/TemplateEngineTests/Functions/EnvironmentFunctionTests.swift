import TemplateEngine
import Testing

@Suite struct EnvironmentFunctionTests {
    static let functions = environmentFunctions { ["SET": "x", "EMPTY": ""][$0] }

    static let cases: [FunctionCase] = [
        FunctionCase("env", .string("SET"), gives: .string("x")),
        FunctionCase("env", .string("UNSET"), gives: .string("")),
        FunctionCase("mustEnv", .string("SET"), gives: .string("x")),
        FunctionCase("mustEnv", .string("EMPTY"), faults: "the environment variable EMPTY is not set, or empty"),
        FunctionCase("mustEnv", .string("UNSET"), faults: "the environment variable UNSET is not set, or empty"),
        FunctionCase("envOrDefault", .string("SET"), .string("d"), gives: .string("x")),
        FunctionCase("envOrDefault", .string("EMPTY"), .string("d"), gives: .string("")),
        FunctionCase("envOrDefault", .string("UNSET"), .string("d"), gives: .string("d")),
        FunctionCase("env", .int(1), faults: "expected a string as argument 1, got int 1"),
    ]

    @Test(arguments: cases)
    func `Environment functions ask the environment they were given`(_ example: FunctionCase) {
        example.check(in: Self.functions)
    }

    @Test func `A default keeps its origin`() throws {
        let value = try call("envOrDefault", [.string("UNSET"), .untrusted("d")], in: Self.functions)
        #expect(formatValue(value).spans == [span(0, 1)])
    }
}
