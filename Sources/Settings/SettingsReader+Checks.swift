import Diagnostics
import Documents

extension SettingsReader {
    /// How a check sees several files, for hints.
    private static let waysToCheckSeveral =
        "write `{staged_dir}`, a directory with all of them; or with `isolation: mount` the destination's own path, where "
        + "the staged files lie then"

    /// Faults of what a check's command says of the staged files of a target; `several` tells how many if not one.
    mutating func validate(_ check: CheckSettings, _ nodes: [SourceNode], several: String?) {
        let known = Placeholder.allCases.map { "{\($0.rawValue)}" }
        var looksAtStaged = check.isolation == .mount
        for node in nodes {
            for name in node.placeholders {
                switch Placeholder(rawValue: name) {
                case .stagedDirectory: looksAtStaged = true
                case .staged where several != nil:
                    looksAtStaged = true
                    report(
                        node.fault(
                            "`{staged}` is one file, and the target has \(several ?? "more")",
                            at: "{staged}",
                            hint: Self.waysToCheckSeveral
                        )
                    )
                case .destination where several != nil:
                    report(
                        node.fault(
                            "`{destination}` is one file, and the target has \(several ?? "more")",
                            at: "{destination}",
                            hint: "name the path itself"
                        )
                    )
                case .staged: looksAtStaged = true
                case .destination: break
                case nil:
                    report(
                        node.fault(
                            "there is no placeholder `{\(name)}`",
                            at: "{\(name)}",
                            hint: nearest(to: name, among: Placeholder.allCases.map(\.rawValue))
                                .map { "did you mean `{\($0)}`?" }
                                ?? "there are \(known.joined(separator: ", ")); braces of the shell need a space: `{ \(name) }`"
                        )
                    )
                    // The fault is told; that nothing staged is looked at may come from it.
                    looksAtStaged = true
                }
            }
        }
        if !looksAtStaged, let first = nodes.first {
            report(
                first.fault(
                    "the check does not look at the staged files, so it would pass whatever they hold",
                    hint: several != nil
                        ? "name {staged_dir} in the command, or say `isolation: mount`"
                        : "name {staged} in the command, or say `isolation: mount`"
                )
            )
        }
    }

    /// How many files there are, for a person; nil if it is one.
    func several(_ files: [FileSettings]) -> String? {
        files.contains { $0.forEach != nil } ? "one for each service" : files.count > 1 ? "\(files.count)" : nil
    }

    /// Faults of a profile's check that meets a target; `several` tells how many files it has if not one.
    mutating func validate(_ check: CheckSettings, of profile: SourceNode.Entry, several: String?) {
        let words: [String] =
            switch check.command.line {
            case .arguments(let words): words
            case .shell(let text): [text]
            }
        let single = words.flatMap(Placeholder.names).contains { $0 == "staged" || $0 == "destination" }
        guard let several, single else { return }
        report(
            profile.fault(
                "the profile's check looks at one file, and the target has \(several)",
                hint: "give the target a `check` of its own: " + Self.waysToCheckSeveral
            )
        )
    }
}
