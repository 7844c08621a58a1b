#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A connection with a request that has begun and does not end, as a long stream is to a balancer: the worker that has it
/// lives on after a reload.
package final class HeldConnection: Sendable {
    private let handle: Int32

    /// Nil if nobody listens at 127.0.0.1:`port`.
    package init?(port: Int) {
        handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = LoopbackPorts.address(port)
        let connected = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let request = Array("GET / HTTP/1.1\r\nHost: ".utf8)
        guard connected == 0, unsafe send(handle, request, request.count, 0) == request.count else { return nil }
    }

    /// The client goes.
    package func end() { shutdown(handle, Int32(SHUT_RDWR)) }

    deinit { close(handle) }
}
