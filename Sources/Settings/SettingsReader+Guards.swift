import Diagnostics
import Documents

/// What guards hold in a target; see DESIGN.md, "What is promised", 4.
package struct HoldSettings: Sendable, Hashable {
    /// How long a result is held that goes from two or more instances to none.
    package var empty: Duration = .seconds(60)
    /// The share of four or more instances that may turn unhealthy within ten seconds, 0 to 1.
    package var massLoss = 0.5
    /// How long more than that is held.
    package var hold: Duration = .seconds(60)
    /// False: nothing is held.
    package var isOn = true

    package init() {}

    package static let off: HoldSettings = {
        var settings = HoldSettings()
        settings.isOn = false
        return settings
    }()
}

extension SettingsReader {
    /// `guard: off`, or `guard: {empty: 60s, mass_loss: 50%, hold: 60s}`.
    mutating func guards(_ entry: SourceNode.Entry) -> HoldSettings {
        if entry.value.isOff { return .off }
        var holds = HoldSettings()
        guard
            let fields = fields(entry.value, of: "`guard`", KnownKeys(names: ["empty", "mass_loss", "hold"]))
        else { return holds }
        if let empty = fields["empty"].flatMap({ duration($0) }) { holds.empty = empty }
        if let hold = fields["hold"].flatMap({ duration($0) }) { holds.hold = hold }
        if let field = fields["mass_loss"] {
            if case .scalar(let scalar) = field.value.content, let share = parsePercentage(scalar.text) {
                holds.massLoss = share
            } else {
                report(
                    field.fault(
                        "`mass_loss` has to be a percentage, not \(field.value.kind)",
                        hint: "write 0% to 100%, such as 50%"
                    )
                )
            }
        }
        return holds
    }
}
