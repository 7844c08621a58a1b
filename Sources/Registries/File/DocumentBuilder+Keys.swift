internal import Catalog
internal import Diagnostics
internal import Yams

extension DocumentBuilder {
    private static let entryKeys = ["value", "flags", "create_index", "modify_index", "lock_index", "session"]

    /// Reads the map `kv`. Maps within are folders, whose keys are joined with `/`; a map with a key `value` is one entry
    /// with Consul's bookkeeping.
    mutating func readKeys(_ node: Yams.Node) {
        readFolder(node, path: nil)
    }

    private mutating func readFolder(_ node: Yams.Node, path: String?) {
        for entry in reader.entries(of: node, path.map { "`\($0)`" } ?? "`kv`") ?? [] {
            let entryPath = path.map { "\($0)/\(entry.key)" } ?? entry.key
            guard !entryPath.isEmpty else {
                reader.report(
                    "a key has an empty path",
                    at: entry.keyNode,
                    hint: "give it a path such as `app/limits/rps`"
                )
                continue
            }
            readEntry(entry, path: entryPath)
        }
    }

    private mutating func readEntry(_ entry: Fields.Entry, path: String) {
        let position = reader.source.position(of: entry.keyNode)
        switch entry.value {
        case .mapping(let map) where map.contains(where: { $0.key.scalar?.string == "value" }):
            guard let fields = reader.fields(of: entry.value, "the entry `\(path)`", known: Self.entryKeys) else {
                return
            }
            let value = KeyValue(
                path: path,
                value: reader.text("value", in: fields) ?? "",
                createIndex: reader.integer("create_index", in: fields, within: 0...UInt64.max) ?? 0,
                modifyIndex: reader.integer("modify_index", in: fields, within: 0...UInt64.max) ?? 0,
                lockIndex: reader.integer("lock_index", in: fields, within: 0...UInt64.max) ?? 0,
                flags: reader.integer("flags", in: fields, within: 0...UInt64.max) ?? 0,
                session: reader.text("session", in: fields) ?? ""
            )
            document.keys.append(Placed(value, at: position))
        case .mapping:
            readFolder(entry.value, path: path)
        case .sequence:
            reader.report(
                "the value of `\(path)` is a list, but values are text",
                at: entry.value,
                hint: "put it in quotes, as JSON: '[1, 2]'"
            )
        default:
            guard let text = reader.text(of: entry.value, "`\(path)`") else { return }
            document.keys.append(Placed(KeyValue(path: path, value: text), at: position))
        }
    }
}
