internal import SystemPackage

/// What the file system says of a file, to know without reading whether it is the same.
struct FileSignature: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
    /// In bytes.
    var size: Int64
    /// When the content was changed last, or the file touched.
    var modified: Timestamp
    /// When content or metadata were changed last.
    var changed: Timestamp

    init(_ stat: Stat) {
        device = UInt64(stat.deviceID.rawValue)
        inode = UInt64(stat.inode.rawValue)
        size = stat.size
        modified = Timestamp(stat.st_mtim)
        changed = Timestamp(stat.st_ctim)
    }
}

/// A content's mark, which differs between different contents except by a chance of 1 in 2^64.
struct ContentFingerprint: Hashable, Sendable {
    private let size: Int
    private let hash: Int

    init(_ bytes: [UInt8]) {
        size = bytes.count
        var hasher = Hasher()
        // All at once: an array hashes its elements one by one, which takes ten times as long.
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        hash = hasher.finalize()
    }
}
