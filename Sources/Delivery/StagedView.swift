import State

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The files of the machine as they will be when the staged ones have taken their places.
struct StagedView {
    /// What a delivery does to a path.
    enum Fate {
        case replaced(StagedFile)
        case pruned
    }

    /// A name in a directory, by whichever path that is reached.
    private struct Place: Hashable {
        var directory: FileIdentity
        var name: String
    }

    private let fileSystem: any FileSystem
    private let staging: Staging
    private var fates: [Place: Fate] = [:]

    init(_ fileSystem: any FileSystem, staged: [StagedFile], pruned: [String]) throws(DeliveryFault) {
        self.fileSystem = fileSystem
        staging = Staging(fileSystem: fileSystem) { _ in }
        for path in pruned { if let place = try place(of: path) { fates[place] = .pruned } }
        for file in staged { if let place = try place(of: file.path) { fates[place] = .replaced(file) } }
    }

    /// What a delivery does to the file that `path` leads to; nil if nothing.
    func fate(of path: String) throws(DeliveryFault) -> Fate? { try place(of: path).flatMap { fates[$0] } }

    /// The paths that C's `glob` finds for an absolute pattern; those that will be pruned too.
    func paths(matching pattern: String) throws(FileFault) -> [String] {
        var paths = [""]
        for part in components(of: pattern).map(String.init) {
            guard part.contains(where: { "*?[\\".contains($0) }) else {
                paths = paths.map { "\($0)/\(part)" }
                continue
            }
            var found: [String] = []
            for directory in paths {
                // The pattern and the name go to C as temporary strings.
                found += try names(in: directory).filter { unsafe fnmatch(part, $0, FNM_PERIOD) == 0 }
                    .map { "\(directory)/\($0)" }
            }
            paths = found
        }
        return paths
    }

    private func names(in directory: String) throws(FileFault) -> Set<String> {
        let path = directory.isEmpty ? "/" : directory
        guard let status = try fileSystem.status(of: path, followingLinks: true), status.kind == .directory else {
            return []
        }
        return Set(try fileSystem.entries(of: path))
            .union(fates.keys.lazy.filter { $0.directory == status.identity }.map(\.name))
    }

    /// Nil if there is no such directory.
    private func place(of path: String) throws(DeliveryFault) -> Place? {
        let path = try staging.resolve(path)
        do throws(FileFault) {
            let directory = try fileSystem.status(of: directoryName(of: path), followingLinks: true)
            return directory?.identity.map { Place(directory: $0, name: baseName(of: path)) }
        } catch {
            throw .shadow(error)
        }
    }
}
