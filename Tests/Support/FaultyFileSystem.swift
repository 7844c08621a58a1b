package import State

/// The machine's file system, on which one kind of operation fails when a test says so.
package struct FaultyFileSystem: FileSystem {
    /// Told of each change before it is made; what it returns is thrown.
    package let fault: @Sendable (FileFault.Operation, String) -> FileFault?
    private let local = LocalFileSystem()

    package init(_ fault: @escaping @Sendable (FileFault.Operation, String) -> FileFault?) { self.fault = fault }

    private func attempt(_ operation: FileFault.Operation, _ path: String) throws(FileFault) {
        if let fault = fault(operation, path) { throw fault }
    }

    package func status(of path: String, followingLinks: Bool) throws(FileFault) -> FileStatus? {
        try local.status(of: path, followingLinks: followingLinks)
    }
    package func contents(of path: String) throws(FileFault) -> [UInt8]? { try local.contents(of: path) }
    package func linkTarget(of path: String) throws(FileFault) -> String { try local.linkTarget(of: path) }
    package func entries(of directory: String) throws(FileFault) -> [String] { try local.entries(of: directory) }
    package func create(_ path: String, contents: [UInt8], attributes: FileAttributes) throws(FileFault) {
        try attempt(.create, path)
        try local.create(path, contents: contents, attributes: attributes)
    }
    package func append(_ contents: [UInt8], to path: String) throws(FileFault) -> Int {
        try attempt(.write, path)
        return try local.append(contents, to: path)
    }
    package func write(_ path: String, contents: [UInt8]) throws(FileFault) {
        try attempt(.write, path)
        try local.write(path, contents: contents)
    }
    package func apply(_ attributes: FileAttributes, to path: String) throws(FileFault) {
        try attempt(.changeMode, path)
        try local.apply(attributes, to: path)
    }
    package func rename(_ path: String, to destination: String) throws(FileFault) {
        try attempt(.rename, destination)
        try local.rename(path, to: destination)
    }
    package func link(_ path: String, to newName: String) throws(FileFault) {
        try attempt(.link, path)
        try local.link(path, to: newName)
    }
    package func symbolicLink(_ path: String, to target: String) throws(FileFault) {
        try attempt(.symbolicLink, path)
        try local.symbolicLink(path, to: target)
    }
    package func remove(_ path: String) throws(FileFault) {
        try attempt(.remove, path)
        try local.remove(path)
    }
    package func makeDirectories(_ path: String, mode: UInt16) throws(FileFault) {
        try attempt(.makeDirectory, path)
        try local.makeDirectories(path, mode: mode)
    }
    package func removeDirectory(_ path: String) throws(FileFault) {
        try attempt(.remove, path)
        try local.removeDirectory(path)
    }
    package func synchronizeDirectory(_ path: String) throws(FileFault) {
        try attempt(.synchronize, path)
        try local.synchronizeDirectory(path)
    }
}
