import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The machine's file system.
package struct LocalFileSystem: FileSystem {
    package init() {}

    package func status(of path: String, followingLinks: Bool) throws(FileFault) -> FileStatus? {
        do throws(Errno) {
            return FileStatus(try FilePath(path).stat(followTargetSymlink: followingLinks))
        } catch .noSuchFileOrDirectory, .notDirectory {
            return nil
        } catch {
            throw FileFault(.read, path, error)
        }
    }

    package func contents(of path: String) throws(FileFault) -> [UInt8]? {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            let errno = Errno(error)
            if errno == .noSuchFileOrDirectory || errno == .notDirectory { return nil }
            throw FileFault(.read, path, errno)
        }
        do {
            return try descriptor.closeAfter {
                // One more than the size, so that a file of that size needs no second read to see its end.
                var buffer = [UInt8](repeating: 0, count: Int(try descriptor.stat().size) + 1)
                var count = 0
                while true {
                    if count == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
                    // swift-system reads into raw memory only.
                    let read = try unsafe buffer.withUnsafeMutableBytes { bytes in
                        try unsafe descriptor.read(into: .init(rebasing: bytes[count...]))
                    }
                    if read == 0 { break }
                    count += read
                }
                buffer.removeLast(buffer.count - count)
                return buffer
            }
        } catch {
            throw FileFault(.read, path, Errno(error))
        }
    }

    package func linkTarget(of path: String) throws(FileFault) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        // `readlink` fills a buffer and says how far.
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return -1 }
            return unsafe readlink(path, start, bytes.count)
        }
        guard count >= 0 else { throw FileFault(.resolve, path, .current) }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    package func entries(of directory: String) throws(FileFault) -> [String] {
        // The directory stream is C's; it is closed on every way out.
        guard let stream = unsafe opendir(directory) else { throw FileFault(.list, directory, .current) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw FileFault(.list, directory, .current) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    package func create(_ path: String, contents: [UInt8], attributes: FileAttributes) throws(FileFault) {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
                permissions: .ownerReadWrite
            )
        } catch {
            throw FileFault(.create, path, Errno(error))
        }
        do throws(FileFault) {
            do {
                try descriptor.writeAll(contents)
            } catch {
                throw FileFault(.write, path, Errno(error))
            }
            try apply(attributes, to: descriptor, path)
            try synchronize(descriptor, path)
        } catch {
            // The fault that matters is the first one.
            try? descriptor.close()
            try? remove(path)
            throw error
        }
        do {
            try descriptor.close()
        } catch {
            // Some file systems report a failed write only here.
            try? remove(path)
            throw FileFault(.write, path, Errno(error))
        }
    }

    package func append(_ contents: [UInt8], to path: String) throws(FileFault) -> Int {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .append, .closeOnExec, .noFollow],
                permissions: .ownerReadWrite
            )
        } catch {
            throw FileFault(.write, path, Errno(error))
        }
        defer { try? descriptor.close() }
        var length: Int64 = 0
        do {
            length = try Int64(descriptor.stat().size)
            try descriptor.writeAll(contents)
        } catch {
            // Half a line would be left out when it is read; the next one should still begin where a line does.
            try? descriptor.resize(to: length)
            throw FileFault(.write, path, Errno(error))
        }
        while fdatasync(descriptor.rawValue) != 0 {
            guard errno == EINTR else { throw FileFault(.synchronize, path, .current) }
        }
        return Int(length) + contents.count
    }

    package func write(_ path: String, contents: [UInt8]) throws(FileFault) {
        do {
            let descriptor = try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .truncate, .closeOnExec, .noFollow],
                permissions: .ownerReadWrite
            )
            try descriptor.closeAfter { _ = try descriptor.writeAll(contents) }
        } catch {
            throw FileFault(.write, path, Errno(error))
        }
    }

    package func apply(_ attributes: FileAttributes, to path: String) throws(FileFault) {
        try withDescriptor(of: path, .changeMode) { descriptor throws(FileFault) in
            try apply(attributes, to: descriptor, path)
        }
    }

    package func rename(_ path: String, to destination: String) throws(FileFault) {
        guard Self.rename(path, destination) == 0 else { throw FileFault(.rename, path, to: destination, .current) }
    }

    package func link(_ path: String, to newName: String) throws(FileFault) {
        guard Self.link(path, newName) == 0 else { throw FileFault(.link, path, to: newName, .current) }
    }

    package func symbolicLink(_ path: String, to target: String) throws(FileFault) {
        // Both paths go to C as temporary strings.
        guard unsafe symlink(target, path) == 0 else { throw FileFault(.symbolicLink, path, to: target, .current) }
    }

    package func remove(_ path: String) throws(FileFault) {
        // The path goes to C as a temporary string.
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw FileFault(.remove, path, .current) }
    }

    package func makeDirectories(_ path: String, mode: UInt16) throws(FileFault) {
        if let status = try status(of: path, followingLinks: true) {
            guard status.kind == .directory else { throw FileFault(.makeDirectory, path, .notDirectory) }
            return
        }
        let parent = directoryName(of: path)
        if parent != path { try makeDirectories(parent, mode: mode) }
        // The path goes to C as a temporary string.
        guard unsafe mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else {
            throw FileFault(.makeDirectory, path, .current)
        }
        try? synchronizeDirectory(parent)
    }

    package func removeDirectory(_ path: String) throws(FileFault) {
        // The path goes to C as a temporary string.
        guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw FileFault(.remove, path, .current) }
    }

    package func synchronizeDirectory(_ path: String) throws(FileFault) {
        try withDescriptor(of: path, .synchronize) { descriptor throws(FileFault) in
            do throws(FileFault) {
                try synchronize(descriptor, path)
            } catch {
                // Some file systems know no fsync of a directory; nothing can be done about that.
                guard error.errno == .invalidArgument || error.errno == .notSupported else { throw error }
            }
        }
    }
}

