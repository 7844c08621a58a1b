import State

/// `/proc/PID/stat`, or nil if there is no such process.
func processStatus(_ process: Int32) throws -> String? {
    try LocalFileSystem().contents(of: "/proc/\(process)/stat").map { String(decoding: $0, as: UTF8.self) }
}
