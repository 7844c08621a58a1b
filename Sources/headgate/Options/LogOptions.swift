import ArgumentParser
import Logging
import Settings

/// How to log, over what the configuration says.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Least severe log lines shown, over the configuration.", valueName: "level")
    )
    var logLevel: LogSettings.Level?

    @Option(help: ArgumentHelp("How log lines look, over the configuration.", valueName: "format"))
    var logFormat: LogSettings.Format?

    /// A logger to standard error. `quiet` is the level where nobody said one: one-shot commands log warnings only.
    func logger(_ settings: LogSettings, quiet: LogSettings.Level? = nil) -> Logger {
        var settings = settings
        if let quiet { settings.level = quiet }
        if let logLevel { settings.level = logLevel }
        if let logFormat { settings.format = logFormat }
        let chosen = settings
        return Logger(label: "headgate") { _ in LogOutput(chosen) }
    }
}

extension LogSettings.Level: ExpressibleByArgument {}
extension LogSettings.Format: ExpressibleByArgument {}
