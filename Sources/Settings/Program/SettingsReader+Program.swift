import Documents
import SystemPackage

extension SettingsReader {
    static let programKeys = ["interval", "timeout", "stream", "service_label"]

    /// The keys of a registry that is a program's output.
    mutating func program(_ fields: Fields, in directory: FilePath) -> ProgramSettings {
        var program = ProgramSettings()
        program.directory = directory.isEmpty ? nil : directory.string
        if let interval = pollInterval(fields) { program.interval = interval }
        if let timeout = fields["timeout"].flatMap({ duration($0, positive: true) }) { program.timeout = timeout }
        if let streams = fields["stream"].flatMap({ flag($0) }) { program.streams = streams }
        program.serviceLabel = fields["service_label"].flatMap { text($0) }
        if program.streams {
            for key in ["interval", "timeout"] {
                guard let field = fields[key] else { continue }
                report(
                    field.key.fault(
                        "`\(key)` is nothing for a program that streams",
                        hint:
                            "take it out; the program says when there is something new, and is started again when it ends"
                    )
                )
            }
        }
        return program
    }
}
