import State

/// A private directory that looks like a real one in which staged files have already taken their places.
///
/// Everything else in it is a symbolic link to the real thing; only directories on the way to a staged file are made
/// anew.
struct ShadowDirectory {
    /// What stands for an entry of the real directory.
    enum Links {
        /// A link to it, wherever it lies.
        case absolute
        /// For a shadow that will be mounted over the real directory, which lies at `original` then. Symbolic links
        /// are copied as they are, since relative ones count from the place of the mount.
        case mounted(original: String)
    }

    var fileSystem: any FileSystem
    var links: Links

    /// Makes the shadow of `directory` at `path`.
    ///
    /// - Parameter staged: By path below `directory`, the files that stand there instead; nil where nothing shall be.
    func make(of directory: String, at path: String, staged: [(path: [Substring], file: String?)]) throws(FileFault) {
        try fileSystem.makeDirectories(path, mode: 0o700)
        let here = staged.filter { $0.path.count == 1 }.map { (name: String($0.path[0]), file: $0.file) }
        let below = Dictionary(grouping: staged.filter { $0.path.count > 1 }) { String($0.path[0]) }
        let exists = try fileSystem.status(of: directory, followingLinks: true) != nil
        for entry in exists ? try fileSystem.entries(of: directory) : [] {
            guard !StagedName.isStaged(entry), below[entry] == nil, !here.contains(where: { $0.name == entry }) else {
                continue
            }
            try link("\(path)/\(entry)", to: entry, of: directory)
        }
        for (name, file) in here {
            if let file { try fileSystem.symbolicLink("\(path)/\(name)", to: file) }
        }
        for (name, files) in below.sorted(by: { $0.key < $1.key }) {
            try make(
                of: "\(directory)/\(name)",
                at: "\(path)/\(name)",
                staged: files.map { (Array($0.path.dropFirst()), $0.file) }
            )
        }
    }

    private func link(_ path: String, to entry: String, of directory: String) throws(FileFault) {
        let real = "\(directory)/\(entry)"
        switch links {
        case .absolute:
            try fileSystem.symbolicLink(path, to: real)
        case .mounted(let original):
            let isLink = try fileSystem.status(of: real, followingLinks: false)?.kind == .symbolicLink
            try fileSystem.symbolicLink(
                path,
                to: isLink ? try fileSystem.linkTarget(of: real) : "\(original)/\(entry)"
            )
        }
    }
}

/// The deepest directory that all of `paths` lie in.
func commonDirectory(of paths: [String]) -> [Substring] {
    let directories = paths.map { components(of: directoryName(of: $0)) }
    guard var common = directories.first else { return [] }
    for directory in directories {
        common = zip(common, directory).prefix { $0 == $1 }.map(\.0)
    }
    return common
}

/// The parts of an absolute path.
func components(of path: String) -> [Substring] { path.split(separator: "/") }
