#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What Linux says of a process.
package struct ProcessProbe: Sendable {
    let pid: Int32

    package init(pid: Int32) { self.pid = pid }

    /// This process.
    package static var own: ProcessProbe { ProcessProbe(pid: getpid()) }

    private var directory: Workspace { Workspace(path: "/proc/\(pid)") }

    /// The CPU time that the process has taken, in nanoseconds (clock_getcpuclockid(3)).
    package var processorNanoseconds: UInt64 {
        var clock = clockid_t()
        var time = timespec()
        // Structures for the calls alone.
        guard unsafe clock_getcpuclockid(pid, &clock) == 0, unsafe clock_gettime(clock, &time) == 0 else { return 0 }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Resident memory in bytes (`VmRSS` of proc(5)); nil if the process is not there.
    package var residentBytes: Int? {
        let line = directory.read("status")?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split { !$0.isNumber }.first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    /// How many files, sockets and pipes are open.
    package var openFiles: Int { directory.names(in: "fd").count }

    /// How many established TCP connections the process has to a port.
    package func connections(to port: Int) -> Int {
        let sockets = Set(
            directory.names(in: "fd").compactMap { name -> String? in
                var buffer = [CChar](repeating: 0, count: 64)
                let length = unsafe readlink(directory.file("fd/\(name)"), &buffer, buffer.count)
                let target = String(decoding: buffer.prefix(max(length, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
                guard target.hasPrefix("socket:[") else { return nil }
                return String(target.dropFirst(8).dropLast())
            }
        )
        let remote = ":" + String(port, radix: 16, uppercase: true)
        return ["tcp", "tcp6"].flatMap { (directory.read("net/\($0)") ?? "").split(separator: "\n") }.count { line in
            // Number, local and remote address, state (01: established), …, inode.
            let fields = line.split(separator: " ")
            return fields.count > 9 && fields[2].hasSuffix(remote) && fields[3] == "01"
                && sockets.contains(String(fields[9]))
        }
    }
}
