extension HAProxyConfiguration {
    /// A line that counts for a section, its own or one of its `defaults`.
    struct Directive: Sendable {
        /// Nil stands for a word that is not literal.
        var words: [String?]
        var place: ConfigurationPlace
    }

    /// The lines of a section and its `defaults` that begin with `keyword`, the section's own first and later lines before
    /// earlier ones: of a directive that may stand once, the first is in force.
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
                if text.begins(line, with: "no"), text.string(1, of: line) == "option", text.string(2, of: line) == name {
                    return false
                }
            }
        }
        return false
    }
}
