/// A server of a backend, as its line and the `default-server` lines before it make it.
package struct Server: Hashable, Sendable {
    package var name: String
    package var address: ServerAddress
    package var options: ServerOptions
    /// Where its line is.
    package var place: ConfigurationPlace

    package init(name: String, address: ServerAddress, options: ServerOptions, place: ConfigurationPlace) {
        self.name = name
        self.address = address
        self.options = options
        self.place = place
    }
}

/// A `server` line of a section that has not been looked into.
struct ServerLine: Sendable {
    /// In the section's text.
    var line: Int
    /// How many `default-server` lines of the section stand before it.
    var defaults: Int
}

/// The lines of a section by what they are to a comparison.
struct SectionContents: Sendable {
    var servers: [ServerLine] = []
    /// The `default-server` lines of the section.
    var defaults: [Int] = []
    /// All other lines, `server-template` among them, with how many `default-server` lines stand before.
    var others: [ServerLine] = []
}

extension HAProxyConfiguration {
    /// Sorts the lines of a section.
    func contents(of section: Section) -> SectionContents {
        var contents = SectionContents()
        let text = texts[section.text]
        let hasServers = section.kind.hasServers
        let hasDefaults = hasServers || section.kind == .defaults
        contents.servers.reserveCapacity(hasServers ? section.lines.count : 0)
        for line in body(of: section) {
            let entry = ServerLine(line: line, defaults: contents.defaults.count)
            if hasServers, text.begins(line, with: "server"), text.lines[line].wordCount >= 3,
                text.isLiteral(1, of: line)
            {
                contents.servers.append(entry)
            } else if hasDefaults, text.begins(line, with: "default-server") {
                contents.defaults.append(line)
            } else {
                contents.others.append(entry)
            }
        }
        return contents
    }

    /// What the `defaults` sections of a section say in their `default-server` lines, the farthest first.
    func inheritedDefaults(of section: Section) throws(ServerOptions.Fault) -> ServerOptions {
        var options = ServerOptions()
        for ancestor in lineage(of: section).dropFirst().reversed() {
            for line in contents(of: ancestor).defaults { try options.take(texts[ancestor.text], line, from: 1) }
        }
        return options
    }

    /// What holds for a server behind each of the section's `default-server` lines; the first is for servers before
    /// all.
    func defaultOptions(
        of section: Section,
        _ contents: SectionContents,
    ) throws(ServerOptions.Fault) -> [ServerOptions] {
        var all = [try inheritedDefaults(of: section)]
        for line in contents.defaults {
            var options = all[all.count - 1]
            try options.take(texts[section.text], line, from: 1)
            all.append(options)
        }
        return all
    }

    /// Looks into a server's line.
    func server(
        _ line: ServerLine,
        of section: Section,
        _ defaults: [ServerOptions],
    ) throws(ServerOptions.Fault) -> Server {
        let text = texts[section.text]
        var options = defaults[line.defaults]
        try options.take(text, line.line, from: 3)
        return Server(
            name: text.string(1, of: line.line),
            address: ServerAddress(text.string(2, of: line.line)),
            options: options,
            place: text.place(of: line.line)
        )
    }

    /// The servers of a section by their names, in order; nil stands for one whose line is not understood.
    func servers(of section: Section) -> [(name: String, server: Server?)] {
        let contents = contents(of: section)
        let defaults = try? defaultOptions(of: section, contents)
        return contents.servers.map { line in
            let name = texts[section.text].string(1, of: line.line)
            guard let defaults else { return (name, nil) }
            return (name, try? server(line, of: section, defaults))
        }
    }

    /// The servers of a backend or `listen` section, in order; nil if it does not exist or has a line that is not
    /// understood.
    package func servers(of backend: String) -> [Server]? {
        guard let section = sections.first(where: { $0.kind.hasServers && $0.name == backend }) else { return nil }
        let servers = servers(of: section)
        let understood = servers.compactMap(\.server)
        return understood.count == servers.count ? understood : nil
    }

    /// The names of all backends, `listen` sections among them.
    package var backends: [String] { sections.filter(\.kind.hasServers).map(\.name) }
}
