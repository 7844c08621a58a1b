import TemplateEngine
import Testing

@Suite struct BalancerFunctionTests {
    static let cases: [FunctionCase] = [
        FunctionCase("raw", .string("a;b"), gives: .string("a;b")),
        FunctionCase("raw", .int(5), gives: .int(5)),
        FunctionCase(
            "raw",
            .values(),
            faults: "expected a string, a number or a boolean as argument 1, got []interface {} of 0"
        ),
        FunctionCase("quote", .string("abc"), gives: .string(#""abc""#)),
        FunctionCase("quote", .string(#"a"b\c$d"#), gives: .string(#""a\"b\\c\$d""#)),
        FunctionCase("quote", .string("a b;{}#'é"), gives: .string(#""a b;{}#'é""#)),
        FunctionCase("quote", .string(""), gives: .string(#""""#)),
        FunctionCase("quote", .int(5), gives: .string(#""5""#)),
        FunctionCase("quote", .string("a\nb"), faults: #""a\nb" has the control character U+000A"#),
        FunctionCase("quote", .string("a\u{7F}"), faults: "has the control character U+007F"),
        FunctionCase("quote", .string("\u{0}"), faults: "has the control character U+0000"),
        FunctionCase("hostport", .string("10.0.0.1"), .int(80), gives: .string("10.0.0.1:80")),
        FunctionCase("hostport", .string("fd00::1"), .int(80), gives: .string("[fd00::1]:80")),
        FunctionCase("hostport", .string("[fd00::1]"), .int(80), gives: .string("[fd00::1]:80")),
        FunctionCase("hostport", .string("web.local"), .string("8080"), gives: .string("web.local:8080")),
        FunctionCase("hostport", .string("h"), .uint(1), gives: .string("h:1")),
        FunctionCase("hostport", .string("h"), .int(65536), faults: "65536 is not a port"),
        FunctionCase("hostport", .string("h"), .int(-1), faults: "-1 is not a port"),
        FunctionCase("hostport", .string("h"), .string("80 "), faults: #""80 " is not a port"#),
        FunctionCase("hostport", .string("h"), .string("+80"), faults: "is not a port"),
        FunctionCase("hostport", .string("h"), .float(80), faults: "expected a port as argument 2, got float64 80"),
        FunctionCase("hostport", .string(""), .int(80), faults: "the address is empty"),
        FunctionCase("hostport", .null, .int(80), faults: "expected a string as argument 1, got nil"),
        FunctionCase("fail", .string("no backends"), faults: "no backends"),
        FunctionCase("scaleWeight", .int(100), .int(50), gives: .int(50)),
        FunctionCase("scaleWeight", .int(256), .int(256), gives: .int(256)),
        FunctionCase("scaleWeight", .int(1000), .int(1000), gives: .int(256)),
        FunctionCase("scaleWeight", .int(1000), .int(500), gives: .int(128)),
        FunctionCase("scaleWeight", .int(1000), .int(1), gives: .int(1)),
        FunctionCase("scaleWeight", .int(1000), .int(0), gives: .int(0)),
        FunctionCase("scaleWeight", .int(0), .int(0), gives: .int(0)),
        FunctionCase("scaleWeight", .int(.max), .int(.max), gives: .int(256)),
        FunctionCase("scaleWeight", .int(.max), .int(1), gives: .int(1)),
        FunctionCase("scaleWeight", .int(10), .int(500), gives: .int(256)),
        FunctionCase("scaleWeight", .float(1), .float(0.2), gives: .int(1)),
        FunctionCase("scaleWeight", .int(0), .int(5), faults: "the largest weight is 0, but there is one of 5"),
        FunctionCase("scaleWeight", .int(10), .int(-5), faults: "-5 is not a weight"),
        FunctionCase("scaleWeight", .int(10), .float(.infinity), faults: "+Inf is not a weight"),
        FunctionCase(
            "scaleWeight",
            .int(10),
            .string("5"),
            faults: #"expected a weight, a number as argument 2, got string "5""#
        ),
        FunctionCase("serverName", .string("web-1.a_b:80"), gives: .string("web-1.a_b:80")),
        FunctionCase("serverName", .string("a b"), gives: .string("a_b_10a3f9f2")),
        FunctionCase("serverName", .string("a;b"), gives: .string("a_b_32c005f5")),
        FunctionCase("serverName", .string(""), gives: .string("_811c9dc5")),
        FunctionCase("serverName", .int(5), gives: .string("5")),
        FunctionCase("serverName", .string("n1"), .string("web-1"), gives: .string("n1:web-1")),
        // Chosen to be taken for "a b".
        FunctionCase("serverName", .string("a_b_10a3f9f2"), gives: .string("a_b_10a3f9f2_4175f4a6")),
        FunctionCase("serverName", .null, faults: "expected a string, a number or a boolean as argument 1, got nil"),
    ]

    @Test(arguments: cases)
    func `Balancer functions give safe texts and numbers`(_ example: FunctionCase) { example.check() }

    @Test func `raw, quote and serverName give trusted texts`() throws {
        let text = Value.untrusted("a\"b")
        #expect(try callText("raw", text).isTrusted)
        #expect(try callText("quote", text).isTrusted)
        #expect(try callText("serverName", text).isTrusted)
    }

    @Test func `hostport keeps who wrote the address and the port`() throws {
        #expect(try callText("hostport", .untrusted("fd00::1"), .int(80)).spans == [span(1, 8)])
        #expect(try callText("hostport", .untrusted("h"), .untrusted("80", 2)).spans == [span(0, 1), span(2, 4, 2)])
    }

    @Test func `Texts that differ in replaced characters only get different names`() throws {
        let names = try ["a b", "a;b", "a\tb", "a_b", "aéb"].map { try callText("serverName", .string($0)).string }
        #expect(Set(names).count == names.count)
        #expect(names[3] == "a_b")
    }

    @Test func `Every function has a name of its own`() {
        let names = StandardFunctions.pure.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
