internal import Catalog
internal import Diagnostics
internal import Yams

/// Builds a `RegistryDocument` from a file's tree, the top level here and each part in its own file.
struct DocumentBuilder {
    var reader: DocumentReader
    var document: RegistryDocument
    var defaults = InstanceDefaults()

    private static let keys = [
        "version", "datacenter", "datacenters", "own_node", "defaults", "nodes", "services", "kv",
    ]

    init(source: YAMLSource, addresses: AddressSyntax) {
        reader = DocumentReader(source: source, addresses: addresses)
        document = RegistryDocument(file: source.file)
    }

    /// Reads the whole tree.
    mutating func read(_ root: Yams.Node?) {
        guard let root, !root.isNull else {
            reader.report(
                Diagnostic(
                    "the file is empty",
                    at: SourcePosition(file: document.file, line: 1, column: 1),
                    hint: "a registry without services is written `services: {}`"
                )
            )
            return
        }
        guard let fields = reader.fields(of: root, "a registry file", known: Self.keys) else { return }
        if fields["version"] != nil, let version: Int = reader.integer("version", in: fields, within: 0...Int.max),
            version != 1, let node = fields["version"]
        {
            reader.report("version \(version) is not known", at: node, hint: "this headgate reads version 1")
        }
        document.datacenter = placedName("datacenter", in: fields)
        document.datacenters = reader.texts("datacenters", in: fields)
        document.ownNode = placedName("own_node", in: fields)
        if let node = fields["defaults"], !node.isNull { readDefaults(node) }
        if let node = fields["nodes"], !node.isNull { readNodes(node) }
        if let node = fields["services"], explicit(node, "services", empty: "services: {}") { readServices(node) }
        if let node = fields["kv"], explicit(node, "kv", empty: "kv: {}") { readKeys(node) }
    }

    /// All faults: those of values, and those of entries that contradict each other.
    ///
    /// What is lacking is a fault only if the file is the whole registry, as another one may have it else.
    func finishedFaults(isWhole: Bool) -> [Diagnostic] {
        var complete = reader
        for conflict in MergedRegistry(merging: [document]).conflicts where isWhole || conflict.kind == .clash {
            complete.report(conflict.diagnostic)
        }
        return complete.finishedFaults()
    }

    /// Whether what empties a part of the registry is really there: nothing behind the colon may be half a file.
    mutating func explicit(_ node: Yams.Node, _ key: String, empty: String) -> Bool {
        guard node.isNull else { return true }
        reader.report("`\(key)` has nothing in it", at: node, hint: "if there is none, write `\(empty)`")
        return false
    }

    private mutating func placedName(_ key: String, in fields: Fields) -> Placed<String>? {
        guard let node = fields[key], let name = reader.name(key, in: fields) else { return nil }
        return Placed(name, at: reader.source.position(of: node))
    }
}
