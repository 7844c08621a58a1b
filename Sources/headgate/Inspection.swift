import Diagnostics
import Settings
import State
import SystemPackage

/// What the settings name and this machine does not have. No faults, since the configuration may be meant for another.
enum Inspection {
    static func warnings(_ settings: Settings) -> [Diagnostic] {
        settings.registries.flatMap(warnings) + settings.targets.flatMap(warnings) + drainWarnings(settings)
            + warnings(settings.exec)
    }

    private static func warnings(_ registry: RegistrySettings) -> [Diagnostic] {
        var files: [(key: String, path: String?)] = []
        switch registry.url {
        case .file(let path): files = [("url", path)]
        case .consul: files = self.files(registry.consul.access)
        case .http: files = self.files(registry.http.access)
        case .program(let line):
            return warnings(
                line,
                in: registry.program.directory,
                of: "the registry `\(registry.name)`",
                at: registry.position
            )
        case .kubernetes(.kubeconfig(let path, _)): files = [("url", path)]
        case .etcd: files = self.files(registry.etcd.access)
        // Where headgate runs, it is in a pod.
        case .dns, .combination, .kubernetes(.inCluster): break
        }
        return files.compactMap { key, path in
            guard let path, let error = unavailable(path) else { return nil }
            return warning(
                "the registry `\(registry.name)` names `\(path)` as its `\(key)`, which cannot be read: \(error)",
                at: registry.position,
                hint: "create it, or give the user that headgate runs as permission to read it"
            )
        }
    }

    private static func files(_ access: AccessSettings) -> [(key: String, path: String?)] {
        [
            ("token_file", access.tokenFile), ("password_file", access.passwordFile), ("ca", access.tls.authorities),
            ("ca_path", access.tls.authoritiesDirectory), ("cert", access.tls.certificate), ("key", access.tls.key),
        ]
    }

    /// Whether the program that `owner` runs is there.
    private static func warnings(
        _ line: CommandSettings.Line,
        in directory: String?,
        of owner: String,
        at place: SourcePosition?,
    ) -> [Diagnostic] {
        guard let program = line.program,
            programPath(program, in: directory, environment: Assembly.environment) == nil
        else { return [] }
        return [
            warning(
                "\(owner) runs `\(program)`, and there is no such program",
                at: place,
                hint: program.contains("/") ? "check the path" : "install it, or write its path"
            )
        ]
    }

    private static func warnings(_ target: TargetSettings) -> [Diagnostic] {
        target.files.flatMap { warnings($0, of: target) } + liveWarnings(target)
            + warnings(target.check?.command, "check", of: target)
            + warnings(target.reload?.command, "reload", of: target)
    }

    private static func warnings(
        _ command: CommandSettings?,
        _ key: String,
        of target: TargetSettings,
    ) -> [Diagnostic] {
        guard let command else { return [] }
        let owner = "the \(key) of the target `\(target.name)`"
        return warnings(command.line, in: command.directory, of: owner, at: target.position)
    }

    /// What makes a reload bring back other servers than the files say.
    private static func liveWarnings(_ target: TargetSettings) -> [Diagnostic] {
        guard let live = target.live else { return [] }
        let directive = "load-server-state-from-file"
        let others = live.configuration.filter { path in !target.files.contains { $0.destination == path } }
        let texts =
            target.files.map { file in (file.template, file.contents ?? text(of: file.template)) }
            + others.map { ($0, text(of: $0)) }
        return texts.compactMap { name, text in
            let lines = (text ?? "").split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }
            guard lines.contains(where: { $0.hasPrefix(directive) && !$0.contains(" none") }) else { return nil }
            return warning(
                "`\(name)` has `\(directive)`: a reload takes addresses and maintenance from the state file",
                at: live.position ?? target.position,
                hint: "take it out: what headgate changes live it writes into the configuration too"
            )
        }
    }

    /// Nil if it cannot be read.
    static func text(of path: String) -> String? {
        guard let bytes = try? LocalFileSystem().contents(of: path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func drainWarnings(_ settings: Settings) -> [Diagnostic] {
        let leased = Set(settings.registries.filter { !settings.drains($0) }.map(\.name))
        return settings.targets.compactMap { target in
            guard target.drain > .zero, let registry = target.registry, leased.contains(registry) else { return nil }
            return warning(
                "`drain` of the target `\(target.name)` has no effect on its registry `\(registry)`, where the end of a lease, as "
                    + "of an instance that crashed, looks like a deregistration",
                at: target.position,
                hint: "write `drain: true` for the registry if what is gone may have been deregistered"
            )
        }
    }

    private static func warnings(_ file: FileSettings, of target: TargetSettings) -> [Diagnostic] {
        var warnings: [Diagnostic] = []
        let place = file.position ?? target.position
        if let user = file.user, userID(named: user) == nil {
            warnings.append(warning("there is no user `\(user)`", at: place, hint: "create it, or name another"))
        }
        if let group = file.group, groupID(named: group) == nil {
            warnings.append(warning("there is no group `\(group)`", at: place, hint: "create it, or name another"))
        }
        if let destination = file.destination, !file.createDirectories {
            let directory = FilePath(destination).removingLastComponent().string
            if unavailable(directory) == .noSuchFileOrDirectory {
                warnings.append(
                    warning(
                        "the directory `\(directory)` of `\(destination)` does not exist",
                        at: place,
                        hint: "create it, or set `create_directories: true` for the file"
                    )
                )
            }
        }
        return warnings
    }

    private static func warnings(_ exec: ExecSettings?) -> [Diagnostic] {
        exec.map { warnings($0.line, in: $0.directory, of: "`exec`", at: nil) } ?? []
    }

    /// A warning of something this machine lacks.
    static func warning(_ message: String, at place: SourcePosition?, hint: String) -> Diagnostic {
        Diagnostic(message, severity: .warning, at: place, hint: hint)
    }

    /// Why the file or directory `path` cannot be read; nil if it can.
    private static func unavailable(_ path: String) -> Errno? {
        do {
            // Opening a pipe without a writer would wait for one.
            try FileDescriptor.open(FilePath(path), .readOnly, options: .nonBlocking).close()
            return nil
        } catch {
            return error as? Errno ?? .ioError
        }
    }
}

extension CommandSettings.Line {
    /// The program that it runs, as far as that can be told: of a text for the shell the first word, if that is plain and
    /// none of the shell's own.
    fileprivate var program: String? {
        switch self {
        case .arguments(let words): return words.first
        case .shell(let text):
            let word = text.prefix { !$0.isWhitespace }
            let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "/._-+".contains($0) }
            return word.isEmpty || !isPlain || Self.shellWords.contains(String(word)) ? nil : String(word)
        }
    }

    /// Words of sh (POSIX, 2.14 and 2.4) that are no programs.
    private static let shellWords: Set = [
        ".", ":", "alias", "break", "case", "cd", "command", "continue", "eval", "exec", "exit", "export", "for", "if",
        "local", "read", "readonly", "return", "set", "shift", "source", "times", "trap", "type", "ulimit", "umask",
        "unset", "until", "wait", "while",
    ]
}
