import ArgumentParser
import Diagnostics

/// How long a one-shot command waits for data.
struct TimeoutOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("How long to wait for missing data, such as 30s or 2m (10s).", valueName: "duration"),
        transform: parsedDuration
    )
    var timeout: Duration = .seconds(10)
}

/// A flag's duration.
func parsedDuration(_ text: String) throws -> Duration {
    guard let duration = parseDuration(text) else {
        throw ValidationError("'\(text)' is not a duration; write 500ms, 10s or 2m.")
    }
    return duration
}
