import Diagnostics
import Documents

extension SettingsReader {
    /// What a target or a profile says of its check or reload.
    enum Command<Value: Sendable>: Sendable {
        /// `off`: none, also where the profile has one.
        case off
        /// A command, with the nodes that its words come from.
        case run(Value, [SourceNode])

        var value: Value? {
            if case .run(let value, _) = self { value } else { nil }
        }
    }

    /// `check`: a list, a string, `{command, timeout, isolation}` or `off`.
    mutating func check(_ entry: SourceNode.Entry) -> Command<CheckSettings>? {
        switch command(entry, extra: ["isolation"]) {
        case nil: return nil
        case .off: return .off
        case .run(let parts, let nodes):
            guard let command = parts.command else { return nil }
            var check = CheckSettings(command)
            if let entry = parts.fields["isolation"] {
                guard let isolation = choice(entry, of: CheckSettings.Isolation.self) else { return nil }
                check.isolation = isolation
            }
            return .run(check, nodes)
        }
    }

    /// What the map of a command says; its other fields are the caller's.
    struct CommandParts: Sendable {
        var command: CommandSettings?
        var timeout: Duration
        var fields: Fields
    }

    /// - Parameters:
    ///   - extra: Keys beside `command` and `timeout`.
    ///   - alternative: The key with which there need be no command.
    mutating func command(
        _ entry: SourceNode.Entry,
        extra: [String],
        insteadOfCommand alternative: String? = nil,
    ) -> Command<CommandParts>? {
        if entry.value.isOff { return .off }
        guard case .map = entry.value.content else {
            guard let (line, nodes) = line(entry.value, of: entry) else { return nil }
            let command = CommandSettings(line)
            return .run(CommandParts(command: command, timeout: command.timeout, fields: Fields()), nodes)
        }
        guard
            let fields = fields(
                entry.value,
                of: "`\(entry.name)`",
                KnownKeys(names: ["command", "timeout"] + extra, aliases: ["cmd": "command", "run": "command"])
            )
        else { return nil }
        let timeout = fields["timeout"].map { duration($0, positive: true) } ?? CommandSettings.defaultTimeout
        guard let command = fields["command"] else {
            if let alternative, fields[alternative] != nil {
                guard let timeout else { return nil }
                return .run(CommandParts(command: nil, timeout: timeout, fields: fields), [])
            }
            report(
                entry.key.fault(
                    "`\(entry.name)` has no `command`",
                    hint: "write `command: [program, argument]`, or `\(entry.name): off`"
                )
            )
            return nil
        }
        guard let (line, nodes) = line(command.value, of: command), let timeout else { return nil }
        let settings = CommandSettings(line, timeout: timeout)
        return .run(CommandParts(command: settings, timeout: timeout, fields: fields), nodes)
    }

    /// A command: a list, or a text for the shell.
    mutating func line(_ node: SourceNode, of entry: SourceNode.Entry) -> (
        line: CommandSettings.Line, nodes: [SourceNode]
    )? {
        guard case .list(let nodes) = node.content else {
            return text(node, of: "`\(entry.name)`", else: entry.key).map { (.shell($0), [node]) }
        }
        guard !nodes.isEmpty else {
            report(
                node.fault(
                    "`\(entry.name)` is an empty list",
                    hint: "write a program and its arguments, or `\(entry.name): off`"
                )
            )
            return nil
        }
        var words: [String] = []
        for (index, node) in nodes.enumerated() {
            // An argument may well be empty; a program may not.
            if index > 0, case .scalar(let scalar) = node.content, scalar.value == .string("") {
                words.append("")
            } else if let word = text(node, of: index == 0 ? "the program" : "argument \(index)") {
                words.append(word)
            }
        }
        return words.count == nodes.count ? (.arguments(words), nodes) : nil
    }
}

/// What stands for the staged files in a check's command.
enum Placeholder: String, CaseIterable {
    case staged
    case stagedDirectory = "staged_dir"
    case destination

    /// The names in braces in `text`, as `{staged}` is; `${NAME}` is the shell's and none.
    static func names(in text: String) -> [String] {
        var names: [String] = []
        var rest = text.utf8[...]
        var before: UInt8?
        while let open = rest.firstIndex(of: UInt8(ascii: "{")) {
            if open > rest.startIndex { before = text.utf8[text.utf8.index(before: open)] }
            rest = rest[text.utf8.index(after: open)...]
            let name = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_") }
            if before != UInt8(ascii: "$"), !name.isEmpty, rest.dropFirst(name.count).first == UInt8(ascii: "}") {
                names.append(String(decoding: name, as: UTF8.self))
            }
            before = UInt8(ascii: "{")
        }
        return names
    }
}

extension SourceNode {
    /// The placeholders in a command's word.
    var placeholders: [String] {
        if case .scalar(let scalar) = content { Placeholder.names(in: scalar.text) } else { [] }
    }

    /// Whether this says `off`, which YAML reads as false.
    var isOff: Bool {
        guard case .scalar(let scalar) = content else { return false }
        return scalar.value == .bool(false) || scalar.value == .string("off")
    }
}
