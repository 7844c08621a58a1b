import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One HTTP request over a connection of its own, as a load balancer's client makes it.
enum HTTPProbe {
    struct Response: Equatable, Sendable {
        var status: Int
        var body: String
    }

    /// `GET path` from 127.0.0.1:`port`; nil if there is no whole answer within two seconds.
    static func get(_ path: String = "/", port: Int) -> Response? {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { return nil }
        let descriptor = FileDescriptor(rawValue: handle)
        defer { try? descriptor.close() }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        unsafe setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = loopback(port)
        let connected = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0,
            (try? descriptor.writeAll("GET \(path) HTTP/1.0\r\nHost: test\r\n\r\n".utf8)) != nil
        else { return nil }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            guard let count = try? unsafe buffer.withUnsafeMutableBytes({ unsafe try descriptor.read(into: $0) }) else {
                return nil
            }
            if count == 0 { break }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        guard let head = text.firstRange(of: "\r\n\r\n"), let status = Int(text.dropFirst(9).prefix(3)) else {
            return nil
        }
        return Response(status: status, body: text[head.upperBound...].trimmingSuffix { $0.isWhitespace })
    }

    /// How many of `count` requests each body answered; "" counts those without an answer.
    static func tally(_ count: Int, _ path: String = "/", port: Int) -> [String: Int] {
        (0..<count).reduce(into: [:]) { tally, _ in tally[get(path, port: port)?.body ?? "", default: 0] += 1 }
    }

    /// Ports that were free a moment ago.
    static func freePorts(_ count: Int) -> [Int] {
        var handles: [Int32] = []
        defer { for handle in handles { close(handle) } }
        return (0..<count).map { _ in
            let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            handles.append(handle)
            var address = loopback(0)
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            return unsafe withUnsafeMutablePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    unsafe bind(handle, pointer, size)
                    unsafe getsockname(handle, pointer, &size)
                }
                return unsafe Int(UInt16(bigEndian: $0.pointee.sin_port))
            }
        }
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

extension Substring {
    /// The text without the characters at its end for which `condition` holds.
    fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> String {
        var rest = self
        while let last = rest.last, condition(last) { rest.removeLast() }
        return String(rest)
    }
}
