import Diagnostics
import TemplateEngine
import Testing

/// Fields that records keep printed must be written as all others are.
@Suite("Printed fields")
struct PrintedFieldTests {
    static let source = Origin.Source(3)

    static func record(_ fields: [Value]) -> Value {
        .record(Record(Shape("T", fields.indices.map { "F\($0)" }), fields))
    }

    static func untrusted(_ string: String) -> Value { .text(Text(string, origin: .untrusted(source))) }

    static func render(_ text: String, _ dot: Value, unsafe: String? = nil) throws -> RenderOutput {
        var options = RenderOptions()
        options.unsafe = unsafe.map { UnsafeBytes(unquoted: Set($0.utf8), quoted: [:]) }
        return try Template(TemplateSource(name: "t", text: text.utf8), functions: [])
            .render(dot, host: nil, options: options)
    }

    static func text(_ output: RenderOutput) -> String { String(decoding: output.bytes, as: UTF8.self) }

    @Test(
        "A field is written whole, whatever its length",
        arguments: [0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 64, 300]
    )
    func lengths(_ length: Int) throws {
        let field = String((0..<length).map { Character(UnicodeScalar(UInt8(ascii: "a") + UInt8($0 % 26))) })
        let dot = Self.record([.string("<"), Self.untrusted(field), .int(-7), .string(">")])
        let output = try Self.render("{{.F0}}{{.F1}}{{.F2}}{{.F3}}", dot, unsafe: " ")
        #expect(Self.text(output) == "<\(field)-7>")
        #expect(output.offences.isEmpty)
    }

    @Test("A text after the field may have any length", arguments: [0, 1, 15, 16, 17, 31, 32, 33, 100])
    func texts(_ length: Int) throws {
        let text = String(repeating: "-", count: length)
        #expect(Self.text(try Self.render("\(text){{.F0}}\(text)", Self.record([.string("x")]))) == "\(text)x\(text)")
    }

    @Test(
        "More fields than are kept printed are written all the same",
        arguments: [1, 5, 17, 18, 24, 25, 63, 64, 65, 90]
    )
    func manyFields(_ count: Int) throws {
        let dot = Self.record((0..<count).map { Self.untrusted("value-\($0)-of-some-length") })
        let template = (0..<count).map { "{{.F\($0)}} " }.joined()
        let expected = (0..<count).map { "value-\($0)-of-some-length " }.joined()
        #expect(Self.text(try Self.render(template, dot, unsafe: ";")) == expected)
    }

    @Test("The numbers of all lengths", arguments: [0, 9, 10, -1, 65_535, Int.max, Int.min])
    func numbers(_ number: Int) throws {
        #expect(
            Self.text(try Self.render("{{.F0}}|{{printf \"%d\" .F0}}", Self.record([.int(number)])))
                == "\(number)|\(number)"
        )
    }

    @Test("A byte that is plain but called unsafe is found")
    func unsafePlainByte() throws {
        let output = try Self.render("{{.F0}}", Self.record([Self.untrusted("a:b")]), unsafe: ":")
        #expect(output.offences.map(\.byte) == [UInt8(ascii: ":")])
    }

    @Test("Gathered text keeps who wrote a plain field")
    func gathered() throws {
        let template =
            "{{define \"d\"}}[{{.F0}}]{{end}}{{executeTemplate \"d\" . | printf \"%q\"}}{{executeTemplate \"d\" .}}"
        let output = try Self.render(template, Self.record([Self.untrusted("a-b")]), unsafe: "b")
        #expect(Self.text(output) == "\"[a-b]\"[a-b]")
        #expect(output.offences.map(\.source) == [Self.source, Self.source])
    }

    @Test(
        "Comparisons see the whole field",
        arguments: [
            ("passing", true), ("passing1", false), ("passin", false), ("", false), ("critical", false),
        ]
    )
    func comparisons(_ field: String, _ isEqual: Bool) throws {
        let template = "{{if eq .F0 \"passing\"}}yes{{else}}no{{end}}{{if ne .F0 \"passing\"}}no{{else}}yes{{end}}"
        let expected = isEqual ? "yesyes" : "nono"
        #expect(Self.text(try Self.render(template, Self.record([Self.untrusted(field)]))) == expected)
    }

    @Test(
        "A loop shows every record, also those of another shape, and what follows sees the outer dot",
        arguments: ["{{range .F0}}{{.F0}},{{end}}{{.F1}}", "{{range $r := .F0}}{{$r.F0}},{{end}}{{.F1}}"]
    )
    func loops(_ template: String) throws {
        let records = [
            Self.record([.string("a")]), Self.record([.string("b"), .int(1)]), Self.record([.string("c d")]),
            Self.record([.list(List([.int(1), .int(2)]))]), Self.record([.null]),
        ]
        let dot = Self.record([.list(List(records, kind: .record)), .string("outer")])
        #expect(Self.text(try Self.render(template, dot)) == "a,b,c d,[1 2],<no value>,outer")
    }

    @Test(
        "and in a condition holds if all of its operands do",
        arguments: [
            ("and .F0 .F1", "no"), ("and .F0 (eq .F0 \"x\") (gt .F2 1)", "yes"), ("and .F0 (eq .F0 \"y\") .F9", "no"),
            ("and (or .F1 .F0) (not .F1)", "yes"), ("and .F0", "yes"), ("and (and .F0 .F2) (and .F2 .F1)", "no"),
        ]
    )
    func conjunctions(_ condition: String, _ expected: String) throws {
        let dot = Self.record([.string("x"), .string(""), .int(2)])
        #expect(Self.text(try Self.render("{{if \(condition)}}yes{{else}}no{{end}}", dot)) == expected)
    }
}
