import Catalog
import Registries

/// What it costs to read a registry file of 1 000 × 10 instances.
enum DecodeBenchmark {
    static func run(rounds: Int) throws -> [Figure] {
        let text = Corpus.registryFile(services: 1_000, instances: 10)
        let nanoseconds = try Measurement.best(of: min(rounds, 5)) {
            _ = try FileRegistryDecoder.decode(text: text, file: "services.json")
        }
        return [
            Figure(benchmark: "decode", what: "registry file, 10 000 instances", value: nanoseconds / 1e6, unit: "ms"),
            Figure(
                benchmark: "decode",
                what: "registry file, 10 000 instances",
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
