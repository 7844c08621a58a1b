import Settings

/// What the placeholders of a check command stand for.
struct Placeholders {
    /// `{staged}`; nil for a target with several files.
    var staged: String?
    /// `{staged_dir}`; nil if the files have no directory in common.
    var stagedDirectory: String?

    /// Whether `line` uses a placeholder.
    static func uses(_ placeholder: String, in line: CommandSettings.Line) -> Bool {
        switch line {
        case .arguments(let arguments): arguments.contains { $0.contains(placeholder) }
        case .shell(let text): text.contains(placeholder)
        }
    }

    /// The command with its placeholders filled in: quoted for the shell in a text, as they are in a list.
    func arguments(for line: CommandSettings.Line) throws(DeliveryFault) -> [String] {
        switch line {
        case .arguments(let arguments):
            var filled: [String] = []
            for argument in arguments { filled.append(try fill(argument) { $0 }) }
            return filled
        case .shell(let text):
            return ["/bin/sh", "-c", try fill(text, quotedForShell)]
        }
    }

    private func fill(_ text: String, _ quote: (String) -> String) throws(DeliveryFault) -> String {
        var result = ""
        var rest = text[...]
        while let brace = rest.firstIndex(of: "{") {
            result += rest[..<brace]
            rest = rest[brace...]
            if rest.hasPrefix("{staged_dir}") {
                guard let stagedDirectory else { throw .noCommonDirectory }
                result += quote(stagedDirectory)
                rest = rest.dropFirst("{staged_dir}".count)
            } else if rest.hasPrefix("{staged}") {
                guard let staged else { throw .severalStagedFiles }
                result += quote(staged)
                rest = rest.dropFirst("{staged}".count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result + rest
    }
}

/// `text` as one word of a POSIX shell.
func quotedForShell(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
}
