/// What in a configuration refers to servers by name, so that HAProxy does not let them be deleted.
struct ServerReferences {
    /// A line for each `backend/server` that something refers to, or may refer to.
    private var lines: [String: ConfigurationPlace] = [:]
    /// Stands for the backend where a line may hold for any.
    private static let anyBackend = "*"

    init(_ configuration: HAProxyConfiguration) {
        for section in configuration.sections {
            let text = configuration.texts[section.text]
            let backend = section.kind.hasServers ? section.name : Self.anyBackend
            for line in configuration.body(of: section) {
                if text.begins(line, with: "use-server") { note(text.string(1, of: line), backend, text, line) }
                let isServer =
                    text.begins(line, with: "server") || text.begins(line, with: "default-server")
                    || text.begins(line, with: "server-template")
                for word in 0..<Int(text.lines[line].wordCount) {
                    if isServer, text.isWord(word, of: line, "track") {
                        note(text.string(word + 1, of: line), backend, text, line)
                    }
                    // Samples such as `srv_is_up(web/a)`.
                    if text.contains("srv_", word, of: line) { note(text.string(word, of: line), backend, text, line) }
                }
            }
        }
    }

    /// A line that refers to a server, or may do so.
    func place(of server: String, in backend: String) -> ConfigurationPlace? {
        lines["\(backend)/\(server)"] ?? lines["\(Self.anyBackend)/\(server)"]
    }

    /// Notes every name in a word; without a backend of its own it is of the section's.
    private mutating func note(_ word: String, _ backend: String, _ text: ConfigurationText, _ line: Int) {
        let names = word.split { !($0.isASCII && ($0.isLetter || $0.isNumber) || "_.:-/".contains($0)) }
        for name in names {
            let path = name.contains("/") ? String(name) : "\(backend)/\(name)"
            if lines[path] == nil { lines[path] = text.place(of: line) }
        }
    }
}
