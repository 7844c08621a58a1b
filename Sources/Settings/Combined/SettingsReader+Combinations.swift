import Diagnostics
import Documents

extension SettingsReader {
    static let combinationKeys = ["union", "failover", "unreadable_after", "back_after"]

    /// `union: [a, b]` or `failover: [a, b]`; nil if there is neither, or a fault.
    mutating func combination(_ fields: Fields) -> CombinationSettings? {
        guard let field = fields["union"] ?? fields["failover"] else { return nil }
        if field.name == "union", let other = fields["failover"] {
            report(other.key.fault("the registry has `failover` as well as `union`", hint: "keep one of them"))
        }
        guard case .list(let nodes) = field.value.content, nodes.count > 1 else {
            report(
                field.fault(
                    "`\(field.name)` takes a list of two or more registries",
                    hint: "write `\(field.name): [main, other]`"
                )
            )
            return nil
        }
        var members: [String] = []
        for node in nodes {
            guard let name = text(node, of: "an item of `\(field.name)`") else { continue }
            if members.contains(name) {
                report(node.fault("`\(name)` stands twice in `\(field.name)`", hint: "keep one of them"))
            } else {
                members.append(name)
            }
        }
        var combination = CombinationSettings(field.name == "union" ? .union : .failover, of: members)
        for (key, path) in [
            ("unreadable_after", \CombinationSettings.patience), ("back_after", \CombinationSettings.pause),
        ] {
            guard let entry = fields[key] else { continue }
            if combination.rule == .union {
                report(entry.key.fault("`\(key)` is nothing for `union`", hint: "take it out"))
            } else if let duration = duration(entry) {
                combination[keyPath: path] = duration
            }
        }
        return combination
    }

    /// Looks at what registries that are made of others name, when all are known.
    mutating func checkMembers(of entry: SourceNode.Entry, among registries: [RegistrySettings]) {
        guard case .map(let fields) = entry.value.content,
            let field = fields.first(where: { $0.name == "union" || $0.name == "failover" }),
            case .list(let nodes) = field.value.content
        else { return }
        let plain = registries.filter { if case .combination = $0.url { false } else { true } }.map(\.name)
        for node in nodes {
            guard case .scalar(let scalar) = node.content, !scalar.text.isEmpty, !plain.contains(scalar.text) else {
                continue
            }
            if registries.contains(where: { $0.name == scalar.text }) {
                report(
                    node.fault(
                        "`\(scalar.text)` is itself made of other registries",
                        hint: "name those that have an address"
                    )
                )
            } else {
                report(
                    node.fault(
                        "there is no registry `\(scalar.text)`",
                        hint: nearest(to: scalar.text, among: plain).map { "did you mean `\($0)`?" }
                            ?? "name one of \(plain.joined(separator: ", "))"
                    )
                )
            }
        }
    }
}
