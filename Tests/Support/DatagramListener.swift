import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A Unix datagram socket that keeps what it is sent, as systemd's notification socket.
package final class DatagramListener: Sendable {
    private let descriptor: FileDescriptor
    private let kept = Mutex<[String]>([])

    /// Listens at a path, or at an abstract name that begins with `@`.
    package init(at name: String) throws {
        let handle = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard handle >= 0 else { throw Errno(rawValue: errno) }
        descriptor = FileDescriptor(rawValue: handle)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if name.hasPrefix("@") { bytes[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count)
        let bound = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(handle, $0, length) }
        }
        guard bound == 0 else { throw Errno(rawValue: errno) }
    }

    deinit { try? descriptor.close() }

    /// All that has come so far, one text for each datagram.
    package var messages: [String] {
        kept.withLock { kept in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while let count = try? unsafe buffer.withUnsafeMutableBytes({ unsafe try descriptor.read(into: $0) }) {
                kept.append(String(decoding: buffer[..<count], as: UTF8.self))
            }
            return kept
        }
    }

    /// All lines that have come so far.
    package var lines: [String] { messages.flatMap { $0.split(separator: "\n").map(String.init) } }
}
