import Balancers
import Diagnostics
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

    package struct Live: Encodable, Sendable {
        /// What is done, a line for each server.
        package var servers: [String]
        /// What is done to maps, ACLs and certificates, a line for each file.
        package var files: [String]
        /// What is sent to HAProxy's socket, in order, without the entries of maps and without certificates.
        package var commands: [String]
    }

    package struct Hold: Encodable, Sendable {
        /// The question, as a template asks it.
        package var query: String
        /// Which rule holds: `after-break`, `empty`, `mass-loss`.
        package var reason: String
        /// What is kept.
        package var kept: [String]
        /// What ends it.
        package var ending: String

        package init(query: String, reason: String, kept: [String], ending: String) {
            self.query = query
            self.reason = reason
            self.kept = kept
            self.ending = ending
        }
    }

    package var target: String
    package var revision: String
    /// `nothing`, `adopt`, `attributes`, `write`, `live`, `reload`, `reload-owed`, `held-back` or `drifted`.
    package var action: String
    package var summary: String
    package var files: [File]
    /// The command that would check the staged files, with its placeholders; nil if none would run.
    package var check: String?
    /// What would bring the balancer onto the files; nil if nothing would.
    package var reload: String?
    /// How HAProxy would be changed by commands; nil if it would not be, or the target is sensitive.
    package var live: Live?
    /// Why a change is not made live; empty where the target has no `live`, or is sensitive.
    package var reloadReasons: [String]
    /// What goes well live but should be known.
    package var cautions: [String]
    /// What else should be known, each in one line.
    package var notes: [String]
    /// What guards keep that the registry no longer has.
    package var holds: [Hold]
    /// The entry of the history that stays in force, whatever is rendered; nil if none is pinned.
    package var pinnedRevision: Int?

    /// `check` and `reload` are those of the target's settings, whether the plan runs them or not.
    package init(
        _ plan: Plan,
        check: String? = nil,
        reload: String? = nil,
        notes: [String] = [],
        holds: [Hold] = [],
    ) {
        self.notes = notes.map(printable)
        self.check = plan.action.checks ? check : nil
        self.reload = plan.action.reloads ? reload : nil
        self.holds = holds
        pinnedRevision = plan.pin?.number
        target = plan.target
        revision = plan.revision.hash.hexadecimal
        action = plan.action.label
        summary = plan.description
        if case .live(let change) = plan.action, !plan.sensitive {
            live = Live(
                servers: change.update.details,
                files: change.update.summary.files,
                commands: change.update.commands.map(\.text)
            )
        }
        reloadReasons = plan.sensitive ? [] : plan.reloadReasons.map { printable("\($0)") }
        cautions = plan.sensitive ? [] : plan.cautions.map { printable("\($0)") }
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

extension PlanReport {
    /// What goes below the plan's line: what would be run, and what is held.
    package var details: [String] {
        var lines: [String] = []
        if let pinnedRevision {
            lines.append("    pinned: revision \(pinnedRevision) stays in force until `headgate release`")
        }
        if let check { lines.append("    check:  \(check)") }
        if let reload { lines.append("    reload: \(reload)") }
        let (most, changes) = (20, (live?.servers ?? []) + (live?.files ?? []))
        for change in changes.prefix(most) { lines.append("    live:   \(printable(change))") }
        if changes.count > most { lines.append("    live:   and \(changes.count - most) more") }
        for reason in reloadReasons { lines.append("    not live: \(reason)") }
        for caution in cautions { lines.append("    caution: \(caution)") }
        for note in notes { lines.append("    note:   \(note)") }
        for hold in holds {
            let kept = hold.kept.prefix(5).joined(separator: ", ")
            let more = hold.kept.count > 5 ? " and \(hold.kept.count - 5) more" : ""
            lines.append("    held:   \(hold.query) (\(hold.reason)): \(kept)\(more) kept; \(hold.ending)")
        }
        return lines
    }
}

extension Plan.Action {
    /// Whether carrying it out runs the check.
    var checks: Bool {
        switch self {
        case .write, .live, .reload: true
        case .nothing, .adopt, .attributes, .reloadOwed, .heldBack, .drifted: false
        }
    }

    /// Whether carrying it out reloads the balancer.
    package var reloads: Bool {
        switch self {
        case .reload, .reloadOwed: true
        case .heldBack(_, let reloadOwed): reloadOwed
        case .nothing, .adopt, .attributes, .write, .live, .drifted: false
        }
    }

    /// A stable word for metrics and machines.
    package var label: String {
        switch self {
        case .nothing: "nothing"
        case .adopt: "adopt"
        case .attributes: "attributes"
        case .write: "write"
        case .live: "live"
        case .reload: "reload"
        case .reloadOwed: "reload-owed"
        case .heldBack: "held-back"
        case .drifted: "drifted"
        }
    }
}
