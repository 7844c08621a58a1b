extension HAProxyConfiguration {
    /// A line that counts for a section, its own or one of its `defaults`.
    struct Directive: Sendable {
        /// Nil stands for a word that is not literal.
        var words: [String?]
        var place: ConfigurationPlace
    }

    /// The lines of a section and its `defaults` that begin with `keyword`, the section's own first and later lines
    /// before earlier ones: of a directive that may stand once, the first is in force.
    func directives(_ keyword: StaticString, in section: Section) -> [Directive] {
        lineage(of: section).flatMap { section in
            let text = texts[section.text]
            return body(of: section).reversed().filter { text.begins($0, with: keyword) }.map { line in
                Directive(
                    words: (0..<Int(text.lines[line].wordCount)).map { word in
                        text.isLiteral(word, of: line) ? text.string(word, of: line) : nil
                    },
                    place: text.place(of: line)
                )
            }
        }
    }

    /// Whether a section has an `option` that is not taken back by `no option` nearer to it.
    func hasOption(_ name: String, in section: Section) -> Bool {
        for section in lineage(of: section) {
            let text = texts[section.text]
            for line in body(of: section).reversed() {
                if text.begins(line, with: "option"), text.string(1, of: line) == name { return true }
                if text.begins(line, with: "no"), text.string(1, of: line) == "option", text.string(2, of: line) == name
                {
                    return false
                }
            }
        }
        return false
    }
}

extension HAProxyConfiguration {
    /// The files that `server` and `default-server` lines name, each with its keyword.
    var serverFiles: Set<String> {
        var files: Set<String> = []
        for text in texts {
            for line in text.lines.indices
            where text.begins(line, with: "server") || text.begins(line, with: "default-server") {
                for word in 1..<max(1, Int(text.lines[line].wordCount) - 1)
                where text.isWord(word, of: line, "ca-file") || text.isWord(word, of: line, "crt")
                    || text.isWord(word, of: line, "crl-file")
                {
                    files.insert(text.strings(of: line, from: word).prefix(2).joined(separator: " "))
                }
            }
        }
        return files
    }

    /// A line that makes HAProxy take the state of servers from a file at a start.
    package var restoresState: ConfigurationPlace? {
        for section in sections where section.kind == .defaults || section.kind.hasServers {
            let text = texts[section.text]
            for line in section.lines
            where text.begins(line, with: "load-server-state-from-file") && text.string(1, of: line) != "none" {
                return text.place(of: line)
            }
        }
        return nil
    }
}
