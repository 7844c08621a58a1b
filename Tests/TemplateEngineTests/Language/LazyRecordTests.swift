import Synchronization
import TemplateEngine
import Testing

/// Records whose fields are made when they are asked for must be written as those made of their values are.
@Suite("Lazy records")
struct LazyRecordTests {
    static let source = Origin.Source(5)
    static let weights = Shape("Weights", ["Passing", "Warning"])
    static let shape = Shape("Server", ["Meta", "ID", "Port", "Weights", "Status", "Long", "Tags", "Health"])
    static let layout = RecordLayout(
        [[["ID"]], [["Port"]], [["Weights", "Passing"]], [["Status"], ["Health"]], [["Meta", "zone"]], [["Long"]]]
    )

    /// The fields, and how often they were made.
    final class Contents: RecordContents {
        let made = Atomic(0)
        let id: String
        let weight: Int

        init(id: String, weight: Int) { (self.id, self.weight) = (id, weight) }

        func fields() -> [Value] {
            made.add(1, ordering: .relaxed)
            let long = String(repeating: "long-", count: 9)
            return [
                .map(Map([(.string("zone"), untrusted("z1")), (.string("x y"), untrusted("-"))], kind: .string)),
                untrusted(id), .int(-80), .record(Record(weights, [.int(weight), .int(0)])), .string("passing"),
                untrusted(long), .list(List([untrusted("a"), untrusted("b")], kind: .string)), .string("passing"),
            ]
        }

        var lazy: Record {
            Record(shape, layout, of: self, writtenBy: source) { printer in
                printer.add(id)
                printer.add(-80)
                printer.add(weight)
                printer.add("passing", isTrusted: true)
                printer.add("z1")
                printer.add(String(repeating: "long-", count: 9))
            }
        }
    }

    static func untrusted(_ string: String) -> Value { .text(Text(string, origin: .untrusted(source))) }

    static func render(_ template: String, _ dot: Value, unsafe: String = ";") throws -> RenderOutput {
        var options = RenderOptions()
        options.unsafe = UnsafeBytes(unquoted: Set(unsafe.utf8), quoted: [:])
        return try Template(TemplateSource(name: "t", text: template.utf8), functions: StandardFunctions.pure)
            .render(dot, host: nil, options: options)
    }

    /// Templates over `.`, a list of two records; those in the first list need no field made.
    static let plainTemplates = [
        "{{range .}}{{.ID}} {{.Port}} {{.Weights.Passing}} {{.Status}}{{.Health}} {{.Meta.zone}};{{end}}",
        "{{range .}}{{if eq .Status \"passing\"}}{{.ID}}{{end}}{{if ne .Health \"x\"}}!{{end}};{{end}}",
        "{{range .}}{{if gt .Weights.Passing 1}}heavy{{else}}light{{end}}{{if lt .Port 0}}-{{end}};{{end}}",
        "{{range .}}{{if .Weights.Passing}}1{{else}}0{{end}}{{if .ID}}i{{end}}{{if .Meta.zone}}z{{end}};{{end}}",
        "{{range $i, $s := .}}{{printf \"%d %s:%d %v\" $i .ID .Port $s.Weights.Passing}};{{end}}",
        "{{range .}}{{.ID | toUpper}} {{.Weights.Passing | add 1}} {{.Meta.zone | toUpper | printf \"%q\"}};{{end}}",
        "{{range $s := .}}{{$s.ID}} {{$s.Weights.Passing}} {{with $s.Meta.zone}}{{.}}{{end}};{{end}}",
        "{{define \"d\"}}{{.ID}}:{{.Port}}{{end}}{{range .}}{{executeTemplate \"d\" .}} {{template \"d\" .}};{{end}}",
        "{{$x := index . 1}}{{$x.ID}} {{(index . 0).Weights.Passing}}",
    ]

    static let otherTemplates = [
        "{{range .}}{{.Long}} {{.Tags}} {{len .Tags}};{{end}}",
        "{{range .}}{{.Weights.Warning}} {{.Weights}};{{end}}",
        "{{range .}}{{index .Meta \"x y\"}}{{.Meta.other}}|{{.Meta}};{{end}}",
        "{{range .}}{{range $k, $v := .Meta}}{{$k}}={{$v}} {{end}};{{end}}",
        "{{range .}}{{.}}{{printf \"%v %+v\" . .}};{{end}}",
        "{{range sortBy \"ID\" .}}{{.ID}}{{end}}{{range where \"Weights.Passing\" 10 .}}{{.ID}}{{end}}",
        "{{range .}}{{eq .Tags nil}}{{.ID}}{{.Weights.Warning}}{{.ID}}{{.Weights.Passing}};{{end}}",
    ]

    private func records() -> [Contents] {
        [Contents(id: "web-1", weight: 10), Contents(id: "", weight: 0)]
    }

    @Test("are written as others, and those that templates mostly write need no field", arguments: plainTemplates)
    func printed(_ template: String) throws {
        let contents = records()
        let lazy = try Self.render(template, .list(List(contents.map { .record($0.lazy) }, kind: .record)))
        #expect(contents.map { $0.made.load(ordering: .relaxed) } == [0, 0])
        try expect(lazy, template, contents)
    }

    @Test("make their fields once, when one is wanted that is not printed", arguments: otherTemplates)
    func made(_ template: String) throws {
        let contents = records()
        let records = contents.map { Value.record($0.lazy) }
        for _ in 0..<2 {
            try expect(try Self.render(template, .list(List(records, kind: .record))), template, contents)
        }
        #expect(contents.map { $0.made.load(ordering: .relaxed) } == [3, 3])
    }

    /// Compares with what records made of the same values give.
    private func expect(_ lazy: RenderOutput, _ template: String, _ contents: [Contents]) throws {
        let eager = contents.map { Value.record(Record(Self.shape, $0.fields())) }
        let expected = try Self.render(template, .list(List(eager, kind: .record)))
        #expect(String(decoding: lazy.bytes, as: UTF8.self) == String(decoding: expected.bytes, as: UTF8.self))
    }

    @Test("keep who wrote what is printed")
    func provenance() throws {
        let record = Value.record(Contents(id: "web-1", weight: 1).lazy)
        let output = try Self.render("{{.ID}}{{.Status}}{{.ID | toUpper}}{{.Port}}", record, unsafe: "we8s")
        #expect(output.offences.map(\.source) == [Self.source])
        #expect(output.offences.map(\.text) == ["web-1"])
    }
}
