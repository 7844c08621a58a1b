import Catalog
import Diagnostics
import Registries
import Rendering
import TemplateEngine

/// What rendering costs, for each line that a server takes in the output.
enum RenderBenchmark {
    static func run(rounds: Int) throws -> [Figure] {
        let contents = try Corpus.contents(services: 1_000, instances: 10)
        let lines = Double(10_000)
        return try [
            measure("HAProxy configuration, 1 000 × 10", Corpus.template, contents, lines: lines, rounds: rounds),
            measure(
                "four plain fields a line, 1 000 × 10",
                Corpus.plainTemplate,
                contents,
                lines: lines,
                rounds: rounds
            ),
            measure(
                "printf, pipelines and conditions, 1 000 × 10",
                Corpus.mixedTemplate,
                contents,
                lines: lines,
                rounds: rounds
            ),
        ].flatMap(\.self)
    }

    private static func measure(
        _ what: String,
        _ template: String,
        _ contents: RegistryContents,
        lines: Double,
        rounds: Int,
    ) throws -> [Figure] {
        let renderer = try TargetRenderer(
            TargetRenderer.Configuration(
                name: "bench",
                files: [TemplateFile(TemplateSource(name: "bench.tmpl", text: template.utf8), destination: "")],
                registry: "main",
                untrusted: .setAside(UnsafeBytes(unquoted: Set(" \t'\"\\;{}#$".utf8), quoted: [:]))
            ),
            functions: StandardFunctions.pure
        )
        let cache = renderer.makeCache()
        var snapshot = CatalogSnapshot()
        var bytes = 0
        // The first passes find the dependencies and build the records; what is measured is rendering again.
        for _ in 0..<4 {
            switch renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0)) {
            case .complete(let rendered): bytes = rendered.files[0].bytes.count
            case .waiting(_, let dependencies):
                _ = snapshot.merge(
                    Dictionary(
                        uniqueKeysWithValues: dependencies.queries.map {
                            ($0, contents.answer($0.unqualified(byDefault: "main")))
                        }
                    )
                )
            case .failed(let fault, _): throw fault
            }
        }
        let nanoseconds = Measurement.best(of: rounds) {
            _ = renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0))
        }
        return [
            Figure(benchmark: "render", what: what, value: nanoseconds / lines, unit: "ns a line"),
            Figure(benchmark: "render", what: what, value: Double(bytes) / nanoseconds * 1e3, unit: "MB/s"),
        ]
    }
}
