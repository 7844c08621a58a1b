package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The largest configuration, template or file read by a template, in bytes; nothing that a person writes comes near.
let largestFile = 64 << 20

/// The whole content of the regular file at `path`.
///
/// A pipe or a device could keep headgate for ever, so they are refused with `notSupported`; a directory with
/// `isDirectory`, and more than 64 MiB with `fileTooLarge`.
package func readFile(at path: FilePath) throws(Errno) -> [UInt8] {
    do {
        // Opening a pipe without a writer would wait for one.
        let descriptor = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
        return try descriptor.closeAfter {
            try requireRegularFile(descriptor)
            var content: [UInt8] = []
            while true {
                let chunk = try unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                    // The buffer is lent for the call and `read` says how much of it was filled.
                    count = try unsafe descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
                if chunk.isEmpty { return content }
                content += chunk
                if content.count > largestFile { throw Errno.fileTooLarge }
            }
        }
    } catch {
        throw error as? Errno ?? .ioError
    }
}

/// `path` without symbolic links, `.` and `..`; nil if there is no such directory.
func resolvedDirectory(_ path: FilePath) -> FilePath? {
    // The C library allocates what it answers.
    guard let resolved = unsafe realpath(path.string, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe FilePath(String(cString: resolved))
}

private func requireRegularFile(_ descriptor: FileDescriptor) throws(Errno) {
    var status = stat()
    // A structure for the call alone.
    guard unsafe fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw .isDirectory
    default: throw .notSupported
    }
}
