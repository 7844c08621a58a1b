package import Controller

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Tells systemd how headgate is: the protocol of sd_notify(3), a datagram for each message.
///
/// Written here, since the protocol is a dozen lines and its library would be a C dependency of every build.
package actor SystemdNotifier {
    private let socket: NotifySocket
    private var announcer = Announcer()
    /// How often a sign of life is due; nil: none is wanted.
    package nonisolated let watchdogInterval: Duration?

    /// Nil unless a service manager listens (`NOTIFY_SOCKET`).
    package init?(environment: (String) -> String?) {
        guard let socket = environment("NOTIFY_SOCKET").flatMap({ NotifySocket(address: $0) }) else { return nil }
        self.socket = socket
        let process = environment("WATCHDOG_PID").flatMap { Int32($0) }
        // In exec mode and as a container's first process headgate proper is a child of what systemd has started.
        let isMeant = process.map { [getpid(), getppid()].contains($0) } ?? true
        watchdogInterval = isMeant ? Self.interval(environment("WATCHDOG_USEC")) : nil
    }

    package func note(_ standing: Standing) { send(announcer.note(standing)) }
    package func reloading() { send(announcer.reloading(atMicroseconds: Self.monotonicMicroseconds)) }
    package func stopping() { send("STOPPING=1\nSTATUS=stopping") }
    package func alive() { send("WATCHDOG=1") }

    private func send(_ message: String?) {
        if let message { socket.send(message) }
    }

    /// Half of what systemd waits.
    private static func interval(_ text: String?) -> Duration? {
        text.flatMap { Int64($0) }.flatMap { $0 > 0 ? .microseconds($0 / 2) : nil }
    }

    private static var monotonicMicroseconds: Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)  // A structure for the call alone.
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }
}

/// What to tell a service manager when: each state once.
struct Announcer {
    private var isReady = false
    private var status: String?

    /// The message about how the targets are; nil if it says nothing new.
    mutating func note(_ standing: Standing) -> String? {
        var lines: [String] = []
        if !isReady, standing.isReady {
            isReady = true
            lines.append("READY=1")
        }
        if standing.line != status {
            status = standing.line
            lines.append("STATUS=\(standing.line)")
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// The configuration is read anew; `READY=1` follows.
    mutating func reloading(atMicroseconds time: Int64) -> String {
        isReady = false
        status = nil
        return "RELOADING=1\nMONOTONIC_USEC=\(time)\nSTATUS=reading the configuration anew"
    }
}
