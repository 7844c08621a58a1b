internal import Glibc
internal import SystemPackage

/// The way that a path takes through symbolic links.
enum SymbolicLinks {
    /// As many links as Linux follows for one path.
    private static let hopLimit = 40

    /// The directories in which a change can make `path` lead elsewhere: that of each symbolic link on the way, and that of
    /// the file itself, or the directory itself. If the way ends before, the last directory that exists.
    ///
    /// A Kubernetes ConfigMap is such a way: `services.yaml` → `..data/services.yaml`, `..data` → `..2026_11_21/`, and an
    /// update replaces only `..data`.
    static func directories(leadingTo path: String) -> Set<String> {
        var directories: Set<String> = []
        var current = path.hasPrefix("/") ? "/" : "."
        var rest = components(of: path)
        var hops = 0
        while let name = rest.popLast() {
            if name == "..", current.hasPrefix("/") {
                // No link is left in `current`, so that its parent is what its text says.
                current = FilePath(current).removingLastComponent().string
                continue
            }
            let next = current == "/" ? "/\(name)" : "\(current)/\(name)"
            if let target = destination(of: next) {
                directories.insert(current)
                hops += 1
                guard hops <= hopLimit else { return directories }
                if target.hasPrefix("/") { current = "/" }
                rest += components(of: target)
            } else if let stat = try? Stat(FilePath(next)) {
                guard stat.type == .directory else {
                    directories.insert(current)
                    return directories
                }
                current = next
            } else {
                directories.insert(current)
                return directories
            }
        }
        directories.insert(current)
        return directories
    }

    /// The components of a path, the first one last.
    private static func components(of path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.reversed().map(String.init)
    }

    /// Where a symbolic link points; nil if `path` is none.
    private static func destination(of path: String) -> String? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        // `readlink` writes at most as many bytes as it is told, and says how many.
        let length = unsafe readlink(path, &target, target.count)
        guard length > 0 else { return nil }
        return String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
