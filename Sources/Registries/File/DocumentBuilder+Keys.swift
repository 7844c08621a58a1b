internal import Catalog
internal import Diagnostics
internal import Documents

extension DocumentBuilder {
    private static let entryKeys = KnownKeys(
        names: ["value", "flags", "create_index", "modify_index", "lock_index", "session"]
    )

    /// Reads the map `kv`. Maps within are folders, whose keys are joined with `/`; a map with a key `value` is one entry
    /// with Consul's bookkeeping.
    mutating func readKeys(_ node: SourceNode) {
        readFolder(node, path: nil)
    }

    private mutating func readFolder(_ node: SourceNode, path: String?) {
        for entry in reader.entries(node, of: path.map { "`\($0)`" } ?? "`kv`") ?? [] {
            let entryPath = path.map { "\($0)/\(entry.name)" } ?? entry.name
            guard !entryPath.isEmpty else {
                reader.report(
                    entry.place.fault(
                        "a key has an empty path",
                        hint: "give it a path such as `app/limits/rps`"
                    )
                )
                continue
            }
            readEntry(entry, path: entryPath)
        }
    }

    private mutating func readEntry(_ entry: SourceNode.Entry, path: String) {
        let place = entry.place
        switch entry.value.content {
        case .map(let entries) where entries.contains(where: { $0.name == "value" }):
            guard let fields = reader.fields(entry.value, of: "the entry `\(path)`", Self.entryKeys) else {
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
            document.keys.append(Placed(value, at: place))
        case .map:
            readFolder(entry.value, path: path)
        case .list:
            reader.report(
                entry.value.fault(
                    "the value of `\(path)` is a list, but values are text",
                    hint: "put it in quotes, as JSON: '[1, 2]'"
                )
            )
        default:
            guard let text = reader.text(of: entry.value, "`\(path)`") else { return }
            document.keys.append(Placed(KeyValue(path: path, value: text), at: place))
        }
    }
}
