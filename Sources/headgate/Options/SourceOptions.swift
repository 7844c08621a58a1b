import ArgumentParser
import Diagnostics
import FoundationEssentials
import Settings

/// Where the settings come from: a configuration file, or flags alone.
struct SourceOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Configuration file, or a directory of them.", valueName: "path"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            """
            Registry to watch: file:PATH, consul://HOST:PORT, consuls:// over TLS, consul+unix:///PATH, \
            etcd://HOST:PORT[,HOST:PORT], etcds:// over TLS, kubernetes:, http://… or https://…, \
            dns://SERVER/_{service}._tcp.DOMAIN, exec:COMMAND. Repeatable; NAME= before it names one of several.
            """,
            valueName: "[name=]url"
        )
    )
    var registry: [String] = []

    @Option(
        help: ArgumentHelp(
            "Template, where its output goes, and the command that reloads. Repeatable.",
            valueName: "in[:out[:command]]"
        )
    )
    var template: [String] = []

    @Option(help: ArgumentHelp("Balancer profile: a name from `headgate profiles`, or a directory.", valueName: "name"))
    var profile: String?

    @Option(help: ArgumentHelp("JSON or YAML file that becomes the template's dot.", valueName: "file"))
    var values: String?

    @Option(help: ArgumentHelp("What a missing map key gives (zero).", valueName: "option"))
    var missingKey: TargetSettings.MissingKey?

    @Option(help: ArgumentHelp("Directory for state, instead of the configured one.", valueName: "path"))
    var stateDir: String?

    mutating func validate() throws {
        let adHoc = !registry.isEmpty || !template.isEmpty || profile != nil || values != nil
        if config != nil && adHoc {
            throw ValidationError(
                "--config comes alone: --registry, --template, --profile and --values are for use without a configuration."
            )
        }
        if config == nil && template.isEmpty && profile == nil {
            throw ValidationError("Nothing to do: give --config PATH, or --template IN[:OUT[:COMMAND]].")
        }
    }

    /// The settings, or all their faults.
    func settings() throws(SettingsFaults) -> Settings {
        var settings = try rawSettings()
        if let stateDir { settings.stateDirectory = stateDir }
        return settings
    }

    private func rawSettings() throws(SettingsFaults) -> Settings {
        if let config {
            return try loadSettings(
                path: config,
                environment: ProcessInfo.processInfo.environment,
                workingDirectory: Assembly.workingDirectory
            )
        }
        var adHoc = AdHocSettings(
            environment: ProcessInfo.processInfo.environment,
            workingDirectory: Assembly.workingDirectory
        )
        adHoc.registries = registry
        adHoc.templates = template
        adHoc.profile = profile
        if let values { adHoc.values = try loadValues(values) }
        if let missingKey { adHoc.missingKey = missingKey }
        return try adHoc.settings()
    }
}

extension TargetSettings.MissingKey: ExpressibleByArgument {}
