/// The few file operations that state and delivery are made of.
///
/// A seam: tests put a file system here that fails where they say. Every operation is finished when it returns; the
/// ones that create a file have synced it.
package protocol FileSystem: Sendable {
    /// What lies at `path`; nil if nothing does (or a directory on the way is missing).
    func status(of path: String, followingLinks: Bool) throws(FileFault) -> FileStatus?
    /// The whole file; nil if there is none.
    func contents(of path: String) throws(FileFault) -> [UInt8]?
    /// The text of a symbolic link.
    func linkTarget(of path: String) throws(FileFault) -> String
    /// The names in a directory without `.` and `..`, sorted by their bytes.
    func entries(of directory: String) throws(FileFault) -> [String]

    /// Writes a new file and syncs it. Fails if the path is taken; leaves nothing behind when it fails.
    func create(_ path: String, contents: [UInt8], attributes: FileAttributes) throws(FileFault)
    /// Adds to the end of a file, made with mode 0600 where there is none, and syncs it. When it fails the file is as long
    /// as it was, as far as the system allows.
    ///
    /// - Returns: how long the file is now, in bytes.
    func append(_ contents: [UInt8], to path: String) throws(FileFault) -> Int
    /// Writes a file, mode 0600, without syncing it: after a crash it may hold anything, and whoever reads it has to notice.
    func write(_ path: String, contents: [UInt8]) throws(FileFault)
    /// Changes owner and mode where they differ.
    func apply(_ attributes: FileAttributes, to path: String) throws(FileFault)
    /// Replaces `destination` by `path` at once.
    func rename(_ path: String, to destination: String) throws(FileFault)
    /// A second name for a file.
    func link(_ path: String, to newName: String) throws(FileFault)
    func symbolicLink(_ path: String, to target: String) throws(FileFault)
    /// Removes a file or a symbolic link; a missing one is fine.
    func remove(_ path: String) throws(FileFault)
    /// Makes a directory and those above it; one that exists is fine.
    func makeDirectories(_ path: String, mode: UInt16) throws(FileFault)
    /// Removes an empty directory.
    func removeDirectory(_ path: String) throws(FileFault)
    /// Makes renames and removals in a directory durable.
    func synchronizeDirectory(_ path: String) throws(FileFault)
}

/// What lies at a path.
package struct FileStatus: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case regular, directory, symbolicLink, other }

    package var kind: Kind
    package var attributes: FileAttributes
    package var size: Int
    /// Nil where that is not to be known.
    package var identity: FileIdentity?

    package init(kind: Kind, attributes: FileAttributes, size: Int, identity: FileIdentity? = nil) {
        self.kind = kind
        self.attributes = attributes
        self.size = size
        self.identity = identity
    }
}

/// The same for two paths that lead to one file.
package struct FileIdentity: Hashable, Sendable {
    package var device: UInt64
    package var inode: UInt64
}

/// Mode and owner of a file.
package struct FileAttributes: Hashable, Sendable {
    /// Permission bits, 0 to 0o7777.
    package var mode: UInt16
    /// Numeric owner; nil leaves whoever the system makes it.
    package var user: UInt32?
    package var group: UInt32?

    package init(mode: UInt16, user: UInt32? = nil, group: UInt32? = nil) {
        self.mode = mode
        self.user = user
        self.group = group
    }

    /// The mode as `chmod` takes it: `0644`.
    package var octalMode: String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension FileSystem {
    /// Removes a directory with all that is in it; symbolic links are removed, not followed. A missing one is fine.
    package func removeTree(_ path: String) throws(FileFault) {
        guard let status = try status(of: path, followingLinks: false) else { return }
        guard status.kind == .directory else { return try remove(path) }
        for entry in try entries(of: path) { try removeTree("\(path)/\(entry)") }
        try removeDirectory(path)
    }

    /// Replaces a file at once, or makes it: a reader sees the old contents or the new ones, and so does the disk
    /// after a crash. Nothing is left behind on failure.
    package func replace(_ path: String, contents: [UInt8], mode: UInt16) throws(FileFault) {
        let staged = StagedName(for: path)
        try create(staged.path, contents: contents, attributes: FileAttributes(mode: mode))
        do throws(FileFault) {
            try rename(staged.path, to: path)
        } catch {
            // The fault that matters is the rename's.
            try? remove(staged.path)
            throw error
        }
        try synchronizeDirectory(directoryName(of: path))
    }
}
