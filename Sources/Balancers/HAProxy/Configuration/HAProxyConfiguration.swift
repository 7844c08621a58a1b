/// HAProxy's configuration as sections of lines. What is not understood keeps its words, and is compared by them.
package struct HAProxyConfiguration: Hashable, Sendable {
    /// A section, from the line with its keyword to the last line before the next.
    struct Section: Hashable, Sendable {
        var kind: Kind
        /// Empty for a section that has none.
        var name: String
        /// The `defaults` section it begins from, as an index into `sections`.
        var parent: Int?
        /// An index into `texts`.
        var text: Int
        /// Its lines in that text; the first is the one with the keyword, unless `kind` is `headless`.
        var lines: Range<Int>
        /// The first line of a block that HAProxy reads or not (`.if`), where there is one.
        var conditional: Int?
    }

    enum Kind: Hashable, Sendable {
        case global
        case defaults
        case frontend
        case listen
        case backend
        /// Another section, whose lines are only compared.
        case other(String)
        /// Lines of a file before its first section.
        case headless

        var keyword: String {
            switch self {
            case .global: "global"
            case .defaults: "defaults"
            case .frontend: "frontend"
            case .listen: "listen"
            case .backend: "backend"
            case .other(let keyword): keyword
            case .headless: "the start of a file"
            }
        }

        /// Whether it may have servers that take traffic.
        var hasServers: Bool { self == .backend || self == .listen }
    }

    let texts: [ConfigurationText]
    let sections: [Section]
    /// A section that begins within a conditional block: which sections there are cannot be told then.
    let conditionalSection: ConfigurationPlace?

    /// Reads the files in HAProxy's order.
    package init(_ files: [ConfigurationFile]) {
        texts = files.map(ConfigurationText.init)
        var reader = SectionReader()
        for index in texts.indices { reader.read(texts[index], index) }
        sections = reader.sections
        conditionalSection = reader.conditionalSection
    }

    /// How a section is named to people: `backend web`, `global`.
    func title(_ section: Section) -> String {
        section.name.isEmpty ? section.kind.keyword : "\(section.kind.keyword) \(section.name)"
    }

    func place(_ section: Section) -> ConfigurationPlace { texts[section.text].place(of: section.lines.lowerBound) }

    /// The section and the `defaults` sections it begins from, nearest first.
    func lineage(of section: Section) -> [Section] {
        var lineage = [section]
        while let parent = lineage[lineage.count - 1].parent { lineage.append(sections[parent]) }
        return lineage
    }

    /// The lines of a section without the one with its keyword.
    func body(of section: Section) -> Range<Int> {
        section.kind == .headless ? section.lines : section.lines.dropFirst()
    }
}

/// Finds the sections of files.
private struct SectionReader {
    var sections: [HAProxyConfiguration.Section] = []
    var conditionalSection: ConfigurationPlace?
    private var lastDefaults: Int?

    mutating func read(_ text: ConfigurationText, _ index: Int) {
        var depth = 0
        // A section does not go on in the next file.
        var isFirst = true
        for line in text.lines.indices {
            if let kind = kind(of: text, line) {
                if depth > 0, conditionalSection == nil { conditionalSection = text.place(of: line) }
                sections.append(section(kind, text, index, line))
                if kind == .defaults { lastDefaults = sections.count - 1 }
            } else {
                if isFirst {
                    sections.append(.init(kind: .headless, name: "", text: index, lines: line..<line))
                }
                if text.begins(line, with: ".if") {
                    depth += 1
                    let last = sections.count - 1
                    if sections[last].conditional == nil { sections[last].conditional = line }
                } else if text.begins(line, with: ".endif") {
                    depth -= 1
                }
                let last = sections.count - 1
                sections[last].lines = sections[last].lines.lowerBound..<line + 1
            }
            isFirst = false
        }
    }

    private func section(
        _ kind: HAProxyConfiguration.Kind,
        _ text: ConfigurationText,
        _ index: Int,
        _ line: Int,
    ) -> HAProxyConfiguration.Section {
        let words = text.strings(of: line)
        var section = HAProxyConfiguration.Section(kind: kind, name: "", text: index, lines: line..<line + 1)
        guard kind != .global else { return section }
        // `defaults from x` would be a section without a name.
        let from = words.dropFirst().firstIndex(of: "from")
        if words.count > 1, from != 1 { section.name = words[1] }
        switch kind {
        case .defaults:
            section.parent = from.flatMap { defaults(named: words.dropFirst($0 + 1).first) }
        case .frontend, .listen, .backend:
            section.parent = from.map { defaults(named: words.dropFirst($0 + 1).first) } ?? lastDefaults
        default:
            break
        }
        return section
    }

    private func defaults(named name: String?) -> Int? {
        sections.lastIndex { $0.kind == .defaults && $0.name == name }
    }

    /// The section that a line begins (configuration manual 2.1, 3 and 4, up to HAProxy 3.4).
    private func kind(of text: ConfigurationText, _ line: Int) -> HAProxyConfiguration.Kind? {
        // Nearly all lines are of servers.
        if text.begins(line, with: "server") || !text.isLiteral(0, of: line) { return nil }
        switch text.string(0, of: line) {
        case "global": return .global
        case "defaults": return .defaults
        case "frontend": return .frontend
        case "listen": return .listen
        case "backend": return .backend
        case let keyword where Self.otherSections.contains(keyword): return .other(keyword)
        default: return nil
        }
    }

    private static let otherSections: Set = [
        "acme", "cache", "crt-store", "fcgi-app", "healthcheck", "http-errors", "log-forward", "log-profile", "mailers",
        "namespace_list", "peers", "program", "resolvers", "ring", "traces", "userlist",
    ]
}
