import ArgumentParser
import Diagnostics

/// How long a one-shot command waits for data.
struct TimeoutOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("How long to wait for missing data, such as 10s or 2m.", valueName: "duration"),
        transform: { text in
            guard let duration = parseDuration(text) else {
                throw ValidationError("'\(text)' is not a duration; write 500ms, 10s or 2m.")
            }
            return duration
        }
    )
    var timeout: Duration = .seconds(10)
}
