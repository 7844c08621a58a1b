import Settings
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The children of this process (`PPid` in proc(5)'s `status`), those that have ended and were not waited for among them.
enum Children {
    static var ofThisProcess: [pid_t] {
        let parent = "PPid:\t\(getpid())\n"
        // The directory is read and closed here; names are copied.
        guard let directory = unsafe opendir("/proc") else { return [] }
        defer { unsafe _ = closedir(directory) }
        var children: [pid_t] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard let process = pid_t(name), let status = try? readFile(at: FilePath("/proc/\(name)/status")),
                String(decoding: status, as: UTF8.self).contains(parent)
            else { continue }
            children.append(process)
        }
        return children
    }
}
