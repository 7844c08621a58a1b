import Diagnostics
import TemplateEngine
import Testing

@Suite("Random templates")
struct FuzzTests {
    /// A small generator with a seed, so that a failure can be had again.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var word = state
            word ^= word >> 33
            word = word &* 0xFF51_AFD7_ED55_8CCD
            return word ^ (word >> 33)
        }
    }

    static let pieces = [
        "{{", "}}", "{{- ", " -}}", "{{/*", "*/}}", "if ", "else", "else if ", "end", "range ", "with ", "define ",
        "template ", "block ", "break", "continue", "\"a\"", "`b`", "\"", "`", "'x'", ".", ".name", ".list",
        ".services",
        ".ID", ".Weights.Passing", "$", "$x", "$x := ", "$i, $x := ", "$x = ", "(", ")", "|", " ", "\n", "1", "-1",
        "0x1F", "1e3", "nil", "true", "eq ", "and ", "or ", "not ", "len ", "index ", "slice ", "printf ", "print ",
        "html ", "js ", "urlquery ", "call ", "notebook.Say ", "executeTemplate ", "text", "ä", "\u{0}", "\\", "#",
        "{{end}}", "{{else}}", "{{if .yes}}", "{{range .list}}", "{{range 3}}", "{{with .map}}", "{{.evil}}",
        "{{define \"a\"}}", "{{template \"a\" .}}", "{{.name}}", "{{$x}}", "{{$x := .}}", "upper ", "join ", "list ",
    ]

    @Test("neither crash nor hang, and say where a fault is", arguments: 1...8 as ClosedRange<UInt64>)
    func pieces(seed: UInt64) {
        var generator = Generator(state: seed)
        var options = RenderOptions()
        options.maximumSteps = 5_000
        options.maximumOutput = 20_000
        options.maximumDepth = 20
        options.unsafe = LanguageProbe.unsafe
        let deadline = ContinuousClock.now.advanced(by: .milliseconds(200))
        var rendered = 0
        while ContinuousClock.now < deadline {
            var text = ""
            for _ in 0..<Int.random(in: 1...14, using: &generator) {
                text += Self.pieces.randomElement(using: &generator) ?? ""
            }
            do {
                let template = try LanguageProbe.compile(text)
                rendered += 1
                _ = try? template.render(LanguageProbe.data, host: nil, options: options)
            } catch {
                #expect(!error.diagnostics.isEmpty, "\(text.debugDescription)")
                #expect(error.diagnostics.allSatisfy { $0.position != nil }, "\(text.debugDescription)")
            }
        }
        #expect(rendered > 0)
    }

    @Test("of mutated bytes neither crash nor hang", arguments: 1...4 as ClosedRange<UInt64>)
    func bytes(seed: UInt64) {
        var generator = Generator(state: seed &+ 1_000)
        let whole = Array(
            """
            {{- define "row" }}{{ range $i, $s := . }}{{ if eq $s.Status "passing" }}server {{ $s.ID }} {{ .Port }}
            {{- else if gt $i 0 }}{{ continue }}{{ else }}{{ break }}{{ end }}{{ end }}{{ end -}}
            {{ template "row" .services }}{{ with $x := index .map "a" }}{{ $x | printf "%d" }}{{ end }}
            """.utf8
        )
        let deadline = ContinuousClock.now.advanced(by: .milliseconds(150))
        while ContinuousClock.now < deadline {
            var text = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<text.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: text[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: text.remove(at: place)
                default:
                    text.insert(
                        contentsOf: text[place..<min(text.count, place + 5)],
                        at: Int.random(in: 0...text.count, using: &generator)
                    )
                }
            }
            let template = try? Template(TemplateSource(name: "t", text: text), functions: LanguageProbe.functions)
            _ = try? template?.render(LanguageProbe.data, host: nil)
        }
    }
}
