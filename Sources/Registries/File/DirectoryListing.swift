internal import Glibc
internal import SystemPackage

/// The names in a directory.
enum DirectoryListing {
    struct Entry {
        let name: String
        /// Whether the file system says that it is a symbolic link, or does not say what it is.
        let mayBeLink: Bool
    }

    /// The entries of a directory, sorted by name, without `.` and `..`.
    static func entries(of path: String) throws(Errno) -> [Entry] {
        guard let stream = unsafe opendir(path) else { throw Errno(rawValue: errno) }
        defer { _ = unsafe closedir(stream) }
        var entries: [Entry] = []
        while true {
            errno = 0
            // An entry is valid until the next call of `readdir`, and its name is copied before that.
            guard let entry = unsafe readdir(stream) else { break }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            let kind = unsafe Int(entry.pointee.d_type)
            entries.append(Entry(name: name, mayBeLink: kind == Int(DT_LNK) || kind == Int(DT_UNKNOWN)))
        }
        guard errno == 0 else { throw Errno(rawValue: errno) }
        return entries.sorted { bytewise($0.name, $1.name) }
    }
}
