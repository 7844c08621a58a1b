import Delivery
import Diagnostics
import Settings

extension Inspection {
    /// What there is to say of checks with `isolation: mount`: a note where NGINX checks a copy, a warning where the check
    /// cannot be run.
    static func checks(_ settings: Settings) async -> (warnings: [Diagnostic], notes: [String]) {
        var warnings: [Diagnostic] = []
        var notes: [String] = []
        for target in settings.targets {
            guard let check = target.check, check.isolation == .mount else { continue }
            switch await CheckPlace(of: check.command.line) {
            case .namespace: continue
            case .copy(let reason): notes.append("\(target.name): \(CheckPlace.note(ofCopy: reason))")
            case .nowhere(let reason):
                let fault = DeliveryFault.isolationUnavailable(reason)
                warnings.append(
                    warning(
                        "the check of the target `\(target.name)` needs a mount namespace, and none can be made here: \(reason)",
                        at: target.position,
                        hint: fault.hint ?? ""
                    )
                )
            }
        }
        return (warnings, notes)
    }
}
