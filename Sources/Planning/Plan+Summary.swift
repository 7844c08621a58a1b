import Balancers
import Diagnostics
import State

extension Plan: CustomStringConvertible {
    /// The plan in one line: `nothing`, `reload: edge.cfg changed (+3 -1)`.
    package var description: String {
        switch action {
        case .nothing: "nothing"
        case .adopt: "nothing: what is on disk is taken to be in force"
        case .attributes: "attributes: \(changesText)"
        case .write: "write: \(changesText)"
        case .live(let change): "live: \(change.update.summary)"
        case .reload: "reload: \(changesText)" + (reasonsText.map { "; \($0)" } ?? "")
        case .reloadOwed(let debt): "reload owed: \(debt)" + (changesText.isEmpty ? "" : "; \(changesText)")
        case .heldBack(let failed, let reloadOwed):
            "held back: revision \(failed.revision) failed before (\(failed.reason))"
                + (reloadOwed ? "; a reload on the previous files is owed" : "")
        case .drifted: "held: somebody else has changed the files: \(changesText)"
        }
    }

    /// Why it is not made live: the first reason, and how many more there are.
    private var reasonsText: String? {
        guard let first = reloadReasons.first else { return nil }
        if sensitive { return "not live for \(reloadReasons.count) reason\(reloadReasons.count == 1 ? "" : "s")" }
        let more = reloadReasons.count > 1 ? " and \(reloadReasons.count - 1) more" : ""
        return "not live: \(printable("\(first)"))\(more)"
    }

    private var changesText: String {
        let lines =
            changes.filter { $0.kind != .unchanged }.map { "\(name(of: $0.file.destination)) \($0.summary)" }
            + pruned.map { "\(name(of: $0.destination)) removed" }
        guard lines.count > Self.mostNamed else { return lines.joined(separator: ", ") }
        return lines.prefix(Self.mostNamed).joined(separator: ", ") + " and \(lines.count - Self.mostNamed) more"
    }

    /// So many files are named in one line.
    private static var mostNamed: Int { 10 }

    /// The file's name alone where that is clear.
    private func name(of destination: String) -> String {
        let name = baseName(of: destination)
        let all = changes.lazy.map(\.file.destination) + pruned.map(\.destination)
        return all.count { baseName(of: $0) == name } == 1 ? name : destination
    }
}

extension FileChange {
    /// What happens to the file, in a few words that go after its name.
    package var summary: String {
        switch kind {
        case .unchanged: "unchanged"
        case .created: (changedBySomebodyElse ? "removed by somebody else" : "created") + " (\(diff.summary))"
        case .changed: "changed" + (changedBySomebodyElse ? " by somebody else" : "") + " (\(diff.summary))"
        case .attributes: attributesText
        }
    }

    private var attributesText: String {
        guard let before = before?.attributes else { return "mode \(attributes.octalMode)" }
        var parts: [String] = []
        if before.mode != attributes.mode { parts.append("mode \(before.octalMode) → \(attributes.octalMode)") }
        for (word, old, new) in [("user", before.user, attributes.user), ("group", before.group, attributes.group)]
        where old != new {
            parts.append("\(word) \(old.map { "\($0)" } ?? "-") → \(new.map { "\($0)" } ?? "-")")
        }
        return parts.joined(separator: ", ")
    }
}

extension Plan.Debt: CustomStringConvertible {
    package var description: String {
        switch self {
        case .interrupted: "a reload was begun, and it is not known that it ended"
        case .failed: "the last reload of these files failed"
        case .unproven: "the files are right, but nothing shows that the balancer runs them"
        }
    }
}
