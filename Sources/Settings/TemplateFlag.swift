import Diagnostics

/// A `--template` flag: `IN[:OUT[:COMMAND]]`, with consul-template's meaning.
///
/// A colon in IN or OUT is written `\:`; COMMAND is all the rest and goes to `sh -c`.
struct TemplateFlag: Hashable {
    var input: String
    var output: String?
    var command: String?

    init(parsing text: String) throws(Diagnostic) {
        var rest = text[...]
        input = Self.path(&rest)
        let output = rest.isEmpty ? "" : Self.path(&rest)
        self.output = output.isEmpty ? nil : output
        command = rest.allSatisfy(\.isWhitespace) ? nil : String(rest)
        if input.isEmpty {
            throw Diagnostic("`--template \(text)` has no input", hint: "write `--template IN[:OUT[:COMMAND]]`")
        }
        if self.output == nil, command != nil {
            throw Diagnostic(
                "`--template \(text)` has a command but no output",
                hint: "write `--template IN:OUT:COMMAND`; a colon in a path is written `\\:`"
            )
        }
    }

    /// Takes the path at the beginning of `rest`, with the colon after it.
    private static func path(_ rest: inout Substring) -> String {
        var path = ""
        while let character = rest.popFirst(), character != ":" {
            if character == "\\", rest.first == ":" {
                rest.removeFirst()
                path.append(":")
            } else {
                path.append(character)
            }
        }
        return path
    }
}
