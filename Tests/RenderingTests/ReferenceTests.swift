import Catalog
import FoundationEssentials
import Rendering
import TemplateEngine
import Testing

@Suite("The reference of the language")
struct ReferenceTests {
    /// An example of the reference: a template and its output.
    struct Example: Sendable, CustomTestStringConvertible {
        var line: Int
        /// The function that the line describes.
        var function: String?
        var template: String
        var output: String
        var testDescription: String { "line \(line): \(template)" }
    }

    /// Lines of the form ``- `signature`: words. `template` → `output` ``.
    static let examples: [Example] = {
        let path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        guard let text = try? String(contentsOfFile: "\(path)/Sources/TemplateEngine/Reference.md", encoding: .utf8)
        else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
            guard line.hasPrefix("- "), let arrow = line.firstRange(of: " → ") else { return nil }
            let right = String(line[arrow.upperBound...])
            let left = line[..<arrow.lowerBound]
            let mark = left.hasSuffix("``") ? "``" : "`"
            let body = left.dropLast(mark.count)
            guard let start = body.ranges(of: mark).last else { return nil }
            let signature = line.dropFirst(2).first == "`" ? line.dropFirst(3).prefix { $0 != " " && $0 != "`" } : nil
            return Example(
                line: number + 1,
                function: signature.map { String($0) },
                template: unmarked(body[start.upperBound...], mark),
                output: right == "nothing"
                    ? ""
                    : unmarked(
                        right.dropFirst(right.hasPrefix("``") ? 2 : 1).dropLast(right.hasPrefix("``") ? 2 : 1),
                        right.hasPrefix("``") ? "``" : "`"
                    )
            )
        }
    }()

    private static func unmarked(_ text: Substring, _ mark: String) -> String {
        let content = mark == "``" ? text.dropFirst().dropLast() : text
        return content.split(separator: "⏎", omittingEmptySubsequences: false).joined(separator: "\n")
    }

    private static let interfaces = HostInterfaces(
        NetworkAddress("10.1.2.3/24").map { [HostInterfaces.Interface(name: "eth0", address: $0)] } ?? []
    )

    private static let functions =
        StandardFunctions.pure + environmentFunctions { $0 == "REGION" ? "eu" : nil }
        + socketAddressFunctions { () throws(FunctionFault) in interfaces }
        + [CodecFunctions.parseYAML { _ throws(FunctionFault) in .null }]

    /// The data that the examples see.
    private static var configuration: TargetRenderer.Configuration {
        TargetRenderer.Configuration(
            name: "reference",
            files: [],
            values: .map(
                Map([
                    (.string("domain"), .string("example.com")),
                    (.string("limits"), .map(Map([(.string("rps"), .int(100)), (.string("burst"), .int(5))]))),
                ])
            ),
            registry: "main",
            readFile: { _ in "hello\n" },
            loadPartial: { path, _ throws(FunctionFault) in
                TemplateSource(name: path, text: "server {{ . }}".utf8)
            }
        )
    }

    private static var snapshot: CatalogSnapshot {
        let web = [
            instance("web-1", address: "10.0.0.1", port: 8080, tags: ["v1"], meta: ["slot": "2"]),
            instance("web-2", address: "10.0.0.2", port: 8080, tags: ["blue", "v1"], meta: ["slot": "1"]),
        ]
        let limit = KeyValue(path: "app/limit", value: "100")
        let answers: [CatalogQuery: QueryResult] = [
            .service(name: "web"): .instances(web), .services(): .services([ServiceSummary(name: "web", tags: [])]),
            .nodes(): .nodes([web[0].node]), .datacenters(): .datacenters(["dc1"]),
            .node(name: "n1"): .node(NodeServices(node: web[0].node, instances: [web[0]])),
            .key(path: "app/limit"): .key(limit), .key(path: "app/none"): .key(nil),
            .prefix(path: "app"): .keys([limit, KeyValue(path: "app/tls/cert", value: "PEM")]),
            .connect(name: "web"): .instances([instance("web-1-proxy", of: "web-sidecar-proxy", port: 21000)]),
            .preparedQuery(name: "web-anywhere"): .instances(web),
            .caRoots(): .caRoots([CertificateAuthority(id: "7b", certificate: "ROOT")]),
            .caLeaf(service: "web"): .caLeaf(LeafCertificate(certificate: "CERT", privateKey: "KEY", service: "web")),
        ]
        return CatalogSnapshot(
            answers: Dictionary(uniqueKeysWithValues: answers.map { ($0.key.qualified(byDefault: "main"), $0.value) })
        )
    }

    @Test("each example gives what the page says", arguments: examples)
    func example(_ example: Example) throws {
        var configuration = Self.configuration
        configuration.files = [
            TemplateFile(TemplateSource(name: "example", text: example.template.utf8), destination: "")
        ]
        let renderer = try TargetRenderer(configuration, functions: Self.functions)
        let result = renderer.render(Self.snapshot, using: renderer.makeCache(), at: RenderTime(seconds: 0))
        #expect(Fixture.text(of: result) == example.output)
    }

    @Test("each function is described with an example that calls it")
    func complete() {
        let described = Dictionary(grouping: Self.examples.filter { $0.function != nil }) { $0.function ?? "" }
        for function in Self.functions + RenderingFunctions.all where !function.name.hasPrefix("sprig_must") {
            #expect(
                described[function.name]?.allSatisfy { $0.template.contains(function.name) } == true,
                "\(function.name)"
            )
        }
        #expect(Self.examples.count > 200)
    }
}
