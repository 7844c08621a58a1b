import Diagnostics
import TemplateEngine
import Testing

@Suite("Untrusted values")
struct UntrustedTests {
    /// The offences as `source byte line:column`.
    func offences(_ template: String, options: RenderOptions? = nil) throws -> [String] {
        var judging = RenderOptions()
        judging.unsafe = LanguageProbe.unsafe
        let output = try LanguageProbe.compile(template)
            .render(LanguageProbe.data, host: nil, options: options ?? judging)
        return output.offences.map {
            "\($0.source.number) \(Character(UnicodeScalar($0.byte)).debugDescription) \($0.position.line):\($0.position.column)"
        }
    }

    @Test(
        "are judged where they are written",
        arguments: [
            ("{{.clean}}", []), ("{{.evil}}", ["7 \";\" 1:3"]),
            ("x {{.evil}} {{.evil}}", ["7 \";\" 1:5", "7 \";\" 1:15"]),
            ("{{.newline}}", ["8 \"\\n\" 1:3"]), ("\"{{.newline}}\"", ["8 \"\\n\" 1:4"]),
            ("# {{.newline}}", ["8 \"\\n\" 1:5"]),
            ("\"{{.evil}}\"", []), ("'{{.evil}}'", []), ("'a' {{.evil}}", ["7 \";\" 1:7"]),
            ("\"a\" {{.evil}}", ["7 \";\" 1:7"]),
            ("\"{{.quote}}\"", ["7 \"\\\"\" 1:4"]), ("'{{.quote}}'", []), ("{{.quote}}", ["7 \" \" 1:3"]),
            ("\"a\\\"{{.evil}}\"", []), ("\\\"{{.evil}}", ["7 \";\" 1:5"]), ("'a\\'{{.evil}}", ["7 \";\" 1:7"]),
            ("\"\n{{.evil}}", ["7 \";\" 2:3"]), ("# say {{.evil}} {{.quote}}", []), ("x # {{.evil}}", []),
            ("x#{{.evil}}", ["7 \";\" 1:5"]), ("\"#\" {{.evil}}", ["7 \";\" 1:7"]), ("# c\n{{.evil}}", ["7 \";\" 2:3"]),
            ("{{range 3}}{{$.evil}}{{end}}", ["7 \";\" 1:14"]), ("{{.name}};{}", []),
        ]
    )
    func judged(template: String, expected: [String]) throws {
        #expect(try offences(template) == expected)
    }

    @Test(
        "are followed through functions and pipelines",
        arguments: [
            ("{{printf \"server %s;\" .clean}}", []), ("{{printf \"server %s\" .evil}}", ["7 \";\" 1:3"]),
            ("{{print .clean \";\" .evil}}", ["7 \";\" 1:3"]), ("{{join \"; \" (list .clean \"a b\")}}", []),
            ("{{join \" \" (list .clean .evil .newline)}}", ["7 \";\" 1:3", "8 \"\\n\" 1:3"]),
            ("{{upper .evil}}", ["7 \";\" 1:3"]), ("{{.evil | upper | printf \"%s\"}}", ["7 \";\" 1:3"]),
            ("{{slice .evil 0 1}}", []), ("{{slice .evil 1}}", ["7 \";\" 1:3"]), ("{{list .clean \"a b\"}}", []),
            ("{{list .evil}}", ["7 \";\" 1:3"]), ("{{raw .evil}}", []), ("{{quote .evil}}", []),
            ("{{$x := .evil}}{{$x}}", ["7 \";\" 1:18"]), ("{{with .evil}}{{.}}{{end}}", ["7 \";\" 1:17"]),
            ("{{or .empty .evil}}", ["7 \";\" 1:3"]), ("{{html .quote}}", ["7 \" \" 1:3"]), ("{{urlquery .evil}}", []),
            ("{{define \"a\"}}{{.}}{{end}}{{template \"a\" .evil}}", ["7 \";\" 1:17"]),
            ("{{define \"a\"}};{{.}}{{end}}{{executeTemplate \"a\" .evil}}", ["7 \";\" 1:30"]),
            ("{{define \"a\"}}; {{.}}{{end}}{{executeTemplate \"a\" .clean}}", []),
            ("{{define \"a\"}}{{.}}{{end}}{{executeTemplate \"a\" .evil | quote}}", []),
            ("{{define \"a\"}}{{.}}{{end}}\"{{executeTemplate \"a\" .evil}}\"", []),
            ("{{if eq .evil \"a;b\"}}ok{{end}}{{len .evil}}", []),
        ]
    )
    func followed(template: String, expected: [String]) throws {
        #expect(try offences(template) == expected)
    }

    @Test("are not judged when nobody asks")
    func off() throws {
        #expect(try offences("{{.evil}}{{.newline}}", options: RenderOptions()) == [])
    }

    @Test("are reported with the text they are in")
    func report() throws {
        var options = RenderOptions()
        options.unsafe = LanguageProbe.unsafe
        let output = try LanguageProbe.compile("{{printf \"server %s x\" .evil}}")
            .render(LanguageProbe.data, host: nil, options: options)
        #expect(output.offences.first?.text == "server a;b x")
        #expect(String(decoding: output.bytes, as: UTF8.self) == "server a;b x")
    }

    @Test("keep their spans through each operation on texts")
    func spans() {
        let seven = Origin.Source(7)
        let eight = Origin.Source(8)
        let text = Text.concatenated([
            Text("ab"), Text("cd", origin: .untrusted(seven)), Text("ef"), Text("gh", origin: .untrusted(eight)),
        ])
        func shown(_ text: Text) -> [String] {
            text.spans.map { "\($0.range.lowerBound)-\($0.range.upperBound):\($0.source.number)" }
        }
        #expect(text.string == "abcdefgh")
        #expect(shown(text) == ["2-4:7", "6-8:8"])
        #expect(shown(text.slice(3..<7)) == ["0-1:7", "3-4:8"])
        #expect(shown(text.slice(0..<2)) == [] && text.slice(0..<2).isTrusted)
        #expect(shown(text.slice(2..<4)) == ["0-2:7"])
        #expect(shown(text.slice(-5..<99)) == ["2-4:7", "6-8:8"])
        #expect(shown(text.transformed { $0.uppercased() }) == ["0-8:7"])
        #expect(shown(text.transformed(keepsPlaces: true) { $0.uppercased() }) == ["2-4:7", "6-8:8"])
        #expect(shown(Text.joined([text, text], separator: Text("-"))) == ["2-4:7", "6-8:8", "11-13:7", "15-17:8"])
        #expect(shown(text.replacingScalars { $0 == "c" ? "xyz" : nil }) == ["2-6:7", "8-10:8"])
        #expect(shown(text.trusted()) == [])
        #expect(text.firstSource == seven)
        let cut = Text("aä", origin: .mixed(SpanList([SpanList.Span(1..<3, seven)]))).slice(0..<2)
        #expect(cut.string == "a\u{FFFD}" && shown(cut) == ["0-4:7"])
        let adjacent = Text.concatenated([Text("a", origin: .untrusted(seven)), Text("b", origin: .untrusted(seven))])
        guard case .untrusted = adjacent.origin else {
            Issue.record("pieces of one source make a text of that source")
            return
        }
    }
}
