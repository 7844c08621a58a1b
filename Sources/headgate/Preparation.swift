import Controller
import Diagnostics
import Logging
import Registries
import Rendering
import Settings
import State
import TemplateEngine

/// What every command that renders begins with: settings, compiled templates and registries, or all of their faults on
/// standard error and the exit status that goes with them.
struct Preparation {
    let settings: Settings
    let targets: [CompiledTarget]

    /// Reads and compiles, without asking any registry.
    init(_ source: SourceOptions) throws {
        do {
            settings = try source.settings()
            targets = try CompiledTarget.compile(settings, functions: templateFunctions())
        } catch let faults as SettingsFaults {
            StandardStream.error.write(faults.diagnostics)
            throw ExitStatus.badConfiguration.code
        }
        let warnings = targets.flatMap(\.renderer.warnings)
        if !warnings.isEmpty { StandardStream.error.write(warnings) }
    }

    var registries: [any Registry] { settings.registries.map(makeRegistry) }

    /// What names this configuration among others that share a state directory.
    var identity: String {
        let places = settings.targets.flatMap { $0.files.compactMap(\.destination) }.sorted()
        return settings.sources.first ?? places.joined(separator: "\n")
    }

    /// Renders every target once. What could not be rendered is told on standard error, and the command ends with the
    /// status that goes with it, unless `tolerant`.
    func gather(timeout: Duration, logger: Logger) async throws -> [(target: CompiledTarget, rendered: RenderedTarget)] {
        let gathered = await OneShot(targets: targets, registries: registries, logger: logger).gather(timeout: timeout)
        var rendered: [(CompiledTarget, RenderedTarget)] = []
        var faults: [Diagnostic] = []
        var missing: [(name: String, what: [Missing])] = []
        for outcome in gathered.outcomes {
            switch outcome.result {
            case .complete(let target):
                for offence in target.setAside {
                    StandardStream.error.write(line: "warning: set aside: \(offence.registrant): \(offence.reason)")
                }
                rendered.append((outcome.target, target))
            case .failed(let fault, _): faults.append(fault)
            case .waiting(let what, _): missing.append((outcome.target.settings.name, what))
            }
        }
        guard faults.isEmpty else {
            StandardStream.error.write(faults)
            throw ExitStatus.badConfiguration.code
        }
        guard missing.isEmpty else {
            for fault in gathered.faults {
                StandardStream.error.write(line: "error: \(fault.message)")
                if !fault.diagnostics.isEmpty { StandardStream.error.write(fault.diagnostics) }
                if let hint = fault.hint { StandardStream.error.write(line: "hint: \(hint)") }
            }
            for (name, what) in missing {
                let names = what.map(\.description).joined(separator: ", ")
                StandardStream.error.write(line: "error: \(name) is still waiting for \(names.isEmpty ? "its data" : names)")
            }
            throw gathered.faults.isEmpty ? ExitStatus.dataMissing.code : ExitStatus.registryUnavailable.code
        }
        return rendered
    }
}
