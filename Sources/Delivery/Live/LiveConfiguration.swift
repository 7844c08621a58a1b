import Balancers
import Planning
import Settings
import State
import SystemPackage

/// The files of a running HAProxy's configuration in its order: those of the target, and those that others write. And the
/// target's other files that change.
struct LiveConfiguration {
    /// A file of the target, as it is in force and as it shall be.
    struct Own {
        var destination: String
        var old: [UInt8]?
        var new: [UInt8]
    }

    private(set) var old: [ConfigurationFile] = []
    private(set) var new: [ConfigurationFile] = []
    /// The destinations of the target that are among them.
    private(set) var destinations: Set<String> = []
    /// Those of the target that are not among them, and change.
    private(set) var others: [FileVersions] = []

    /// Throws what cannot be read.
    init(_ settings: LiveSettings, _ own: [Own], in fileSystem: any FileSystem) throws(ReloadReason) {
        let files = Dictionary(own.map { (Self.normal($0.destination), $0) }, uniquingKeysWith: { $1 })
        for path in try Self.paths(settings, own, fileSystem) {
            if let file = files[path] {
                if let old = file.old { self.old.append(ConfigurationFile(path: path, bytes: old)) }
                new.append(ConfigurationFile(path: path, bytes: file.new))
                destinations.insert(file.destination)
                continue
            }
            guard let bytes = try? fileSystem.contents(of: path) else {
                throw ReloadReason("live.config", "\(path) cannot be read")
            }
            old.append(ConfigurationFile(path: path, bytes: bytes))
            new.append(ConfigurationFile(path: path, bytes: bytes))
        }
        for file in own where !destinations.contains(file.destination) {
            guard let old = file.old, old != file.new else { continue }
            let path = Self.normal(file.destination)
            let companion = FileVersions.companionSuffixes.map { path + $0 }
                .first { (try? fileSystem.status(of: $0, followingLinks: true)) != nil }
            others.append(FileVersions(path: path, old: old, new: file.new, companion: companion))
        }
    }

    /// The files, normalised, in the order of HAProxy's command line; of a directory those that end in `.cfg`, in the
    /// order of their bytes (management guide 3, `-f`).
    private static func paths(
        _ settings: LiveSettings,
        _ own: [Own],
        _ fileSystem: any FileSystem,
    ) throws(ReloadReason) -> [String] {
        let destinations = own.map { normal($0.destination) }
        guard !settings.configuration.isEmpty else {
            let configurations = destinations.filter { $0.hasSuffix(".cfg") }
            return configurations.isEmpty ? destinations : configurations
        }
        var paths: [String] = []
        for path in settings.configuration.map(normal) {
            guard !destinations.contains(path),
                (try? fileSystem.status(of: path, followingLinks: true))?.kind == .directory
            else {
                paths.append(path)
                continue
            }
            guard let entries = try? fileSystem.entries(of: path) else {
                throw ReloadReason("live.config", "the directory \(path) cannot be read")
            }
            let ours = destinations.filter { directoryName(of: $0) == path }.map { baseName(of: $0) }
            paths += Set(entries + ours).filter { $0.hasSuffix(".cfg") && !$0.hasPrefix(".") }
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\(path)/\($0)" }
        }
        return paths
    }

    private static func normal(_ path: String) -> String { FilePath(path).lexicallyNormalized().string }
}
