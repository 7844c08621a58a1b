import Diagnostics
import Documents
import FoundationEssentials
import SystemPackage

/// Reads the configuration at `path`, a YAML or JSON file or a directory of them (`*.yaml`, `*.yml`, `*.json`, in the
/// order of their names), and completes it with the profiles.
///
/// Relative paths in a file count from the file's directory. `environment` is for the registries that take variables of
/// their ecosystem (Consul: `CONSUL_HTTP_ADDR`, …); the configuration wins over them. Throws every fault there is, in the order of the text.
package func loadSettings(
    path: String,
    environment: [String: String] = [:],
    workingDirectory: String,
) throws(SettingsFaults) -> Settings {
    var reader = ConfigurationReader(workingDirectory: FilePath(workingDirectory), environment: environment)
    let settings = reader.read(FilePath(path))
    guard reader.values.faults.isEmpty else {
        throw SettingsFaults(reader.values.sortedFaults)
    }
    return settings
}

/// What can be made out of a configuration though it is faulty, to find the state directory of a headgate that still runs
/// with it. Throws the faults if not even the files can be read.
package func loadFaultySettings(
    path: String,
    environment: [String: String] = [:],
    workingDirectory: String,
) throws(SettingsFaults) -> Settings {
    var reader = ConfigurationReader(workingDirectory: FilePath(workingDirectory), environment: environment)
    let settings = reader.read(FilePath(path))
    guard reader.isReadable else { throw SettingsFaults(reader.values.sortedFaults) }
    return settings
}

/// Puts the files of a configuration together.
private struct ConfigurationReader {
    let workingDirectory: FilePath
    let environment: [String: String]
    var values = SettingsReader()
    /// Whether every file is YAML or JSON.
    private(set) var isReadable = true
    private var settings = Settings()
    private var registries: [(entry: SourceNode.Entry, directory: FilePath)] = []
    private var targets: [(entry: SourceNode.Entry, directory: FilePath)] = []
    /// Where each key of the top and each name was said.
    private var places: [[String]: SourcePosition] = [:]

    init(workingDirectory: FilePath, environment: [String: String]) {
        self.workingDirectory = workingDirectory
        self.environment = environment
    }

    private static let keys = KnownKeys(
        names: ["registries", "targets", "state_dir", "history", "log", "exec"],
        later: [
            "status": "take it out; `headgate status` speaks over the socket in the state directory",
            "guard": "put it below a target",
        ],
        aliases: ["registry": "registries", "target": "targets", "templates": "targets", "template": "targets"],
    )

    mutating func read(_ path: FilePath) -> Settings {
        let files = self.files(at: path)
        for (name, directory) in files {
            settings.sources.append(name.string)
            if let root = root(of: name) { collect(root, directory) }
        }
        for (entry, directory) in registries {
            if let registry = values.registry(entry, in: directory, environment: environment) {
                settings.registries.append(registry)
            }
        }
        for (entry, _) in registries { values.checkMembers(of: entry, among: settings.registries) }
        for (entry, directory) in targets {
            let surroundings = SettingsReader.Surroundings(
                directory: directory,
                workingDirectory: workingDirectory,
                registries: settings.registries
            )
            if var target = values.target(entry, in: surroundings) {
                target.check?.command.directory = directory.isEmpty ? nil : directory.string
                target.reload?.command?.directory = directory.isEmpty ? nil : directory.string
                settings.targets.append(target)
            }
        }
        if targets.isEmpty, values.faults.isEmpty, !files.isEmpty {
            values.report(
                Diagnostic(
                    "the configuration `\(path)` has no targets, so there is nothing to do",
                    hint: "add `targets:`; `headgate init PROFILE` writes an example"
                )
            )
        }
        settings.reloadBySignal()
        // A reload that is faulty is none either.
        let isRight = values.faults.isEmpty
        for target in settings.targets where target.reload == nil && target.live != nil && isRight {
            guard let entry = targets.first(where: { $0.entry.name == target.name })?.entry,
                case .map(let keys) = entry.value.content, let live = keys.first(where: { $0.name == "live" })
            else { continue }
            values.report(
                live.key.fault(
                    "the target `\(target.name)` has `live` and no `reload`, and not every change can be made live",
                    hint: "add `reload:`, such as `reload: {master: /run/haproxy-master.sock}`"
                )
            )
        }
        return settings
    }

