#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What tells that a file that a template reads has changed: looked at now and then, without reading it.
struct FileStamp: Hashable {
    private let inode: UInt64
    private let size: Int64
    private let seconds: Int
    private let nanoseconds: Int

    /// That of no file: whatever is compared with it has changed.
    static let unlike = FileStamp(inode: 0, size: -1, seconds: 0, nanoseconds: 0)

    /// The stamps of the files that exist.
    static func of(_ paths: some Sequence<String>) -> [String: FileStamp] {
        var stamps: [String: FileStamp] = [:]
        for path in paths {
            var status = stat()
            // A C string and a structure for the call alone.
            guard unsafe stat(path, &status) == 0 else { continue }
            stamps[path] = FileStamp(
                inode: UInt64(status.st_ino),
                size: Int64(status.st_size),
                seconds: status.st_mtim.tv_sec,
                nanoseconds: status.st_mtim.tv_nsec
            )
        }
        return stamps
    }
}
