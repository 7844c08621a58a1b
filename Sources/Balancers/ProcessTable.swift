import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The processes of the machine, as /proc shows them: those of headgate's own PID namespace.
package struct ProcessTable: Sendable {
    /// Where /proc is; tests make one of their own.
    private let root: String

    package init(root: String = "/proc") { self.root = root }

    /// Program and arguments; empty for a process that is not there, has ended, or is just replacing itself.
    package func commandLine(of pid: Int32) -> [String] {
        let text = contents(of: "\(root)/\(pid)/cmdline", limit: 1 << 20) ?? ""
        return text.split(separator: "\0").map(String.init)
    }

    /// Nil if it is not there, or may not be seen.
    package func workingDirectory(of pid: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("\(root)/\(pid)/cwd", &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// Whether a process sees the same files as headgate, as far as that can be told.
    package func sharesFiles(_ pid: Int32) -> Bool {
        var own = stat()
        var other = stat()
        guard unsafe stat("/", &own) == 0, unsafe stat("\(root)/\(pid)/root", &other) == 0 else { return false }
        return own.st_dev == other.st_dev && own.st_ino == other.st_ino
    }

    /// The children of a process.
    package func children(of parent: Int32) -> [Int32] {
        // Where the kernel tells, all other processes need not be looked at.
        if let text = contents(of: "\(root)/\(parent)/task/\(parent)/children", limit: 1 << 20) {
            return text.split(separator: " ").compactMap { Int32($0) }
        }
        return pids().filter { self.parent(of: $0) == parent }
    }

    /// All of them.
    func pids() -> [Int32] {
        guard let directory = unsafe opendir(root) else { return [] }
        defer { unsafe _ = closedir(directory) }
        var pids: [Int32] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if let pid = Int32(name) { pids.append(pid) }
        }
        return pids
    }

    /// Whether a process is there and has not ended. While it replaces itself (exec) its command line is empty.
    package func isAlive(_ pid: Int32) -> Bool {
        guard let state = status(of: pid)?.state else { return false }
        return state != "Z" && state != "X"
    }

    private func parent(of pid: Int32) -> Int32? { status(of: pid)?.parent }

    private func status(of pid: Int32) -> (state: Substring, parent: Int32)? {
        // `PID (NAME) STATE PARENT …`; the name may hold anything.
        guard let stat = contents(of: "\(root)/\(pid)/stat", limit: 4096), let end = stat.lastIndex(of: ")") else {
            return nil
        }
        let words = stat[end...].split(separator: " ")
        guard words.count > 2, let parent = Int32(words[2]) else { return nil }
        return (words[1], parent)
    }
}

/// The beginning of a file as text; nil if it cannot be read.
func contents(of path: String, from offset: Int64 = 0, limit: Int) -> String? {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return nil }
    defer { try? file.close() }
    if offset > 0, (try? file.seek(offset: offset, from: .start)) == nil { return nil }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while text.count < limit {
        guard let count = try? unsafe buffer.withUnsafeMutableBytes({ unsafe try file.read(into: $0) }) else {
            return nil
        }
        if count == 0 { break }
        text += buffer[..<min(count, limit - text.count)]
    }
    return String(decoding: text, as: UTF8.self)
}
