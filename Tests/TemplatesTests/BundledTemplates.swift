import Catalog
import Rendering
import Settings
import TemplateEngine

/// What a bundled template gives for a registry's content.
func render(
    _ profileName: String,
    _ instances: [Instance],
    values: Value = .null,
    missingKey: RenderOptions.MissingKey = .zero,
) throws -> (text: String, setAside: Int) {
    let profile = try Profile.load(profileName)
    var options = RenderOptions()
    options.missingKey = missingKey
    let quoting = profile.quoting ?? QuotingSettings(unquoted: "", quotes: [:])
    let unsafe = UnsafeBytes(
        unquoted: Set(quoting.unquoted.utf8),
        quoted: Dictionary(uniqueKeysWithValues: quoting.quotes.map { (Array($0.utf8)[0], Set($1.utf8)) })
    )
    let source = TemplateSource(name: profile.file.template, text: Array(profile.templateContents.utf8))
    let renderer = try TargetRenderer(
        .init(
            name: profileName,
            files: [TemplateFile(source, destination: "/out")],
            values: values,
            registry: "main",
            untrusted: .setAside(unsafe),
            options: options
        ),
        functions: StandardFunctions.pure
    )
    let contents = RegistryContents(instances: instances)
    var snapshot = CatalogSnapshot()
    let cache = renderer.makeCache()
    while true {
        switch renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0)) {
        case .complete(let target):
            return (String(decoding: target.files[0].bytes, as: UTF8.self), target.setAside.count)
        case .failed(let fault, _): throw fault
        case .waiting(let missing, let dependencies):
            let answers = dependencies.queries.map { ($0, contents.answer($0)) }
            if snapshot.merge(Dictionary(uniqueKeysWithValues: answers)).isEmpty { throw Stuck(missing: missing.count) }
        }
    }
}

/// A template waits for what it has been given.
struct Stuck: Error {
    var missing: Int
}

/// Instances in every state, with what registrations may hold.
let everyState: [Instance] = [
    instance("web", "web", "n1", "10.0.0.1", weights: Weights(passing: 10, warning: 1)),
    instance("web", "web", "n2", "10.0.0.2", weights: Weights(passing: 5, warning: 2), .warning),
    instance("web", "web-3", "n3", "10.0.0.3", .draining),
    instance("web", "web-4", "n3", "fd00::12", .maintenance),
    instance("web", "web-5", "n3", "10.0.0.5", .critical),
    instance("web", "web six", "n3", "10.0.0.6"),
    instance("web", "no-port", "n3", "10.0.0.7", port: 0),
    instance("evil", "x\n}server", "n3", "10.0.0.8"),
    instance("evil", "y", "n3", "10.0.0.9 backup"),
    instance("big", "b1", "n3", "10.0.0.10", weights: Weights(passing: 65535, warning: 1)),
    instance("big", "b2", "n3", "10.0.0.11", weights: Weights(passing: 3, warning: 1)),
    instance("dotted.name", "b3", "n3", "10.0.0.12"),
    instance("gone", "g", "n3", "10.0.0.13", .critical),
]

private func instance(
    _ service: String,
    _ id: String,
    _ node: String,
    _ address: String,
    port: Int = 8080,
    weights: Weights = Weights(),
    _ health: Health = .passing,
) -> Instance {
    Instance(
        service: service,
        id: id,
        node: Node(name: node, address: "10.9.9.9"),
        address: address,
        port: port,
        weights: weights,
        health: health
    )
}
