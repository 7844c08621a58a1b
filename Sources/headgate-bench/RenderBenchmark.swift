import Catalog
import Diagnostics
import Registries
import Rendering
import TemplateEngine

/// What rendering costs: for each line that a server takes in the output, or for each field that is written.
enum RenderBenchmark {
    /// A template over a registry of some size.
    struct Case {
        var what: String
        var template: String
        var services = 1_000
        var instances = 10
        /// What the time is divided by, for each instance, and how it is called.
        var share = 1.0
        var unit = "ns a line"

        var name: String { "\(what), \(services) × \(instances)" }

        static let all = [
            Case(what: "HAProxy configuration", template: Corpus.template),
            Case(what: "HAProxy configuration", template: Corpus.template, services: 1, instances: 1_000),
            Case(what: "plain fields", template: Corpus.plainTemplate, share: 4, unit: "ns a field"),
            Case(
                what: "plain fields",
                template: Corpus.plainTemplate,
                services: 1,
                instances: 1_000,
                share: 4,
                unit: "ns a field"
            ),
            Case(
                what: "printf, pipelines and conditions",
                template: Corpus.mixedTemplate,
                share: Corpus.mixedFields,
                unit: "ns a field"
            ),
            Case(
                what: "printf, pipelines and conditions",
                template: Corpus.mixedTemplate,
                services: 1,
                instances: 1_000,
                share: Corpus.mixedFields,
                unit: "ns a field"
            ),
        ]
    }

    /// - Parameter only: Measures the works that have this in their name; all of them, if it is empty.
    static func run(rounds: Int, only: String = "") throws -> [Figure] {
        try Case.all.filter { only.isEmpty || $0.name.contains(only) }.flatMap { try measure($0, rounds: rounds) }
    }

    static func measure(_ work: Case, rounds: Int) throws -> [Figure] {
        let contents = try Corpus.contents(services: work.services, instances: work.instances)
        let renderer = try TargetRenderer(
            TargetRenderer.Configuration(
                name: "bench",
                files: [TemplateFile(TemplateSource(name: "bench.tmpl", text: work.template.utf8), destination: "")],
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
        let shares = Double(work.services * work.instances) * work.share
        return [
            Figure(benchmark: "render", what: work.name, value: nanoseconds / shares, unit: work.unit),
            Figure(benchmark: "render", what: work.name, value: Double(bytes) / nanoseconds * 1e3, unit: "MB/s"),
        ]
    }
}
