internal import Catalog
internal import Diagnostics
internal import Documents

extension DocumentBuilder {
    private static let describing = ["id", "address", "datacenter", "meta", "tagged_addresses"]
    private static let listedNodeKeys = KnownKeys(names: describing + ["checks"])
    private static let nodeKeys = KnownKeys(names: ["name"] + describing)
    private static let checkKeys = KnownKeys(names: ["id", "name", "status", "output", "notes", "type"])

    /// Reads the map `nodes`; a node may be its address alone, or nothing.
    mutating func readNodes(_ node: SourceNode) {
        for entry in reader.entries(node, of: "`nodes`") ?? [] {
            guard !entry.name.isEmpty else {
                reader.report(entry.place.fault("a node has an empty name", hint: "give it a name"))
                continue
            }
            var declaration = NodeDeclaration(
                name: entry.name,
                isListed: true,
                place: entry.place
            )
            if case .scalar = entry.value.content {
                if !entry.value.isNull, let text = reader.text(of: entry.value, "node `\(entry.name)`") {
                    declaration.address = reader.address(text, at: entry.value)
                }
            } else if let fields = reader.fields(entry.value, of: "node `\(entry.name)`", Self.listedNodeKeys) {
                fill(&declaration, from: fields)
                if let list = fields.value(of: "checks"), !list.isNull {
                    declaration.checks = checks(in: fields).map { check in
                        var check = check
                        check.node = entry.name
                        return check
                    }
                }
            }
            document.nodes.append(declaration)
        }
    }

    /// The `node` of an instance, by name or as a map that says what it is; nil if it is not there.
    mutating func nodeName(in fields: Fields) -> String? {
        guard let node = fields.value(of: "node") else { return nil }
        guard case .map = node.content else { return reader.name("node", in: fields) }
        guard let parts = reader.fields(node, of: "`node`", Self.nodeKeys) else { return nil }
        guard parts.value(of: "name") != nil else {
            reader.report(node.fault("`node` has no `name`", hint: "give it one, or write the name alone: `node: n1`"))
            return nil
        }
        guard let name = reader.name("name", in: parts) else { return nil }
        var declaration = NodeDeclaration(name: name, place: node.place)
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
        guard let node = fields.value(of: "tagged_addresses"), !node.isNull else { return nil }
        var addresses: [String: String] = [:]
        for entry in reader.entries(node, of: "`tagged_addresses`") ?? [] {
            guard let text = reader.text(of: entry.value, "`\(entry.name)` of `tagged_addresses`") else { continue }
            addresses[entry.name] = reader.address(text, at: entry.value)
        }
        return addresses
    }

    /// The list `checks`, sorted by ID as Consul lists them; whose they are is filled in by the caller.
    mutating func checks(in fields: Fields) -> [Check] {
        guard let node = fields.value(of: "checks"), !node.isNull else { return [] }
        var checks: [(check: Check, node: SourceNode)] = []
        for item in reader.items(node, of: "`checks`") ?? [] {
            guard let parts = reader.fields(item, of: "a check", Self.checkKeys) else { continue }
            let name = reader.text("name", in: parts)
            guard let id = reader.name("id", in: parts) ?? name else {
                if parts.value(of: "id") == nil {
                    reader.report(item.fault("a check has no `id`", hint: "give it one"))
                }
                continue
            }
            guard parts.value(of: "status") != nil else {
                reader.report(item.fault("check `\(id)` has no `status`", hint: "say passing, warning or critical"))
                continue
            }
            guard let status = reader.health("status", in: parts) else { continue }
            if let first = checks.first(where: { $0.check.id == id }) {
                reader.report(
                    item.fault(
                        "check `\(id)` stands twice in one list",
                        hint: "give each check an `id` of its own",
                        notes: [.init("the other one", at: first.node.position)]
                    )
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
        return checks.map(\.check).sorted { bytewise($0.id, $1.id) }
    }
}
