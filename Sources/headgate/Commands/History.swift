import ArgumentParser
import Diagnostics
import FoundationEssentials
import Planning
import State

/// `headgate history`: what was delivered, when and why.
struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what was delivered and tried, or show what one revision changed.",
        discussion: """
            Reads the journal in the state directory, whether headgate runs or not. Each target keeps its last 20 entries \
            unless `history` in the configuration says otherwise; what a sensitive target holds is not kept.

            Examples:
              headgate history --config /etc/headgate/headgate.yaml
              headgate history 12 --config /etc/headgate/headgate.yaml --target edge
            """,
    )

    @Argument(help: "Show this entry with its diff.")
    var number: Int?

    @OptionGroup var control: ControlOptions

    @Option(help: ArgumentHelp("One target; all unless said.", valueName: "name"))
    var target: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let state = StateDirectory.reading(at: try control.stateDirectory())
        do {
            let journals = try journals(in: state)
            if let number {
                try show(number, of: journals, state)
            } else if json {
                StandardStream.output.write(
                    json: journals.flatMap { name, history in
                        history.map { Entry(name, $0) }
                    }
                )
            } else {
                for (name, history) in journals { list(history, of: name) }
            }
        } catch let fault as StateFault {
            StandardStream.error.write(error: "\(fault)", hint: fault.hint)
            throw ExitStatus.failed.code
        }
    }

    private func journals(in state: StateDirectory) throws -> [(name: String, history: [HistoryEntry])] {
        let names = try state.targets()
        if let target, !names.contains(target) {
            StandardStream.error.write(
                error: "nothing is known of a target `\(target)` in \(state.path)",
                hint: names.isEmpty ? nil : "known are \(names.joined(separator: ", "))"
            )
            throw ExitStatus.failed.code
        }
        if names.isEmpty { StandardStream.error.write(line: "nothing has been delivered yet (\(state.path))") }
        return try names.filter { target == nil || $0 == target }.map { ($0, try state.journal(of: $0)?.history ?? []) }
    }

    private func list(_ history: [HistoryEntry], of name: String) {
        StandardStream.output.write(line: "target \(name):")
        for entry in history {
            let attempts = entry.attempts > 1 ? " (\(entry.attempts) times)" : ""
            StandardStream.output.write(
                line: "  \(entry.number)  \(Self.text(of: entry.at))  \(entry.revision)  \(entry.outcome)\(attempts), "
                    + "\(Duration.milliseconds(entry.milliseconds).readable): \(printable(entry.reason)); "
                    + printable(entry.plan)
            )
            if !entry.detail.isEmpty { StandardStream.output.write(line: "      \(printable(entry.detail))") }
        }
    }

    private func show(_ number: Int, of journals: [(name: String, history: [HistoryEntry])], _ state: StateDirectory)
        throws
    {
        let found = journals.filter { $0.history.contains { $0.number == number } }
        guard let (name, history) = found.first, let entry = history.first(where: { $0.number == number }) else {
            StandardStream.error.write(
                error: "there is no entry \(number)",
                hint: "`headgate history` without a number lists what there is"
            )
            throw ExitStatus.failed.code
        }
        guard found.count == 1 else {
            StandardStream.error.write(
                error: "several targets have an entry \(number)",
                hint: "add --target with one of \(found.map(\.name).joined(separator: ", "))"
            )
            throw ExitStatus.failed.code
        }
        let before = history.last { $0.number < number && $0.isInForce }
        var diffs: [UInt8] = []
        var missing: [String] = []
        for destination in Set((entry.files + (before?.files ?? [])).map(\.destination)).sorted() {
            let (old, new) = (before?.contents(at: destination), entry.contents(at: destination))
            guard old != new else { continue }
            guard let oldBytes = try bytes(old, of: name, state), let newBytes = try bytes(new, of: name, state) else {
                missing.append(destination)
                continue
            }
            diffs += FileDiff(old: oldBytes, new: newBytes).unified(
                oldName: old == nil ? "/dev/null" : destination,
                newName: new == nil ? "/dev/null" : destination
            )
        }
        if json {
            StandardStream.output.write(json: Entry(name, entry, diff: String(decoding: diffs, as: UTF8.self)))
        } else {
            list([entry], of: name)
            StandardStream.output.write(diffs)
        }
        for destination in missing {
            StandardStream.error.write(line: "note: the contents of \(destination) are not kept any more")
        }
        if entry.files.isEmpty { StandardStream.error.write(line: "note: the contents were not kept") }
    }

    private func bytes(_ hash: ContentHash?, of target: String, _ state: StateDirectory) throws -> [UInt8]? {
        guard let hash else { return [] }
        return try state.contents(hash, for: target)
    }

    /// `2026-11-26T09:12:01Z`
    private static func text(of seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    /// An entry for machines to read; fields are added, not renamed.
    private struct Entry: Encodable {
        var target: String
        var number: Int
        var at: String
        var milliseconds: Int64
        var revision: String
        var outcome: String
        var inForce: Bool
        var attempts: Int
        var reason: String
        var plan: String
        var detail: String
        var files: [String]
        var diff: String?

        init(_ target: String, _ entry: HistoryEntry, diff: String? = nil) {
            self.target = target
            number = entry.number
            at = History.text(of: entry.at)
            milliseconds = entry.milliseconds
            revision = entry.revision.hash.hexadecimal
            outcome = entry.outcome
            inForce = entry.isInForce
            attempts = entry.attempts
            reason = entry.reason
            plan = entry.plan
            detail = entry.detail
            files = entry.files.map(\.destination)
            self.diff = diff
        }
    }
}

extension HistoryEntry {
    /// What the file at `destination` holds in this revision; nil if it is none of its files.
    fileprivate func contents(at destination: String) -> ContentHash? {
        files.first { $0.destination == destination }?.contents
    }
}
