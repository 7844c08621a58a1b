/// What in a configuration refers to servers by name, so that HAProxy does not let them be deleted.
struct ServerReferences {
    /// The words that may be names, and a line each.
    private var lines: [String: ConfigurationPlace] = [:]

    init(_ configuration: HAProxyConfiguration) {
        for text in configuration.texts {
            for line in text.lines.indices {
                if text.begins(line, with: "use-server") {
                    note(text.string(1, of: line), text, line)
                    continue
                }
                let isServer =
                    text.begins(line, with: "server") || text.begins(line, with: "default-server")
                    || text.begins(line, with: "server-template")
                for word in 0..<Int(text.lines[line].wordCount) {
                    if isServer, text.isWord(word, of: line, "track") { note(text.string(word + 1, of: line), text, line) }
                    // Samples such as `srv_is_up(web/a)`.
                    if text.contains("srv_", word, of: line) { note(text.string(word, of: line), text, line) }
                }
            }
        }
    }

    /// A line that refers to a server, or may do so.
    func place(of server: String, in backend: String) -> ConfigurationPlace? { lines[server] }

    private mutating func note(_ word: String, _ text: ConfigurationText, _ line: Int) {
        let names = word.split { !($0.isASCII && ($0.isLetter || $0.isNumber) || "_.:-".contains($0)) }
        for name in names where lines[String(name)] == nil { lines[String(name)] = text.place(of: line) }
    }
}
