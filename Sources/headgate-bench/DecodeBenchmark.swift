import Catalog
import Registries

/// What it costs to read a registry file of 1 000 × 10 instances, as JSON and as YAML, and an answer of Consul with 1 000
/// instances.
enum DecodeBenchmark {
    static func run(rounds: Int) throws -> [Figure] {
        let json = Corpus.registryFile(services: 1_000, instances: 10)
        let yaml = Corpus.yamlRegistryFile(services: 1_000, instances: 10)
        return try figures(of: json, file: "services.json", "JSON", rounds: rounds)
            + figures(of: yaml, file: "services.yaml", "YAML", rounds: rounds)
            + consulFigures(nodes: 1_000, rounds: rounds) + consulFigures(nodes: 100, rounds: rounds)
    }

    /// For the first time, and when the same answer comes once more.
    private static func consulFigures(nodes: Int, rounds: Int) throws -> [Figure] {
        let body = Corpus.consulAnswer(instances: 1_000, nodes: nodes)
        let query = CatalogQuery.service(name: "web")
        let decoder = ConsulDecoder(hostnames: false)
        let known = try decoder.result(of: body, to: query)
        return try [("", nil), (", again", known.result)].map { word, previous in
            let nanoseconds = try Measurement.best(of: rounds) {
                _ = try decoder.result(of: body, to: query, reusing: previous)
            }
            return Figure(
                benchmark: "decode",
                what: "Consul's answer, 1 000 instances on \(nodes) nodes\(word)",
                value: Double(body.count) / nanoseconds * 1e3,
                unit: "MB/s"
            )
        }
    }

    private static func figures(of text: String, file: String, _ format: String, rounds: Int) throws -> [Figure] {
        let nanoseconds = try Measurement.best(of: rounds) {
            _ = try FileRegistryDecoder.decode(text: text, file: file)
        }
        let what = "registry file in \(format), 10 000 instances"
        return [
            Figure(benchmark: "decode", what: what, value: nanoseconds / 1e6, unit: "ms"),
            Figure(
                benchmark: "decode",
                what: what,
                value: Double(text.utf8.count) / nanoseconds * 1e3,
                unit: "MB/s"
            ),
        ]
    }
}

extension Corpus {
    static func contents(services: Int, instances: Int) throws -> RegistryContents {
        try FileRegistryDecoder.decode(
            text: registryFile(services: services, instances: instances),
            file: "services.json"
        )
    }
}
