#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A Unix datagram socket that somebody listens on, by path or by abstract name (`@name`, unix(7)).
struct NotifySocket: Sendable {
    private let name: [UInt8]

    /// Nil if `address` is neither, or too long.
    init?(address: String) {
        var name = Array(address.utf8)
        guard let first = name.first, name.count > 1, name.count < 108 else { return nil }
        switch first {
        case UInt8(ascii: "/"): break
        case UInt8(ascii: "@"): name[0] = 0
        default: return nil
        }
        self.name = name
    }

    /// Sends a datagram; nobody listening is nobody's fault.
    func send(_ message: String) {
        let handle = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard handle >= 0 else { return }
        defer { close(handle) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // The structure is filled and read for the calls alone.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let length = MemoryLayout.offset(of: \sockaddr_un.sun_path).map { $0 + name.count } ?? 0
        let bytes = Array(message.utf8)
        unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bytes.withUnsafeBytes { bytes in
                    unsafe _ = sendto(
                        handle,
                        bytes.baseAddress,
                        bytes.count,
                        Int32(MSG_NOSIGNAL),
                        address,
                        socklen_t(length)
                    )
                }
            }
        }
    }
}
