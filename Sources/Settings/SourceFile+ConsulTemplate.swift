import Diagnostics
import Documents

extension SourceFile {
    /// The fault of a file that is consul-template's configuration and not headgate's; nil if it is not.
    ///
    /// HCL's first line is a block (`consul {`) or an assignment (`log_level = "info"`), which is neither YAML's map nor
    /// JSON.
    var consulTemplateFault: Diagnostic? {
        var start = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let length = line.utf8.count
            let content = line.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
            if !content.isEmpty, !["#", "//", "/*", "*"].contains(where: { content.hasPrefix($0) }) {
                guard content.isHCL else { return nil }
                return fault(
                    "this is a configuration of consul-template (HCL), and headgate's is YAML",
                    start..<start + length,
                    hint:
                        "its templates run unchanged: each `template { source, destination, command }` becomes a target "
                        + "with `files: [{template, destination}]` and `reload`, `consul { address }` a registry; "
                        + "`headgate init haproxy` writes an example"
                )
            }
            start += length + 1
        }
        return nil
    }
}

extension Substring {
    /// `word {`, `word "label" {`, `word = value`.
    fileprivate var isHCL: Bool {
        let word = prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        guard !word.isEmpty else { return false }
        let rest = dropFirst(word.count).drop { $0 == " " || $0 == "\t" }
        return rest.hasPrefix("{") || rest.hasPrefix("\"") || rest.hasPrefix("=")
    }
}
