import ArgumentParser
import Controller
import Settings

/// `headgate check`: every fault that can be found without a registry.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every fault of the configuration and the templates.",
        discussion: """
            Reports all faults at once, each with file, line, column and a hint, and asks no registry. The exit status \
            is 0 if there are none and 65 if there are.

            Examples:
              headgate check --config headgate.yaml
              headgate check --template haproxy.tmpl
            """,
    )

    @OptionGroup var source: SourceOptions

    func run() throws {
        let preparation = try Preparation.reading(source)
        let templates = preparation.targets.map(\.settings.files.count).reduce(0, +)
        StandardStream.output.write(
            line: "no faults in \(counted(preparation.targets.count, "target")) with \(counted(templates, "template"))"
        )
    }

    private func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
