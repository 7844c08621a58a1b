/// What Linux says of a process's memory.
package enum ProcessMemory {
    /// Resident memory in bytes (`VmRSS` of proc(5)); nil if the process is not there.
    package static func residentBytes(of pid: Int32) -> Int? {
        let line = Workspace(path: "/proc/\(pid)").read("status")?.split(separator: "\n").first {
            $0.hasPrefix("VmRSS:")
        }
        return line?.split { !$0.isNumber }.first.flatMap { Int($0) }.map { $0 * 1024 }
    }
}
