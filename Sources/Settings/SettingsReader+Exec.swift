import Documents
import SystemPackage

extension SettingsReader {
    private static let execKeys = KnownKeys(
        names: ["command", "reload_signal", "kill_signal", "kill_timeout"],
        aliases: ["signal": "reload_signal", "timeout": "kill_timeout"],
    )

    /// `exec: {command, reload_signal, kill_signal, kill_timeout}`.
    mutating func exec(_ entry: SourceNode.Entry, in directory: FilePath) -> ExecSettings? {
        guard let fields = fields(entry.value, of: "`exec`", Self.execKeys) else { return nil }
        guard let command = fields["command"] else {
            report(entry.key.fault("`exec` has no `command`", hint: "write `command: [program, argument]`"))
            return nil
        }
        guard let line = line(command.value, of: command)?.line else { return nil }
        var exec = ExecSettings(line, directory: directory.isEmpty ? nil : directory.string)
        if let field = fields["reload_signal"] {
            if field.value.isNone { exec.reloadSignal = nil } else { exec.reloadSignal = signal(field, or: "none") }
        }
        if let signal = fields["kill_signal"].flatMap({ signal($0) }) { exec.killSignal = signal }
        if let timeout = fields["kill_timeout"].flatMap({ duration($0) }) { exec.killTimeout = timeout }
        return exec
    }

    private mutating func signal(_ entry: SourceNode.Entry, or other: String? = nil) -> ProcessSignal? {
        guard let name = text(entry) else { return nil }
        if let signal = ProcessSignal(named: name) { return signal }
        let names = ProcessSignal.allCases.map(\.rawValue) + (other.map { [$0] } ?? [])
        report(entry.fault("`\(entry.name)` has to be one of \(names.joined(separator: ", "))"))
        return nil
    }
}

extension SourceNode {
    fileprivate var isNone: Bool {
        guard case .scalar(let scalar) = content else { return false }
        return isOff || scalar.value == .string("none")
    }
}
