/// HAProxy's master CLI (`haproxy -W -S PATH`; HAProxy management guide, section 9.4).
package struct MasterCLI: Sendable {
    private let socket: any CommandSocket

    package init(_ socket: any CommandSocket) { self.socket = socket }

    /// Tells the master to reload, and waits for its verdict where it gives one (from HAProxy 2.7 on).
    package func reload(within limit: Duration) async throws(SocketFault) -> ReloadAnswer {
        ReloadAnswer(parsing: try await socket.ask("reload", within: limit))
    }

    /// The master and its workers.
    package func processes(within limit: Duration) async throws(SocketFault) -> ShowProc {
        guard let processes = ShowProc(parsing: try await socket.ask("show proc", within: limit)) else {
            throw .stranger(path: socket.path, wanted: "HAProxy's master CLI")
        }
        return processes
    }

    /// Whether a worker answers, which it does only once it serves.
    package func serves(_ worker: Int32, within limit: Duration) async -> Bool {
        guard let answer = try? await socket.ask("@!\(worker) show info", within: limit) else { return false }
        return answer.split(whereSeparator: \.isNewline).contains { $0 == "Pid: \(worker)" }
    }

    /// What was logged when the configuration was last loaded; empty before HAProxy 2.7.
    package func startupLog(within limit: Duration) async -> String {
        (try? await socket.ask("show startup-logs", within: limit)) ?? ""
    }
}
