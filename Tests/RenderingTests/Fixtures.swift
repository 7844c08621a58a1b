import Catalog
import Diagnostics
import Rendering
import TemplateEngine

/// A target with a registry in memory: what most tests of rendering need.
struct Fixture {
    var answers: [CatalogQuery: QueryResult] = [:]
    var untrusted = UntrustedPolicy.off
    var values = Value.null
    var functions: [TemplateFunction] = []
    var registry = "main"
    var registries: Set<String> = []
    var files: [String: String] = [:]
    var options = RenderOptions()

    /// HAProxy's rules, roughly.
    static let unsafe = UnsafeBytes(
        unquoted: Set(#" "'#\$;{}"#.utf8),
        quoted: [UInt8(ascii: "\""): Set(#""\$"#.utf8), UInt8(ascii: "'"): Set("'".utf8)]
    )

    func renderer(_ templates: String...) throws -> TargetRenderer { try renderer(templates) }

    func renderer(_ templates: [String]) throws -> TargetRenderer {
        let files = files
        return try TargetRenderer(
            TargetRenderer.Configuration(
                name: "edge",
                files: templates.enumerated().map { index, text in
                    TemplateFile(TemplateSource(name: "t\(index).tmpl", text: text.utf8), destination: "/etc/t\(index)")
                },
                values: values,
                registry: registry,
                registries: registries,
                untrusted: untrusted,
                options: options,
                readFile: { path in files[path] }
            ),
            functions: functions
        )
    }

    var snapshot: CatalogSnapshot {
        CatalogSnapshot(
            answers: Dictionary(uniqueKeysWithValues: answers.map { ($0.key.qualified(byDefault: "main"), $0.value) })
        )
    }

    func render(_ templates: String...) throws -> RenderResult {
        let renderer = try renderer(templates)
        return renderer.render(snapshot, using: renderer.makeCache(), at: RenderTime(seconds: 0))
    }

    /// The text of the first file, or what came instead of it.
    func text(_ template: String) throws -> String { try Self.text(of: render(template)) }

    static func text(of result: RenderResult) -> String {
        switch result {
        case .complete(let target): String(decoding: target.files[0].bytes, as: UTF8.self)
        case .waiting(let missing, _): "waiting: \(missing.map(\.description).joined(separator: ", "))"
        case .failed(let fault, _): "failed: \(fault.message)"
        }
    }
}

func instance(
    _ id: String,
    of service: String = "web",
    node: String = "n1",
    address: String = "10.0.0.1",
    port: Int = 80,
    tags: [String] = [],
    meta: [String: String] = [:],
    health: Health = .passing,
    weights: Weights = Weights(),
) -> Instance {
    Instance(
        service: service,
        id: id,
        node: Node(id: "uuid-\(node)", name: node, address: "192.168.0.1", datacenter: "dc1", meta: ["rack": "r1"]),
        address: address,
        port: port,
        tags: tags,
        meta: meta,
        weights: weights,
        health: health
    )
}

extension SetAside {
    private var unsafeText: (text: String, byte: UInt8, position: SourcePosition)? {
        if case .unsafe(let text, let byte, let position) = cause { (text, byte, position) } else { nil }
    }

    /// The unsafe text.
    var text: String? { unsafeText?.text }
    /// The first unsafe byte.
    var byte: UInt8? { unsafeText?.byte }
    /// The line of the action that wrote it.
    var line: Int? { unsafeText?.position.line }
}
