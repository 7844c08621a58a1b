import Catalog
import Registries

/// What it costs to read a registry file of 1 000 × 10 instances, as JSON and as YAML.
enum DecodeBenchmark {
    static func run(rounds: Int) throws -> [Figure] {
        let json = Corpus.registryFile(services: 1_000, instances: 10)
        let yaml = Corpus.yamlRegistryFile(services: 1_000, instances: 10)
        return try figures(of: json, file: "services.json", "JSON", rounds: rounds)
            + figures(of: yaml, file: "services.yaml", "YAML", rounds: rounds)
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
