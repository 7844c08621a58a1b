import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An exclusive lock on a file that lasts as long as this object, or the process.
final class StateLock: Sendable {
    private let descriptor: FileDescriptor

    /// - Throws: `locked` with the holder's process id, which the file holds, if another process has the lock.
    init(path: String, directory: String) throws(StateFault) {
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path),
                .readWrite,
                options: [.create, .closeOnExec, .noFollow],
                permissions: .ownerReadWrite
            )
        } catch {
            throw .notWritable(path: directory, FileFault(.create, path, error as? Errno ?? .ioError))
        }
        while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
            let failure = Errno(rawValue: errno)
            if failure == .interrupted { continue }
            let holder = Self.holder(in: descriptor)
            try? descriptor.close()
            guard failure == .wouldBlock else { throw .notWritable(path: directory, FileFault(.write, path, failure)) }
            throw .locked(path: directory, holder: holder)
        }
        do {
            try descriptor.resize(to: 0)
            try descriptor.writeAll("\(getpid())\n".utf8)
        } catch {
            try? descriptor.close()
            throw .notWritable(path: directory, FileFault(.write, path, error as? Errno ?? .ioError))
        }
    }

    deinit {
        // Unlocked, not only closed: a child between fork and exec has the file open as well.
        _ = flock(descriptor.rawValue, LOCK_UN)
        try? descriptor.close()
    }

    private static func holder(in descriptor: FileDescriptor) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 32)
        // swift-system reads into raw memory only.
        let count =
            (try? unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(fromAbsoluteOffset: 0, into: $0) })
            ?? 0
        return Int32(String(decoding: buffer.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
