import State

/// A plan for machines to read (`headgate plan --json`).
package struct PlanReport: Encodable, Sendable {
    package struct File: Encodable, Sendable {
        package var destination: String
        /// `unchanged`, `created`, `changed`, `attributes` or `removed`.
        package var change: String
        package var changedBySomebodyElse: Bool
        package var added: Int
        package var removed: Int
        /// Four octal digits.
        package var mode: String
        /// The unified diff; nil if nothing differs or the target is sensitive. Bytes that are no UTF-8 are replaced.
        package var diff: String?
    }

    package var target: String
    package var revision: String
    /// `nothing`, `adopt`, `attributes`, `write`, `reload`, `reload-owed`, `held-back` or `drifted`.
    package var action: String
    package var summary: String
    package var files: [File]

    package init(_ plan: Plan) {
        target = plan.target
        revision = plan.revision.hash.hexadecimal
        action = plan.action.label
        summary = plan.description
        files = plan.changes.map { change in
            let name = change.file.destination
            let diff = change.diff.unified(oldName: change.kind == .created ? "/dev/null" : name, newName: name)
            return File(
                destination: name,
                change: change.kind.rawValue,
                changedBySomebodyElse: change.changedBySomebodyElse,
                added: change.diff.added,
                removed: change.diff.removed,
                mode: change.attributes.octalMode,
                diff: plan.sensitive || diff.isEmpty ? nil : String(decoding: diff, as: UTF8.self)
            )
        }
        files += plan.pruned.map { file in
            File(
                destination: file.destination,
                change: "removed",
                changedBySomebodyElse: false,
                added: 0,
                removed: file.diff.removed,
                mode: file.before.attributes.octalMode,
                diff: plan.sensitive
                    ? nil
                    : String(
                        decoding: file.diff.unified(oldName: file.destination, newName: "/dev/null"),
                        as: UTF8.self
                    )
            )
        }
    }
}

extension Plan.Action {
    /// A stable word for metrics and machines.
    package var label: String {
        switch self {
        case .nothing: "nothing"
        case .adopt: "adopt"
        case .attributes: "attributes"
        case .write: "write"
        case .reload: "reload"
        case .reloadOwed: "reload-owed"
        case .heldBack: "held-back"
        case .drifted: "drifted"
        }
    }
}