extension LocalFileSystem {
    private func withDescriptor(
        of path: String,
        _ operation: FileFault.Operation,
        _ body: (FileDescriptor) throws(FileFault) -> Void,
    ) throws(FileFault) {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            throw FileFault(operation, path, Errno(error))
        }
        defer { try? descriptor.close() }
        try body(descriptor)
    }

    /// The owner goes first: changing it clears set-user-ID bits. What is right already is not touched, so that a user
    /// who may not change owners can still write files that keep theirs.
    private func apply(
        _ attributes: FileAttributes,
        to descriptor: FileDescriptor,
        _ path: String,
    ) throws(FileFault) {
        let present: FileAttributes
        do throws(Errno) {
            present = FileStatus(try descriptor.stat()).attributes
        } catch {
            throw FileFault(.read, path, error)
        }
        let user = attributes.user ?? present.user
        let group = attributes.group ?? present.group
        if user != present.user || group != present.group {
            guard fchown(descriptor.rawValue, user ?? .max, group ?? .max) == 0 else {
                throw FileFault(.changeOwner, path, .current)
            }
        } else if attributes.mode == present.mode {
            return
        }
        guard fchmod(descriptor.rawValue, mode_t(attributes.mode)) == 0 else {
            throw FileFault(.changeMode, path, .current)
        }
    }

    private func synchronize(_ descriptor: FileDescriptor, _ path: String) throws(FileFault) {
        while fsync(descriptor.rawValue) != 0 {
            guard errno == EINTR else { throw FileFault(.synchronize, path, .current) }
        }
    }

    // Inside the methods of the same names the C functions would be hidden. The paths go to C as temporary strings.
    private static func rename(_ path: String, _ destination: String) -> CInt {
        #if canImport(Glibc)
            unsafe Glibc.rename(path, destination)
        #else
            unsafe Musl.rename(path, destination)
        #endif
    }

    private static func link(_ path: String, _ newName: String) -> CInt {
        #if canImport(Glibc)
            unsafe Glibc.link(path, newName)
        #else
            unsafe Musl.link(path, newName)
        #endif
    }
}

extension FileStatus {
    fileprivate init(_ stat: Stat) {
        let kind: Kind =
            switch stat.type {
            case .regular: .regular
            case .directory: .directory
            case .symbolicLink: .symbolicLink
            default: .other
            }
        self.init(
            kind: kind,
            attributes: FileAttributes(
                mode: UInt16(truncatingIfNeeded: stat.permissions.rawValue) & 0o7777,
                user: stat.userID.rawValue,
                group: stat.groupID.rawValue
            ),
            size: Int(stat.size),
            identity: FileIdentity(device: UInt64(stat.deviceID.rawValue), inode: UInt64(stat.inode.rawValue))
        )
    }
}

extension Errno {
    /// The error of the last failed C call on this thread.
    fileprivate static var current: Errno { Errno(rawValue: errno) }

    /// What swift-system threw: always an `Errno`, though its signatures do not say so.
    fileprivate init(_ error: any Error) { self = error as? Errno ?? .ioError }
}
