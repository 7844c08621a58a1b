import Diagnostics
import Documents
import FoundationEssentials
import SystemPackage

extension Profile {
    /// The bundled profile of this name, or the one of this directory if it is written as a path (`./dir`).
    package static func load(_ nameOrDirectory: String) throws(SettingsFaults) -> Profile {
        try load(nameOrDirectory, at: FilePath(nameOrDirectory))
    }

    /// The bundled profile of this name, or the one of the directory that lies at `location`.
    static func load(_ nameOrDirectory: String, at location: FilePath) throws(SettingsFaults) -> Profile {
        if isPath(nameOrDirectory) { return try Profile(reading: .directory(nameOrDirectory, at: location)) }
        if let profile = bundled.first(where: { $0.name == nameOrDirectory }) { return profile }
        let names = bundled.map(\.name)
        throw SettingsFaults([
            Diagnostic(
                "there is no profile `\(nameOrDirectory)`",
                hint: nearest(to: nameOrDirectory, among: names).map { "did you mean `\($0)`?" }
                    ?? "the profiles are \(names.joined(separator: ", ")); a directory is written `./\(nameOrDirectory)`"
            )
        ])
    }

    /// Whether `text` names a directory rather than a bundled profile.
    static func isPath(_ text: String) -> Bool { text.contains("/") || text.hasPrefix(".") }

    private static let keys = KnownKeys(
        names: ["name", "description", "template", "destination", "check", "reload", "quoting", "notes", "example"])

    /// Reads the profile of a directory; throws all its faults.
    init(reading source: ProfileSource) throws(SettingsFaults) {
        let file: SourceFile
        do {
            file = try source.profileFile()
        } catch {
            throw SettingsFaults([error])
        }
        let document: Document
        do {
            document = try Document.yaml(file)
        } catch {
            throw SettingsFaults(error.diagnostics)
        }
        var reader = SettingsReader()
        for fault in document.faults { reader.report(fault) }
        self.init(document.rootOrEmpty, source, &reader)
        if !reader.faults.isEmpty { throw SettingsFaults(reader.sortedFaults) }
    }

    private init(_ root: SourceNode, _ source: ProfileSource, _ reader: inout SettingsReader) {
        let fields = reader.fields(root, of: "the profile", Self.keys) ?? Fields()
        func text(_ key: String) -> String? { fields[key].flatMap { reader.text($0) } }
        func required(_ key: String) -> String? {
            if fields[key] == nil { reader.report(root.fault("the profile has no `\(key)`", hint: "add `\(key):`")) }
            return text(key)
        }
        self.init(
            name: required("name") ?? "",
            description: required("description") ?? "",
            template: "",
            templateContents: "",
            directory: source.name,
            isBundled: source.isBundled,
            destination: text("destination"),
            notes: text("notes"),
            example: text("example")
        )
        if let template = required("template"), let field = fields["template"] {
            self.template = template
            do {
                templateContents = try source.read(template).text
            } catch {
                reader.report(field.fault(error.message, hint: "the template lies beside the profile"))
            }
        }
        if let field = fields["name"], !name.isEmpty { _ = reader.checkName(field.value, name, of: "a profile") }
        if let field = fields["check"], case .run(let check, let nodes) = reader.check(field) {
            reader.validate(check, nodes, several: nil)
            self.check = check
        }
        reload = fields["reload"].flatMap { reader.reload($0)?.value }
        quoting = fields["quoting"].flatMap { reader.quoting($0) }
    }
}

extension SettingsReader {
    /// `quoting: {unquoted: CHARACTERS, quotes: {QUOTE: CHARACTERS}}`.
    mutating func quoting(_ entry: SourceNode.Entry) -> QuotingSettings? {
        guard let fields = fields(entry.value, of: "`quoting`", KnownKeys(names: ["unquoted", "quotes"])) else {
            return nil
        }
        var quoting = QuotingSettings(unquoted: fields["unquoted"].flatMap { text($0) } ?? "", quotes: [:])
        guard let quotes = fields["quotes"] else { return quoting }
        guard let entries = named(quotes, example: "write each quote character with what is unsafe inside it") else {
            return nil
        }
        for entry in entries {
            if entry.name.unicodeScalars.count != 1 {
                report(entry.key.fault("`\(entry.name)` is not a single quote character"))
            }
            quoting.quotes[entry.name] = text(entry)
        }
        return quoting
    }
}

/// Where the files of a profile come from.
struct ProfileSource {
    /// The directory, as messages name it.
    var name: String
    var isBundled: Bool
    private var paths: [String]
    private var location: FilePath

    /// A directory of templates/, from the binary.
    static func bundled(directory: String) -> ProfileSource {
        let prefix = "\(directory)/"
        let paths = embeddedFiles.map(\.path).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        return ProfileSource(
            name: "templates/\(directory)",
            isBundled: true,
            paths: paths,
            location: FilePath(directory)
        )
    }

    /// A directory on disk that lies at `location`.
    static func directory(_ name: String, at location: FilePath) -> ProfileSource {
        let paths = (try? FileManager.default.contentsOfDirectory(atPath: location.string)) ?? []
        return ProfileSource(name: name, isBundled: false, paths: paths, location: location)
    }

    /// The file that describes the profile.
    func profileFile() throws(Diagnostic) -> SourceFile {
        let found = paths.filter { $0.hasSuffix(".profile.yaml") && !$0.contains("/") }.sorted()
        guard let path = found.first, found.count == 1 else {
            throw Diagnostic(
                found.isEmpty
                    ? "there is no profile in the directory `\(name)`"
                    : "the directory `\(name)` has several profiles: \(found.joined(separator: ", "))",
                hint: "a profile's directory has one file that ends in `.profile.yaml`"
            )
        }
        return try read(path)
    }

    /// A file of the profile.
    func read(_ path: String) throws(Diagnostic) -> SourceFile {
        guard isBundled else { return try SourceFile(reading: "\(name)/\(path)", at: location.appending(path)) }
        guard let file = embeddedFiles.first(where: { $0.path == "\(location)/\(path)" }) else {
            throw Diagnostic("`\(name)/\(path)` does not exist")
        }
        return SourceFile(name: "\(name)/\(path)", text: file.contents)
    }
}
