import TemplateEngine
import Testing

@Suite("Random calls of functions")
struct FunctionFuzzTests {
    /// Values at the edges of every type, and some of a registration's.
    private static let edges: [Value] = [
        .null, .bool(true), .bool(false), .int(0), .int(1), .int(-1), .int(3), .int(.max), .int(.min), .uint(0),
        .uint(.max), .float(0), .float(-0.5), .float(.infinity), .float(.nan), .float(1e300), .string(""), .string("a"),
        .string("-"), .string("a,b=c\nd"), .string("\u{1F600}ä\0\u{7F}"), .string("%!d%s%[9]*.*f"), .string("(a+)+$"),
        .string("[[:alpha:]"), .string("1.2.3-x+y"), .string(">=1, <x"), .string("Meta.zone"), .string("10.0.0.1/8"),
        .string("0x1p-2"), .string("99999999999999999999"), .untrusted("x;y\n", 1), .untrusted("é", 2), .list(List([])),
        .list(List([.null])), .ints(3, 1, 2), .list(List([.string("a"), .untrusted("b", 3)], kind: .string)),
        .list(List([.int(1), .string("x"), .list(List([.float(.nan)]))])), LanguageProbe.map([:]),
        LanguageProbe.map(["a": .int(1), "b": .null, "c": LanguageProbe.map(["d": .untrusted("e", 4)])]),
        .map(Map([(.int(1), .int(2))])), .map(Map([(.bool(true), .string("x"))])),
        LanguageProbe.instance("web-1", port: 80, status: "passing", tags: ["x", "y"]),
        .records(LanguageProbe.instance("web-1", port: 80, status: "passing", tags: ["x"])),
        .object(LanguageProbe.Notebook()),
    ]

    private static let functions =
        StandardFunctions.pure + environmentFunctions { $0.isEmpty ? nil : $0 }
        + timeFunctions { _ in (seconds: -62_135_596_800, nanoseconds: 999_999_999) }
        + socketAddressFunctions { () throws(FunctionFault) in HostInterfaces([]) }

    @Test(
        "end in a value or a fault, and the same again, whatever they are given",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func calls(seed: UInt64) throws {
        var generator = FuzzTests.Generator(state: seed &* 7919)
        var results = 0
        for function in Self.functions {
            for _ in 0..<60 {
                let most = min(function.arity.upperBound, function.arity.lowerBound + 3)
                let count = Int.random(
                    in: function.arity.lowerBound...max(most, function.arity.lowerBound),
                    using: &generator
                )
                let arguments = (0..<count).map { _ in Self.edges.randomElement(using: &generator) ?? .null }
                let first = Self.outcome(function, arguments)
                #expect(Self.outcome(function, arguments) == first, "\(function.name)")
                if !first.hasPrefix("fault") { results += 1 }
            }
        }
        #expect(results > 1_000)
    }

    /// What a call comes to, as text: every result must have one, and each span must lie in its text.
    private static func outcome(_ function: TemplateFunction, _ arguments: [Value]) -> String {
        var call = FunctionCall(arguments: arguments)
        do {
            let result = try function.body(&call)
            let text = formatPrintf(Text("%T %v %#v %q"), [result, result, result, result])
            for span in text.spans where span.range.upperBound > text.string.utf8.count { return "span" }
            return text.string
        } catch {
            return "fault: \(error)"
        }
    }

    @Test(
        "random pipelines neither crash nor hang, and a fault leaves no output",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func pipelines(seed: UInt64) {
        var generator = FuzzTests.Generator(state: seed &* 104_729)
        let names = Self.functions.map(\.name)
        let operands = [
            ".", ".name", ".list", ".numbers", ".map", ".service", ".services", ".evil", ".newline", "$", "1", "-1",
            "1e3",
            "\"a\"", "`,`", "nil", "true", "0.5", "(sprig_list 1 \"a\" .map)", "(sprig_dict \"k\" .evil)",
        ]
        var options = RenderOptions()
        options.maximumSteps = 20_000
        options.maximumOutput = 200_000
        options.maximumElements = 20_000
        options.unsafe = LanguageProbe.unsafe
        let deadline = ContinuousClock.now.advanced(by: .milliseconds(400))
        var rendered = 0
        while ContinuousClock.now < deadline {
            var text = "{{ $x := \(operands.randomElement(using: &generator) ?? ".") }}"
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                var pipeline = ""
                for step in 0..<Int.random(in: 1...4, using: &generator) {
                    if step > 0 { pipeline += " | " }
                    pipeline += names.randomElement(using: &generator) ?? "print"
                    for _ in 0..<Int.random(in: 0...2, using: &generator) {
                        pipeline += " " + (operands.randomElement(using: &generator) ?? ".")
                    }
                }
                switch Int.random(in: 0...3, using: &generator) {
                case 0: text += "{{ range $k, $v := \(pipeline) }}{{ $k }}{{ $v }}{{ end }}"
                case 1: text += "{{ with \(pipeline) }}{{ . }}{{ end }}"
                case 2: text += "{{ $x = \(pipeline) }}{{ $x }}"
                default: text += "{{ \(pipeline) }}"
                }
            }
            guard let template = try? Template(TemplateSource(name: "t", text: text.utf8), functions: Self.functions)
            else {
                continue
            }
            let first = try? template.render(LanguageProbe.data, host: nil, options: options).bytes
            let second = try? template.render(LanguageProbe.data, host: nil, options: options).bytes
            #expect(first == second, "\(text)")
            if first != nil { rendered += 1 }
        }
        #expect(rendered > 0)
    }
}
