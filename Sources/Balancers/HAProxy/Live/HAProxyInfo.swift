/// Which HAProxy answers, from `show info` (management guide 9.3).
package struct HAProxyInfo: Hashable, Sendable {
    package var version: HAProxyVersion
    /// The worker's process: another one after a reload or a restart.
    package var pid: Int?

    package init(version: HAProxyVersion, pid: Int?) {
        self.version = version
        self.pid = pid
    }

    /// Reads the answer; nil if it names no version.
    package init?(showInfo answer: some Sequence<UInt8>) {
        var version: HAProxyVersion?
        var pid: Int?
        for line in String(decoding: Array(answer), as: UTF8.self).split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            switch line[..<colon] {
            case "Version": version = HAProxyVersion(value)
            case "Pid": pid = Int(value)
            default: break
            }
        }
        guard let version else { return nil }
        self.init(version: version, pid: pid)
    }
}
