import Diagnostics
import Documents
import SystemPackage

extension SettingsReader {
    /// What reading a target needs to know besides the target.
    struct Surroundings {
        /// Where the configuration file lies, as the user named it; relative paths count from there.
        var directory: FilePath
        var workingDirectory: FilePath
        var registries: [RegistrySettings]

        /// `path` as it is written from the working directory.
        func resolve(_ path: String) -> String { directory.pushing(FilePath(path)).string }

        /// `path` made absolute.
        func absolute(_ path: String) -> FilePath { workingDirectory.pushing(directory).pushing(FilePath(path)) }

        /// Where `path` is written: the same however the configuration was named on the command line, since the place is a
        /// part of what is in force.
        func destination(_ path: String) -> FilePath {
            let base = workingDirectory.pushing(directory)
            return (resolvedDirectory(base) ?? base).pushing(FilePath(path))
        }
    }

    /// What a file's keys are mistaken for where the target's are.
    private static let files = "files: [{template: …, destination: …}]"
    private static let targetKeys = KnownKeys(
        names: [
            "profile", "files", "values", "values_file", "registry", "check", "reload", "untrusted", "sensitive",
            "wait",
            "reload_interval", "max_draining", "missing_key", "guard", "drift", "drain", "damp", "culprits", "live",
        ],
        aliases: [
            "command": "reload", "template": files, "source": files, "destination": files, "dest": files,
            "templates": "files", "test": "check",
        ],
    )

    /// A target, as far as it is right; nil if it cannot be used at all.
    mutating func target(_ entry: SourceNode.Entry, in surroundings: Surroundings) -> TargetSettings? {
        guard checkName(entry.key, entry.name, of: "a target"),
            let fields = fields(entry.value, of: "the target `\(entry.name)`", Self.targetKeys)
        else { return nil }
        var target = TargetSettings(name: entry.name, position: entry.key.position)
        let profile = fields["profile"].flatMap { self.profile($0, in: surroundings) }
        target.profile = profile?.name
        target.quoting = profile?.quoting
        target.files = files(fields["files"], of: entry, profile: profile, in: surroundings)
        target.values = values(fields, in: surroundings)
        checkEach(target.files, of: fields["values"] ?? fields["values_file"], target.values)
        target.registry = registry(fields["registry"], of: entry, in: surroundings)

        let check = fields["check"].map { self.check($0) }
        target.check = check.map { $0?.value } ?? profile?.check
        if case .run(let settings, let nodes) = check { validate(settings, nodes, several: several(target.files)) }
        if fields["check"] == nil, let profileEntry = fields["profile"], let check = profile?.check {
            validate(check, of: profileEntry, several: several(target.files))
        }
        let own = fields["reload"].map { self.reload($0) }
        var reload = (own.map { $0?.value } ?? profile?.reload)?.resolved { surroundings.absolute($0).string }
        // Where `reload` is faulty that is told, and not what follows from it.
        if let field = fields["max_draining"], own.map({ $0 != nil }) ?? true {
            let limit = maxDraining(field, reload)
            reload?.maxDraining = limit
        }
        target.reload = reload
        target.reloadIsDefault = fields["reload"] == nil
        target.live = fields["live"].flatMap { live($0, of: entry.name, in: surroundings) }

        if let mode = fields["untrusted"].flatMap({ choice($0, of: TargetSettings.UntrustedMode.self) }) {
            target.untrusted = mode
        }
        if let field = fields["culprits"] { culprits(field, into: &target) }
        if let sensitive = fields["sensitive"].flatMap({ flag($0) }) { target.sensitive = sensitive }
        if let wait = fields["wait"].flatMap({ self.wait($0) }) { target.wait = wait }
        if let interval = fields["reload_interval"].flatMap({ duration($0) }) { target.reloadInterval = interval }
        if let drift = fields["drift"].flatMap({ choice($0, of: TargetSettings.DriftMode.self) }) {
            target.drift = drift
        }
        if let field = fields["guard"] { target.guards = guards(field) }
        if let drain = fields["drain"].flatMap({ drain($0) }) { target.drain = drain }
        target.damping = fields["damp"].flatMap { damp($0) }
        if let missing = fields["missing_key"].flatMap({ choice($0, of: TargetSettings.MissingKey.self) }) {
            target.missingKey = missing
        }
        return target
    }