    /// The value of a file, as far as it can be read.
    private mutating func root(of name: FilePath) -> SourceNode? {
        let file: SourceFile
        do {
            file = try SourceFile(reading: name.string, at: workingDirectory.pushing(name))
        } catch {
            values.report(error)
            isReadable = false
            return nil
        }
        if let fault = file.consulTemplateFault {
            values.report(fault)
            isReadable = false
            return nil
        }
        do {
            let document = try Document(reading: file)
            for fault in document.faults { values.report(fault) }
            return document.rootOrEmpty
        } catch {
            for fault in error.diagnostics { values.report(fault) }
            isReadable = false
            return nil
        }
    }

    /// The files at `path`, each with the directory that its relative paths count from.
    private mutating func files(at path: FilePath) -> [(name: FilePath, directory: FilePath)] {
        let location = workingDirectory.pushing(path).string
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: location, isDirectory: &isDirectory), isDirectory else {
            return [(path, path.removingLastComponent())]
        }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: location)
        } catch {
            values.report(
                Diagnostic(
                    "the directory `\(path)` cannot be read",
                    hint: "give the user that headgate runs as permission to read it"
                )
            )
            return []
        }
        let files = names.filter { name in
            !name.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
        }
        if files.isEmpty {
            values.report(
                Diagnostic(
                    "the directory `\(path)` has no configuration files",
                    hint: "files that end in .yaml, .yml or .json are read"
                )
            )
        }
        return files.sorted().map { (path.appending($0), path) }
    }

    private mutating func collect(_ root: SourceNode, _ directory: FilePath) {
        guard let fields = values.fields(root, of: "the configuration", Self.keys) else { return }
        if let field = fields["registries"],
            let entries = values.named(field, example: "write `main: {url: file:PATH}`")
        {
            registries += entries.filter { isNew($0, ["registries"], "the registry") }.map { ($0, directory) }
        }
        if let field = fields["targets"],
            let entries = values.named(field, example: "write a name, and below it `profile:` or `files:`")
        {
            targets += entries.filter { isNew($0, ["targets"], "the target") }.map { ($0, directory) }
        }
        if let field = fields["state_dir"], isNew(field, [], "the key"), let path = values.text(field) {
            settings.stateDirectory = workingDirectory.pushing(directory).pushing(FilePath(path)).string
        }
        if let field = fields["history"], isNew(field, [], "the key"), let depth = values.number(field, in: 0...10_000)
        {
            settings.history = depth
        }
        if let field = fields["log"], isNew(field, [], "the key") { log(field) }
        if let field = fields["exec"], isNew(field, [], "the key") { settings.exec = values.exec(field, in: directory) }
    }

    /// Whether the name has not been said before; if it has, notes a fault with both places.
    private mutating func isNew(_ entry: SourceNode.Entry, _ parents: [String], _ what: String) -> Bool {
        guard let first = places.updateValue(entry.key.position, forKey: parents + [entry.name]) else { return true }
        values.report(
            entry.key.fault(
                "\(what) `\(entry.name)` is said twice",
                hint: "keep one of them, or give one another name",
                notes: [.init("it is said here first", at: first)]
            )
        )
        return false
    }

    private mutating func log(_ entry: SourceNode.Entry) {
        guard let fields = values.fields(entry.value, of: "`log`", .init(names: ["level", "format"])) else { return }
        if let level = fields["level"].flatMap({ values.choice($0, of: LogSettings.Level.self) }) {
            settings.log.level = level
        }
        if let format = fields["format"].flatMap({ values.choice($0, of: LogSettings.Format.self) }) {
            settings.log.format = format
        }
    }
}
