import TemplateEngine
import Testing

@Suite struct SelectionFunctionTests {
    static let a = GroupingFunctionTests.service(
        "a",
        tags: ["blue"],
        port: 9,
        meta: ["zone": .string("b"), "x.y": .string("1")]
    )
    static let b = GroupingFunctionTests.service("b", tags: ["green", "blue"], port: 80, meta: ["zone": .string("a")])
    static let c = GroupingFunctionTests.service("c", port: 80)
    static let all = Value.records(a, b, c)

    static let cases: [FunctionCase] = [
        FunctionCase("sortBy", .string("Port"), .records(b, c, a), gives: .records(a, b, c)),
        FunctionCase("sortBy", .string("Meta.zone"), all, gives: .records(c, b, a)),
        FunctionCase("sortBy", .string("ServiceMeta.zone"), all, gives: .records(c, b, a)),
        FunctionCase("sortBy", .string("ID"), .records(c, a, b), gives: all),
        FunctionCase("sortBy", .string("Weights.Passing"), .records(b, a), gives: .records(a, b)),
        FunctionCase(
            "sortBy",
            .string("n"),
            .values(.mapping(["n": .float(2.5)]), .mapping(["n": .int(2)]), .mapping([:])),
            gives: .values(.mapping([:]), .mapping(["n": .int(2)]), .mapping(["n": .float(2.5)]))
        ),
        FunctionCase("sortBy", .string("Port"), .null, gives: .values()),
        FunctionCase("sortBy", .string("Prot"), all, faults: #"*dependency.HealthService has no field "Prot""#),
        FunctionCase("sortBy", .string("Tags"), all, faults: "[]string of 1 cannot be put in order"),
        FunctionCase("sortBy", .string("Port.x"), all, faults: #"there is no field "x" in int 9"#),
        FunctionCase("sortBy", .string(""), all, faults: "the name of the field is empty"),
        FunctionCase("sortBy", .int(1), all, faults: "expected a string as argument 1, got int 1"),
        FunctionCase("sortBy", .string("Port"), .string("x"), faults: "expected a list as argument 2"),
        FunctionCase("where", .string("Port"), .int(80), all, gives: .records(b, c)),
        FunctionCase("where", .string("Port"), .float(80), all, gives: .records(b, c)),
        FunctionCase("where", .string("Meta.zone"), .string("b"), all, gives: .records(a)),
        FunctionCase("where", .string("Meta.zone"), .string(""), all, gives: .records(c)),
        FunctionCase("where", .string("Meta.x.y"), .string("1"), all, gives: .records(a)),
        FunctionCase("where", .string("Tags"), .string("blue"), all, gives: .records(a, b)),
        FunctionCase("where", .string("ID"), .string("z"), all, gives: .records()),
        FunctionCase("where", .string("Meta.zone"), .int(1), all, faults: #"string "b" cannot be compared with int 1"#),
        FunctionCase("where", .string("Nope"), .int(1), all, faults: #"has no field "Nope""#),
        FunctionCase("uniq", .strings("a", "b", "a"), gives: .strings("a", "b")),
        FunctionCase(
            "uniq",
            .values(.int(1), .string("1"), .int(1), .float(1)),
            gives: .values(.int(1), .string("1"), .float(1))
        ),
        FunctionCase("uniq", .records(a, b, a), gives: .records(a, b)),
        FunctionCase(
            "uniq",
            .values(.values(.int(1)), .values(.int(1)), .null, .null),
            gives: .values(.values(.int(1)), .null)
        ),
        FunctionCase(
            "uniq",
            .values(.string("\u{E9}"), .string("e\u{301}")),
            gives: .values(.string("\u{E9}"), .string("e\u{301}"))
        ),
        FunctionCase("uniq", .int(1), faults: "expected a list as argument 1, got int 1"),
        FunctionCase("first", .strings("a", "b"), gives: .string("a")),
        FunctionCase("first", .strings(), gives: .null),
        FunctionCase("first", .int(2), .strings("a", "b", "c"), gives: .strings("a", "b")),
        FunctionCase("first", .int(5), .strings("a"), gives: .strings("a")),
        FunctionCase("first", .int(-1), .strings("a"), faults: "cannot take -1 elements"),
        FunctionCase("first", .string("ab"), faults: "expected a list as argument 1"),
        FunctionCase("last", .strings("a", "b"), gives: .string("b")),
        FunctionCase("last", .null, gives: .null),
        FunctionCase("last", .int(2), .strings("a", "b", "c"), gives: .strings("b", "c")),
        FunctionCase("last", .int(0), .strings("a"), gives: .strings()),
        FunctionCase("sum", .ints(1, 2, 3), gives: .int(6)),
        FunctionCase("sum", .ints(), gives: .int(0)),
        FunctionCase("sum", .values(.int(1), .float(0.5)), gives: .float(1.5)),
        FunctionCase("sum", .string("Weights.Passing"), all, gives: .int(169)),
        FunctionCase("sum", .values(.int(.max), .int(1)), faults: "the sum does not fit in 64 bits"),
        FunctionCase("sum", .strings("1"), faults: #"string "1" cannot be added up"#),
    ]

    @Test(arguments: cases)
    func `Lists are sorted, chosen from and summed up`(_ example: FunctionCase) { example.check() }

    @Test func `A field that is not there is named with the nearest that is`() {
        let fault = #expect(throws: FunctionFault.self) { try call("sortBy", [.string("Prot"), Self.all]) }
        #expect(fault?.hint == "did you mean Port?")
    }
}
