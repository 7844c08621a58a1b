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
    static func reading(_ source: SourceOptions) throws -> Preparation {
        let preparation: Preparation
        do {
            preparation = try compiling(source)
        } catch {
            StandardStream.error.write(error.diagnostics)
            throw ExitStatus.badConfiguration.code
        }
        let warnings = preparation.targets.flatMap(\.renderer.warnings)
        if !warnings.isEmpty { StandardStream.error.write(warnings) }
        return preparation
    }

    /// The same for who deals with the faults.
    static func compiling(_ source: SourceOptions) throws(SettingsFaults) -> Preparation {
        let settings = try source.settings()
        return Preparation(
            settings: settings,
            targets: try CompiledTarget.compile(settings, functions: Assembly.templateFunctions)
        )
    }

    /// Renders every target once. If one cannot be rendered, that is told on standard error and the command ends with the
    /// status that goes with it.
    func gather(timeout: Duration, logger: Logger) async throws -> [(target: CompiledTarget, rendered: RenderedTarget)]
    {
        let gathered = await OneShot(
            targets: targets,
            registries: Assembly.registries(settings, logger: logger),
            logger: logger
        )
        .gather(timeout: timeout)
        var rendered: [(CompiledTarget, RenderedTarget)] = []
        var faults: [Diagnostic] = []
        var missing: [(name: String, what: [String])] = []
        for outcome in gathered.outcomes {
            switch outcome.result {
            case .complete(let target):
                for offence in target.setAside {
                    StandardStream.error.write(line: "warning: set aside: \(offence.registrant): \(offence.reason)")
                }
                rendered.append((outcome.target, target))
            case .failed(let fault, _): faults.append(fault)
            case .waiting(let what, _):
                let registry = outcome.target.settings.registry ?? ""
                missing.append((outcome.target.settings.name, what.map { $0.described(byDefault: registry) }))
            }
        }
        guard faults.isEmpty else {
            StandardStream.error.write(faults)
            throw ExitStatus.badConfiguration.code
        }
        guard missing.isEmpty else {
            guard gathered.faults.isEmpty else {
                for fault in gathered.faults { Self.tell(fault) }
                throw ExitStatus.registryUnavailable.code
            }
            for (name, what) in missing {
                let names = what.isEmpty ? "its data" : what.joined(separator: ", ")
                StandardStream.error.write(line: "error: \(name): after \(timeout.readable) still waiting for \(names)")
            }
            StandardStream.error.write(line: "hint: --timeout says how long to wait")
            throw ExitStatus.dataMissing.code
        }
        return rendered
    }

    private static func tell(_ fault: RegistryFault) {
        if fault.diagnostics.isEmpty {
            StandardStream.error.write(line: "error: \(fault.message)")
            if let hint = fault.hint { StandardStream.error.write(line: "hint: \(hint)") }
        } else {
            StandardStream.error.write(fault.diagnostics)
        }
    }
}
