internal import Catalog
internal import Diagnostics
internal import Yams

extension DocumentBuilder {
    private static let nodeKeys = ["id", "address", "datacenter", "meta", "tagged_addresses"]

    /// Reads the map `nodes`; a node may be its address alone, or nothing.
    mutating func readNodes(_ node: Yams.Node) {
        for entry in reader.entries(of: node, "`nodes`") ?? [] {
            guard !entry.key.isEmpty else {
                reader.report("a node has an empty name", at: entry.keyNode, hint: "give it a name")
                continue
            }
            var declaration = NodeDeclaration(
                name: entry.key,
                isListed: true,
                position: reader.source.position(of: entry.keyNode)
            )
            if case .scalar = entry.value {
                if !entry.value.isNull, let text = reader.text(of: entry.value, "node `\(entry.key)`") {
                    declaration.address = reader.address(text, at: entry.value)
                }
            } else if let fields = reader.fields(
                of: entry.value,
                "node `\(entry.key)`",
                known: Self.nodeKeys + ["checks"]
            ) {
                fill(&declaration, from: fields)
                if let list = fields["checks"], !list.isNull {
                    declaration.checks = checks(in: fields).map { check in
                        var check = check
                        check.node = entry.key
                        return check
                    }
                }
            }
            document.nodes.append(declaration)
        }
    }

    /// The `node` of an instance, by name or as a map that says what it is; nil if it is not there.
    mutating func nodeName(in fields: Fields) -> String? {
        guard let node = fields["node"] else { return nil }
        guard case .mapping = node else { return reader.name("node", in: fields) }
        guard let parts = reader.fields(of: node, "`node`", known: ["name"] + Self.nodeKeys) else { return nil }
        guard parts["name"] != nil else {
            reader.report("`node` has no `name`", at: node, hint: "give it one, or write the name alone: `node: n1`")
            return nil
        }
        guard let name = reader.name("name", in: parts) else { return nil }
        var declaration = NodeDeclaration(name: name, position: reader.source.position(of: node))
        fill(&declaration, from: parts)
        document.nodes.append(declaration)
        return name
    }

    private mutating func fill(_ declaration: inout NodeDeclaration, from fields: Fields) {
        declaration.id = reader.text("id", in: fields)
        declaration.address = reader.address("address", in: fields)
        declaration.datacenter = reader.name("datacenter", in: fields)
        declaration.meta = reader.textMap("meta", in: fields)
        declaration.taggedAddresses = nodeAddresses(in: fields)
    }

    /// A node's `{lan: 10.0.0.1}`; nil if it is not there or null.
    private mutating func nodeAddresses(in fields: Fields) -> [String: String]? {
        guard let node = fields["tagged_addresses"], !node.isNull else { return nil }
        var addresses: [String: String] = [:]
        for entry in reader.entries(of: node, "`tagged_addresses`") ?? [] {
            guard let text = reader.text(of: entry.value, "`\(entry.key)` of `tagged_addresses`") else { continue }
            addresses[entry.key] = reader.address(text, at: entry.value)
        }
        return addresses
    }

    /// The list `checks`, sorted by ID as Consul lists them; whose they are is filled in by the caller.
    mutating func checks(in fields: Fields) -> [Check] {
        guard let node = fields["checks"], !node.isNull else { return [] }
        var checks: [(check: Check, node: Yams.Node)] = []
        for item in reader.items(of: node, "`checks`") ?? [] {
            let known = ["id", "name", "status", "output", "notes", "type"]
            guard let parts = reader.fields(of: item, "a check", known: known) else { continue }
            let name = reader.text("name", in: parts)
            guard let id = reader.name("id", in: parts) ?? name else {
                if parts["id"] == nil { reader.report("a check has no `id`", at: item, hint: "give it one") }
                continue
            }
            guard parts["status"] != nil else {
                reader.report("check `\(id)` has no `status`", at: item, hint: "say passing, warning or critical")
                continue
            }
            guard let status = reader.health("status", in: parts) else { continue }
            if let first = checks.first(where: { $0.check.id == id }) {
                reader.report(
                    "check `\(id)` stands twice in one list",
                    at: item,
                    hint: "give each check an `id` of its own",
                    notes: [.init("the other one", at: reader.source.position(of: first.node))]
                )
                continue
            }
            let check = Check(
                id: id,
                name: name ?? id,
                status: status,
                notes: reader.text("notes", in: parts) ?? "",
                output: reader.text("output", in: parts) ?? "",
                type: reader.text("type", in: parts) ?? ""
            )
            checks.append((check, item))
        }
        return checks.map(\.check).sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }
}
