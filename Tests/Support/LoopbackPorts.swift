import Synchronization

#if canImport(Glibc)
    package import Glibc
#elseif canImport(Musl)
    package import Musl
#endif

/// Ports of 127.0.0.1 for servers of the tests.
///
/// They lie below the range that the kernel takes the ports of outgoing connections from, so that no client of a parallel
/// test gets one between the look and the server's start; and none is handed out twice in a run.
package enum LoopbackPorts {
    private static let taken = Mutex<Set<Int>>([])

    /// Ports that were free a moment ago.
    package static func free(_ count: Int) -> [Int] {
        (0..<count).map { _ in
            while true {
                let port = Int.random(in: 12_000..<32_000)
                if taken.withLock({ $0.insert(port).inserted }), isFree(port) { return port }
            }
        }
    }

    /// A port that a server cannot have while this is held.
    package final class Taken: Sendable {
        package let port = LoopbackPorts.free(1)[0]
        private let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)

        package init?() {
            guard LoopbackPorts.take(handle, to: port), listen(handle, 1) == 0 else { return nil }
        }

        deinit { close(handle) }
    }

    package static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// Whether somebody accepts connections.
    package static func isListening(_ port: Int) -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return false }
        defer { close(handle) }
        var address = address(port)
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func isFree(_ port: Int) -> Bool {
        // Not inherited by a program that another test starts at this moment: it would hold the port.
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return false }
        defer { close(handle) }
        return take(handle, to: port)
    }

    fileprivate static func take(_ handle: Int32, to port: Int) -> Bool {
        var address = address(port)
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
