#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What Linux says of another process.
struct ProcessProbe {
    let pid: Int32

    /// The CPU time that the process has taken, in nanoseconds (clock_getcpuclockid(3)).
    var processorNanoseconds: UInt64 {
        var clock = clockid_t()
        var time = timespec()
        // Structures for the calls alone.
        guard unsafe clock_getcpuclockid(pid, &clock) == 0, unsafe clock_gettime(clock, &time) == 0 else { return 0 }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    var residentBytes: Int? { Measurement.residentBytes(of: pid) }

    /// How many established TCP connections the process has to a port.
    func connections(to port: Int) -> Int {
        let sockets = Set(
            Self.names(in: "/proc/\(pid)/fd").compactMap { name -> String? in
                var buffer = [CChar](repeating: 0, count: 64)
                let length = unsafe readlink("/proc/\(pid)/fd/\(name)", &buffer, buffer.count)
                let target = String(decoding: buffer.prefix(max(length, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
                guard target.hasPrefix("socket:[") else { return nil }
                return String(target.dropFirst(8).dropLast())
            }
        )
        let remote = ":" + String(port, radix: 16, uppercase: true)
        return ["tcp", "tcp6"].flatMap { Self.lines("/proc/\(pid)/net/\($0)") }.count { line in
            // Number, local and remote address, state (01: established), …, inode.
            let fields = line.split(separator: " ")
            return fields.count > 9 && fields[2].hasSuffix(remote) && fields[3] == "01"
                && sockets.contains(String(fields[9]))
        }
    }

    private static func names(in directory: String) -> [String] {
        guard let handle = unsafe opendir(directory) else { return [] }
        defer { unsafe _ = closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            names.append(
                unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                    unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
                }
            )
        }
        return names
    }

    private static func lines(_ path: String) -> [String] {
        guard let file = unsafe fopen(path, "r") else { return [] }
        defer { unsafe _ = fclose(file) }
        var lines: [String] = []
        var line = [CChar](repeating: 0, count: 512)
        while unsafe fgets(&line, Int32(line.count), file) != nil {
            lines.append(String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        return lines
    }
}
