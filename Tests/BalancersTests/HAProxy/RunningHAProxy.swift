import Balancers
import SystemPackage
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A real HAProxy of a test, with its Runtime API.
struct RunningHAProxy: Sendable {
    let workspace: Workspace
    /// What runs: the tests hold for other versions than that of the distribution too, put first in PATH.
    var version = HAProxyVersion(0, 0)

    var configuration: String { workspace.file("haproxy.cfg") }

    /// What every configuration of these tests begins with.
    static func preamble(socket: String) -> String {
        """
        global
            stats socket \(socket) mode 600 level admin
        defaults base
            mode http
            timeout connect 1s
            timeout client 5s
            timeout server 5s
            timeout check 1s

        """
    }

    /// Runs `body` beside an HAProxy with the sections of `text`, which goes behind `preamble`.
    static func with(_ text: String, _ body: @escaping @Sendable (RunningHAProxy) async throws -> Void) async throws {
        try await Workspace.with { workspace in
            let starting = RunningHAProxy(workspace: workspace)
            try workspace.write("haproxy.cfg", preamble(socket: workspace.file("s")) + text)
            try await withRunning("haproxy", ["-W", "-db", "-S", workspace.file("m"), "-f", starting.configuration]) {
                process in
                guard await eventually({ (try? starting.ask("show info"))?.contains("Version: ") ?? false }),
                    let version = HAProxyInfo(showInfo: try starting.answer("show info"))?.version
                else {
                    throw Failure(text: "HAProxy did not start: \(process.log.text)")
                }
                try await body(RunningHAProxy(workspace: workspace, version: version))
            }
        }
    }

    struct Failure: Error {
        var text: String
    }

    /// Sends one line, and reads to the end of the answer.
    func ask(_ line: String) throws -> String { String(decoding: try answer(line), as: UTF8.self) }

    func answer(_ line: String) throws -> [UInt8] {
        let handle = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { throw Errno(rawValue: errno) }
        let descriptor = FileDescriptor(rawValue: handle)
        return try descriptor.closeAfter {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let path = Array(workspace.file("s").utf8)
            // The path is shorter than the field, which is zero.
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
            let connected = unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(handle, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard connected == 0 else { throw Errno(rawValue: errno) }
            _ = try descriptor.writeAll("\(line)\n".utf8)
            shutdown(handle, Int32(SHUT_WR))
            var answer: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try unsafe buffer.withUnsafeMutableBytes { unsafe try descriptor.read(into: $0) }
                guard count > 0 else { return answer }
                answer += buffer[..<count]
            }
        }
    }
}