    /// Names of targets and registries go into queries, paths and log lines.
    mutating func checkName(_ key: SourceNode, _ name: String, of what: String) -> Bool {
        if isName(name) { return true }
        report(
            key.fault(
                "`\(name)` cannot be the name of \(what)",
                hint: "names are made of letters, digits, `-`, `_` and `.`, with a letter or digit first"
            )
        )
        return false
    }

    private mutating func profile(_ entry: SourceNode.Entry, in surroundings: Surroundings) -> Profile? {
        guard let name = text(entry) else { return nil }
        do {
            guard Profile.isPath(name) else { return try Profile.load(name) }
            return try Profile(reading: .directory(surroundings.resolve(name), at: surroundings.absolute(name)))
        } catch {
            // Faults without a place are of the name: they get the place where it is said.
            for fault in error.diagnostics {
                report(fault.position == nil ? entry.fault(fault.message, hint: fault.hint) : fault)
            }
            return nil
        }
    }

    private mutating func values(
        _ fields: Fields,
        in surroundings: Surroundings,
    ) -> ConfigurationValue? {
        if let values = fields["values"], let file = fields["values_file"] {
            report(
                file.key.fault(
                    "the target has `values` as well as `values_file`",
                    hint: "keep one of them",
                    notes: [.init("`values` is here", at: values.key.position)]
                )
            )
        }
        // Nothing but comments below `values:` is no value, not a fault.
        if let entry = fields["values"], entry.value.isNull { return nil }
        if let entry = fields["values"] {
            guard case .map = entry.value.content else {
                report(
                    entry.fault(
                        "`values` has to be a map, not \(entry.value.kind)",
                        hint: "a file is named by `values_file: PATH`"
                    )
                )
                return nil
            }
            return ConfigurationValue(entry.value)
        }
        guard let entry = fields["values_file"], let path = text(entry) else { return nil }
        do {
            return try loadValues(surroundings.resolve(path), at: surroundings.absolute(path))
        } catch {
            for fault in error.diagnostics {
                report(fault.position == nil ? entry.fault(fault.message, hint: fault.hint) : fault)
            }
            return nil
        }
    }

    private mutating func registry(
        _ field: SourceNode.Entry?,
        of target: SourceNode.Entry,
        in surroundings: Surroundings,
    ) -> String? {
        let names = surroundings.registries.map(\.name)
        guard let field else {
            if names.count > 1 {
                report(
                    target.key.fault(
                        "the target `\(target.name)` does not say which registry it reads",
                        hint: "add `registry:` with one of \(names.joined(separator: ", "))"
                    )
                )
            }
            return names.first
        }
        guard let name = text(field) else { return nil }
        if names.contains(name) { return name }
        report(
            field.fault(
                "there is no registry `\(name)`",
                hint: nearest(to: name, among: names).map { "did you mean `\($0)`?" }
                    ?? (names.isEmpty
                        ? "name it under `registries`" : "the registries are \(names.joined(separator: ", "))")
            )
        )
        return nil
    }

    private mutating func wait(_ entry: SourceNode.Entry) -> WaitSettings? {
        guard case .map = entry.value.content else {
            return duration(entry).map { WaitSettings(min: $0, max: $0 * 4) }
        }
        guard let fields = fields(entry.value, of: "`wait`", KnownKeys(names: ["min", "max"])) else { return nil }
        let shortest = fields["min"].map { duration($0) }
        let longest = fields["max"].map { duration($0) }
        switch (shortest, longest) {
        case (nil, nil): return WaitSettings()
        case (let shortest??, nil): return WaitSettings(min: shortest, max: shortest * 4)
        case (nil, let longest??): return WaitSettings(min: min(WaitSettings().min, longest), max: longest)
        case (let shortest??, let longest??):
            if shortest <= longest { return WaitSettings(min: shortest, max: longest) }
            if let max = fields["max"] {
                report(
                    max.fault(
                        "`max` is shorter than `min`",
                        hint: "changes wait at least `min` and at most `max`",
                        notes: fields["min"].map { [.init("`min` is here", at: $0.value.position)] } ?? []
                    )
                )
            }
            return nil
        default: return nil
        }
    }
}

/// Whether `text` can name a target or a registry.
func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetterOrDigit(first) else { return false }
    return text.utf8.allSatisfy { isLetterOrDigit($0) || "-_.".utf8.contains($0) }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        true
    default: false
    }
}
