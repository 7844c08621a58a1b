import Diagnostics
import Documents
import SystemPackage

extension SettingsReader {
    private static let fileKeys = KnownKeys(
        names: [
            "template", "contents", "destination", "mode", "user", "group", "delimiters", "create_directories",
            "for_each",
        ],
        aliases: [
            "source": "template", "src": "template", "dest": "destination", "path": "destination", "perms": "mode",
            "owner": "user", "left_delimiter": "delimiters", "right_delimiter": "delimiters",
            "create_dest_dirs": "create_directories",
        ],
    )

    /// The files of a target; where it names none, the profile's.
    mutating func files(
        _ field: SourceNode.Entry?,
        of target: SourceNode.Entry,
        profile: Profile?,
        in surroundings: Surroundings,
    ) -> [FileSettings] {
        guard let field else {
            guard let profile else {
                if !target.names("profile") {
                    report(
                        target.key.fault(
                            "the target `\(target.name)` has no files",
                            hint: "add `files:` with a template and a destination"
                        )
                    )
                }
                return []
            }
            guard let destination = profile.destination else {
                report(
                    target.key.fault(
                        "the target `\(target.name)` has no files, and its profile `\(profile.name)` has no destination",
                        hint: "add `files:` with a destination"
                    )
                )
                return []
            }
            var file = profile.file
            let path = surroundings.destination(destination).string
            claim(path, for: target.name, at: target.key)
            file.destination = path
            file.position = target.key.position
            return [file]
        }
        let nodes: [SourceNode]
        switch field.value.content {
        case .list(let elements): nodes = elements
        // A single file needs no list.
        case .map: nodes = [field.value]
        case .scalar: nodes = []
        }
        if nodes.isEmpty {
            report(
                field.fault(
                    "`files` has to be a list of files, not \(field.value.kind)",
                    hint: "write `- {template: FILE, destination: PATH}`"
                )
            )
        }
        return nodes.compactMap { file($0, of: target, profile: profile, in: surroundings) }
    }

    private mutating func file(
        _ node: SourceNode,
        of target: SourceNode.Entry,
        profile: Profile?,
        in surroundings: Surroundings,
    ) -> FileSettings? {
        // A profile that cannot be read is told already; what it would have brought is not missing.
        let hasProfile = target.names("profile")
        guard let fields = fields(node, of: "a file", Self.fileKeys) else { return nil }
        var file = FileSettings(template: "", position: node.position)
        template(fields, of: node, profile: profile, hasProfile: hasProfile, in: surroundings, into: &file)
        if let field = fields["destination"] {
            file.destination = text(field).flatMap { destination($0, field, in: surroundings) }
            if let path = file.destination { claim(path, for: target.name, at: field.value) }
        } else if let destination = profile?.destination {
            let path = surroundings.destination(destination).string
            claim(path, for: target.name, at: node)
            file.destination = path
        } else if !hasProfile || profile != nil {
            report(node.fault("the file has no destination", hint: "add `destination: PATH`"))
        }
        if let field = fields["for_each"] { file.forEach = forEach(field) }
        checkDestination(file, fields["destination"]?.value ?? node, isForEach: fields["for_each"] != nil)
        file.mode = fields["mode"].flatMap { mode($0) }
        file.user = fields["user"].flatMap { text($0) }
        file.group = fields["group"].flatMap { text($0) }
        if let create = fields["create_directories"].flatMap({ flag($0) }) { file.createDirectories = create }
        if let (left, right) = fields["delimiters"].flatMap({ delimiters($0) }) {
            file.leftDelimiter = left
            file.rightDelimiter = right
        }
        return file
    }

    private mutating func template(
        _ fields: Fields,
        of node: SourceNode,
        profile: Profile?,
        hasProfile: Bool,
        in surroundings: Surroundings,
        into file: inout FileSettings,
    ) {
        if let template = fields["template"], let contents = fields["contents"] {
            report(
                contents.key.fault(
                    "the file has `contents` as well as a `template`",
                    hint: "keep one of them",
                    notes: [.init("`template` is here", at: template.key.position)]
                )
            )
        }
        if let contents = fields["contents"] {
            file.template = "<contents>"
            file.contents = text(contents)
        } else if let template = fields["template"] {
            guard let path = text(template) else { return }
            file.template = surroundings.resolve(path)
            if let error = unreadable(surroundings.absolute(path)) {
                report(template.fault("the template `\(path)` cannot be read: \(error)", hint: hint(for: error)))
            }
        } else if let profile {
            file.template = profile.file.template
            file.contents = profile.file.contents
        } else if !hasProfile {
            report(node.fault("the file has no template", hint: "add `template: FILE`, or `contents: TEXT`"))
        }
    }

    private mutating func destination(
        _ path: String,
        _ field: SourceNode.Entry,
        in surroundings: Surroundings,
    ) -> String? {
        let absolute = surroundings.destination(path)
        if path.hasSuffix("/") || absolute.lastComponent.map({ $0.kind != .regular }) ?? true {
            report(field.fault("`\(path)` is a directory, not a file", hint: "add the file's name"))
            return nil
        }
        // Without `..` a path means the same when its `.` are left out; with it, links would count.
        return absolute.components.contains { $0.kind == .parentDirectory }
            ? absolute.string : absolute.lexicallyNormalized().string
    }

    private mutating func delimiters(_ entry: SourceNode.Entry) -> (left: String, right: String)? {
        let hint = "write `delimiters: [\"<<\", \">>\"]`"
        guard case .list(let nodes) = entry.value.content, nodes.count == 2 else {
            report(entry.fault("`delimiters` has to be a list of two, not \(entry.value.kind)", hint: hint))
            return nil
        }
        guard let left = text(nodes[0], of: "the left delimiter"), let right = text(nodes[1], of: "the right delimiter")
        else { return nil }
        if left == right {
            report(entry.fault("the delimiters are the same", hint: hint))
            return nil
        }
        return (left, right)
    }
}

/// Why the file at `path` cannot be read; nil if it can.
func unreadable(_ path: FilePath) -> Errno? {
    do {
        _ = try readFile(at: path)
        return nil
    } catch {
        return error
    }
}

extension SourceNode.Entry {
    /// Whether the map has the key.
    func names(_ key: String) -> Bool {
        if case .map(let entries) = value.content { entries.contains { $0.name == key } } else { false }
    }
}
