import Catalog
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
    static func reading(_ source: SourceOptions, exec: ExecOptions? = nil) throws -> Preparation {
        let preparation: Preparation
        do {
            preparation = try compiling(source, exec: exec)
        } catch {
            StandardStream.error.write(error.diagnostics)
            throw ExitStatus.badConfiguration.code
        }
        let warnings = preparation.targets.flatMap(\.renderer.warnings)
        if !warnings.isEmpty { StandardStream.error.write(warnings) }
        return preparation
    }

    /// The same for who deals with the faults.
    static func compiling(_ source: SourceOptions, exec: ExecOptions? = nil) throws(SettingsFaults) -> Preparation {
        var settings = try source.settings()
        if let exec {
            settings.exec = exec.settings(over: settings.exec)
            settings.reloadBySignal()
        }
        return Preparation(
            settings: settings,
            targets: try CompiledTarget.compile(settings, functions: Assembly.templateFunctions)
        )
    }

    /// Whether there is one file in all, whose bytes need no heading.
    var isSingleFile: Bool {
        let files = settings.targets.flatMap(\.files)
        return files.count == 1 && files[0].forEach == nil
    }

    /// What could be rendered, and the exit status that goes with what could not.
    struct Gathered {
        var rendered: [OneShot.Outcome]
        var failure: ExitStatus?
        /// Whether a guard keeps something that the registry no longer has.
        var isHeld: Bool { rendered.contains { !$0.catalog.holds.isEmpty } }

        /// Tells on standard error what guards hold.
        func tellHolds() {
            for outcome in rendered { Preparation.tellHolds(of: outcome) }
        }
    }

    /// Renders every target once, and tells on standard error what could not be rendered and why.
    ///
    /// - Parameter ledger: Knows what was in force before; is only read.
    func gather(timeout: Duration, ledger: Ledger, logger: Logger) async -> Gathered {
        let registries = Assembly.registries(settings, logger: logger)
        let gathered = await OneShot(targets: targets, registries: registries, ledger: ledger, logger: logger)
            .gather(timeout: timeout)
        var rendered: [OneShot.Outcome] = []
        var faults: [Diagnostic] = []
        var missing: [String] = []
        var faulty: Set<String> = []
        for outcome in gathered.outcomes {
            switch outcome.result {
            case .complete(let target):
                rendered.append(outcome)
                target.setAside.forEach(Self.tell)
            case .failed(let fault, _):
                faults.append(fault)
            case .waiting(let what, _):
                let registry = outcome.target.settings.registry ?? ""
                let unread = Set(what.compactMap(\.registry)).intersection(gathered.faults.keys)
                faulty.formUnion(unread)
                guard unread.isEmpty else { continue }
                let names = what.map { $0.described(byDefault: registry) }.joined(separator: ", ")
                missing.append(
                    "\(outcome.target.settings.name): still waiting for \(names.isEmpty ? "its data" : names)"
                )
            }
        }
        if !faults.isEmpty { StandardStream.error.write(faults) }
        for registry in faulty.sorted() { gathered.faults[registry].map(Self.tell) }
        for line in missing { StandardStream.error.write(error: "after \(timeout.readable), \(line)") }
        if !missing.isEmpty { StandardStream.error.write(line: "hint: --timeout says how long to wait") }
        let failure: ExitStatus? =
            if !faults.isEmpty {
                .badConfiguration
            } else if !faulty.isEmpty {
                .registryUnavailable
            } else {
                missing.isEmpty ? nil : .dataMissing
            }
        return Gathered(rendered: rendered, failure: failure)
    }

    private static func tellHolds(of outcome: OneShot.Outcome) {
        let settings = outcome.target.settings
        for (query, hold) in outcome.catalog.holds {
            let name = query.unqualified(byDefault: settings.registry ?? "")
            let kept = hold.lost.prefix(10).map { printable("\($0)") }.joined(separator: ", ")
            let more = hold.lost.count > 10 ? " and \(hold.lost.count - 10) more" : ""
            StandardStream.error.write(
                line:
                    "held: \(settings.name): \(name): \(hold.reason.words): \(kept)\(more) kept as before; "
                    + "run it again to find out"
            )
        }
    }

    /// Tells of a registration that is left out.
    static func tell(_ setAside: SetAside) {
        let text = "\(setAside.registrant): \(setAside.reason)"
        StandardStream.error.write(line: "warning: set aside: \(printable(text))")
    }

    private static func tell(_ fault: RegistryFault) {
        if fault.diagnostics.isEmpty {
            StandardStream.error.write(error: fault.message, hint: fault.hint)
        } else {
            StandardStream.error.write(fault.diagnostics)
        }
    }
}

extension Missing {
    /// The registry that it would come from; nil for a file.
    fileprivate var registry: String? {
        if case .query(let query) = subject { query.scope.registry } else { nil }
    }
}
