import Documents

extension SettingsReader {
    /// What is done about an instance for which the check fails.
    private enum CulpritMode: String, CaseIterable {
        case setAside = "set-aside"
        case off
    }

    /// A word, or a map that says how often one is tried again.
    mutating func culprits(_ entry: SourceNode.Entry, into target: inout TargetSettings) {
        if case .map = entry.value.content {
            let fields = fields(entry.value, of: "`culprits`", KnownKeys(names: ["retry"]))
            if let retry = fields?["retry"].flatMap({ duration($0, positive: true) }) { target.culpritRetry = retry }
        } else if choice(entry, of: CulpritMode.self) == .off {
            target.culpritRetry = nil
        }
    }
}
