internal import Catalog
internal import Diagnostics
internal import Documents

/// Builds a `RegistryDocument` from a file's tree, the top level here and each part in its own file.
struct DocumentBuilder {
    var reader: RegistryFileReader
    var document: RegistryDocument
    var defaults = InstanceDefaults()

    private static let keys = KnownKeys(
        names: ["version", "datacenter", "datacenters", "own_node", "defaults", "nodes", "services", "kv"]
    )

    init(file: String, addresses: AddressSyntax) {
        reader = RegistryFileReader(addresses: addresses)
        document = RegistryDocument(file: file)
    }

    /// Reads the whole tree.
    mutating func read(_ tree: Document) {
        for fault in tree.faults { reader.report(fault) }
        guard let root = tree.root, !root.isNull else {
            reader.report(
                tree.file.fault(
                    "the file is empty",
                    0..<1,
                    hint: "a registry without services is written `services: {}`"
                )
            )
            return
        }
        guard let fields = reader.fields(root, of: "a registry file", Self.keys) else { return }
        if fields.value(of: "version") != nil,
            let version: Int = reader.integer("version", in: fields, within: 0...Int.max),
            version != 1, let node = fields.value(of: "version")
        {
            reader.report(node.fault("version \(version) is not known", hint: "this headgate reads version 1"))
        }
        document.datacenter = placedName("datacenter", in: fields)
        document.datacenters = reader.texts("datacenters", in: fields)
        document.ownNode = placedName("own_node", in: fields)
        if let node = fields.value(of: "defaults"), !node.isNull { readDefaults(node) }
        if let node = fields.value(of: "nodes"), !node.isNull { readNodes(node) }
        if let node = fields.value(of: "services"), explicit(node, "services", empty: "services: {}") {
            readServices(node)
        }
        if let node = fields.value(of: "kv"), explicit(node, "kv", empty: "kv: {}") { readKeys(node) }
        if reader.isFaultless, ["services", "nodes", "kv"].allSatisfy({ fields.value(of: $0) == nil }) {
            // It may be half of a file, and it would empty everything.
            reader.report(
                root.fault(
                    "the file has neither `services` nor `nodes` nor `kv`",
                    hint: "a registry without services is written `services: {}`"
                )
            )
        }
    }

    /// Whether what empties a part of the registry is really there: nothing behind the colon may be half a file.
    mutating func explicit(_ node: SourceNode, _ key: String, empty: String) -> Bool {
        guard node.isNull else { return true }
        reader.report(node.fault("`\(key)` has nothing in it", hint: "if there is none, write `\(empty)`"))
        return false
    }

    private mutating func placedName(_ key: String, in fields: Fields) -> Placed<String>? {
        guard let node = fields.value(of: key), let name = reader.name(key, in: fields) else { return nil }
        return Placed(name, at: node.place)
    }
}
