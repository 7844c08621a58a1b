import Diagnostics
import Rendering
import TemplateEngine
import Testing

@Suite("include")
struct IncludeTests {
    /// A template with files beside it.
    private func template(_ text: String, _ files: [String: String]) throws(TemplateFaults) -> Template {
        try Template(
            TemplateSource(name: "main.tmpl", text: text.utf8),
            partials: [],
            functions: StandardFunctions.pure,
            loadPartial: { path, includer throws(FunctionFault) in
                let directory = includer.name.split(separator: "/").dropLast().joined(separator: "/")
                let place = directory.isEmpty ? path : "\(directory)/\(path)"
                guard let text = files[place] else { throw FunctionFault("there is no file \(place)") }
                return TemplateSource(name: place, text: text.utf8)
            }
        )
    }

    private func output(_ text: String, _ files: [String: String], _ dot: Value = .string("dot")) throws -> String {
        String(decoding: try template(text, files).render(dot, host: nil).bytes, as: UTF8.self)
    }

    @Test(
        "gives what the file gives",
        arguments: [
            ("<{{ include \"a\" }}>", ["a": "[{{ . }}]"], "<[dot]>"),
            ("<{{ include \"a\" 7 }}>", ["a": "[{{ . }}]"], "<[7]>"),
            ("<{{ 7 | include \"a\" }}>", ["a": "[{{ . }}{{ $ }}]"], "<[77]>"),
            ("{{ include \"a\" | indent 2 }}", ["a": "x\ny"], "  x\n  y"),
            ("{{ include \"a\" }}{{ include \"a\" 1 }}", ["a": "{{ . }}"], "dot1"),
            ("{{ include \"a\" }}{{ template \"d\" }}", ["a": "{{ define \"d\" }}D{{ end }}x"], "xD"),
            ("{{ include \"sub/a\" }}", ["sub/a": "{{ include \"b\" }}", "sub/b": "B", "b": "no"], "B"),
            ("{{ range loop 2 }}{{ include \"a\" }}{{ end }}", ["a": "{{ . }};"], "0;1;"),
            ("{{ if false }}{{ include \"a\" }}{{ end }}ok", ["a": "x"], "ok"),
            ("{{ $x := include `a` }}{{ len $x }}", ["a": "four"], "4"),
        ]
    )
    func outputs(text: String, files: [String: String], expected: String) throws {
        #expect(try output(text, files) == expected)
    }

    @Test("a fault of parsing is in its own file, and the includes that led there are told")
    func parseFault() {
        let faults = #expect(throws: TemplateFaults.self) {
            try template("{{ include \"a\" }}", ["a": "\n{{ include \"b\" }}", "b": "{{ nosuch }}{{ .x"])
        }
        #expect(
            faults?.diagnostics.map(\.description).first == """
                b:1:4: error: function "nosuch" not defined
                 1 | {{ nosuch }}{{ .x
                   |    ^~~~~~
                a:2:12: note: included here
                main.tmpl:1:12: note: included here
                hint: a field of the dot is written .nosuch
                """
        )
        #expect(faults?.diagnostics.count == 2)
    }

    @Test("a fault of rendering tells the chain")
    func renderFault() throws {
        let template = try template("{{ include \"a\" }}", ["a": "{{ fail \"no\" }}"])
        let fault = #expect(throws: Diagnostic.self) { try template.render(.null, host: nil) }
        #expect(fault?.position?.description == "a:1:4")
        #expect(fault?.notes.first?.message == "in template \"a\", called here")
        #expect(fault?.notes.first?.position?.description == "main.tmpl:1:4")
    }

    @Test("a file that includes itself ends at the limit of depth")
    func recursion() throws {
        let template = try template("{{ include \"a\" }}", ["a": "x{{ include \"a\" }}"])
        let fault = #expect(throws: Diagnostic.self) { try template.render(.null, host: nil) }
        #expect(fault?.message == "templates call templates more than 1000 deep")
    }

    @Test("files without end are refused")
    func tooMany() {
        let faults = #expect(throws: TemplateFaults.self) {
            try Template(
                TemplateSource(name: "0", text: "{{ include \"x\" }}".utf8),
                partials: [],
                functions: [],
                loadPartial: { _, includer in
                    TemplateSource(name: includer.name + "x", text: "{{ include \"x\" }}".utf8)
                }
            )
        }
        #expect(faults?.diagnostics.map(\.message) == ["more than 500 files are included"])
    }

    @Test(
        "says what is wrong",
        arguments: [
            ("{{ include \"b\" }}", "there is no file b"),
            ("{{ include .x }}", "include needs the name of the file in quotes"),
            ("{{ \"a\" | include }}", "include needs the name of the file in quotes"),
            ("{{ include }}", "include needs the name of the file in quotes"),
        ]
    )
    func faults(text: String, message: String) {
        let faults = #expect(throws: TemplateFaults.self) { try template(text, ["a": ""]) }
        #expect(faults?.diagnostics.map(\.message) == [message])
    }

    @Test("without files to read it is refused, unless there is a function of that name")
    func noFiles() throws {
        let faults = #expect(throws: TemplateFaults.self) { try Fixture().renderer("{{ include \"a\" }}") }
        #expect(faults?.diagnostics.map(\.message) == ["include has no files to read here"])
    }
}
