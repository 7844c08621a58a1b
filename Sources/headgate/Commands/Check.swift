import ArgumentParser
import Controller
import Rendering
import Settings

/// `headgate check`: every fault that can be found without a registry.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every fault of the configuration and the templates.",
        discussion: """
            Reports all faults at once, each with file, line, column and a hint, and asks no registry. Warns of what \
            this machine lacks: files, users and groups, directories, programs, mount namespaces for checks that need \
            one. The exit status is 0 if there are no faults and 65 if there are; with --strict warnings count too.

            Examples:
              headgate check --config headgate.yaml
              headgate check --template haproxy.tmpl
            """,
    )

    @OptionGroup var source: SourceOptions

    @Flag(help: "Exit with 65 for warnings too.")
    var strict = false

    func run() async throws {
        let preparation = try Preparation.reading(source)
        let ofTemplates = preparation.targets.reduce(0) { $0 + $1.renderer.warnings.count }
        let checks = await Inspection.checks(preparation.settings)
        let ofMachine =
            Inspection.warnings(preparation.settings)
            + checks.warnings + (await Inspection.resolveWarnings(preparation.settings))
        if ofTemplates > 0, !ofMachine.isEmpty { StandardStream.error.write(line: "") }
        if !ofMachine.isEmpty { StandardStream.error.write(ofMachine) }
        for note in checks.notes { StandardStream.error.write(line: note) }
        let warnings = ofTemplates + ofMachine.count
        if strict, warnings > 0 { throw ExitStatus.badConfiguration.code }
        let templates = preparation.targets.map(\.settings.files.count).reduce(0, +)
        StandardStream.output.write(
            line: "no faults\(warnings > 0 ? ", \(counted(warnings, "warning"))" : "") in "
                + "\(counted(preparation.targets.count, "target")) with \(counted(templates, "template"))"
        )
    }
}
