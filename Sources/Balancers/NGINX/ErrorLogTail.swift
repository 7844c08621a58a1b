import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What is written to NGINX's error log from a moment on.
package struct ErrorLogTail: Sendable {
    private let path: String
    private let inode: UInt64
    private let size: Int64

    /// From now on.
    package init(path: String) {
        self.path = path
        (inode, size) = Self.look(at: path) ?? (0, 0)
    }

    /// The lines since then, 64 KiB of them at most; of a log that was rotated since, all.
    package var newLines: [String] {
        guard let now = Self.look(at: path) else { return [] }
        let isSame = now.inode == inode && now.size >= size
        let text = contents(of: path, from: isSame ? size : 0, limit: 64 << 10) ?? ""
        return text.split(whereSeparator: \.isNewline).map(String.init)
    }

    private static func look(at path: String) -> (inode: UInt64, size: Int64)? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return (UInt64(status.st_ino), Int64(status.st_size))
    }
}

/// What NGINX's master says in lines of its error log of why a reload failed; nil if nothing.
///
/// A line is `TIME [LEVEL] PID#THREAD: MESSAGE`. Others write there too, such as a check that runs beside.
package func emergency(of master: Int32, in lines: [String]) -> String? {
    let messages = lines.compactMap { line in
        line.firstRange(of: "[emerg] \(master)#").map { line[$0.upperBound...].drop { $0 != ":" }.dropFirst(2) }
    }
    // The last one of a port that is taken says only that it still is.
    return (messages.first { !$0.hasPrefix("still could not bind") } ?? messages.first).map(String.init)
}
