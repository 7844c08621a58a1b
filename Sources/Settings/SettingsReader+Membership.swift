import Diagnostics
import Documents

/// When an instance that comes and goes is kept out, and for how long; see README.md, "Instances that come and go".
package struct DampSettings: Sendable, Hashable {
    /// An instance that stops or begins to work more often than this within `window` flaps; 1 or more.
    package var changes = 5
    package var window: Duration = .seconds(60)
    /// How long it must not change before it is let in again.
    package var quiet: Duration = .seconds(60)

    package init() {}
}

extension SettingsReader {
    /// `drain: 30s`, or `drain: off`; zero is off too.
    mutating func drain(_ entry: SourceNode.Entry) -> Duration? {
        entry.value.isOff ? .zero : duration(entry)
    }

    /// `damp: {changes: 5, window: 60s, quiet: 60s}`, or `damp: off`.
    mutating func damp(_ entry: SourceNode.Entry) -> DampSettings? {
        if entry.value.isOff { return nil }
        let keys = KnownKeys(names: ["changes", "window", "quiet"])
        guard let fields = fields(entry.value, of: "`damp`", keys) else { return nil }
        var damping = DampSettings()
        if let window = fields["window"].flatMap({ duration($0, positive: true) }) { damping.window = window }
        if let quiet = fields["quiet"].flatMap({ duration($0, positive: true) }) { damping.quiet = quiet }
        if let field = fields["changes"] {
            if case .scalar(let scalar) = field.value.content, let changes = Int(scalar.text), changes > 0 {
                damping.changes = changes
            } else {
                report(
                    field.fault(
                        "`changes` has to be a whole number above 0, not \(field.value.kind)",
                        hint: "more changes than this within `window` make an instance flap, such as 5"
                    )
                )
            }
        }
        return damping
    }
}
