import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One HTTP request over a connection of its own, as a load balancer's client makes it.
package enum HTTPProbe {
    package struct Response: Equatable, Sendable {
        package var status: Int
        /// The status line and the headers, as they came.
        package var head = ""
        package var body: String
    }

    /// `GET path` from 127.0.0.1:`port`; nil if there is no whole answer within two seconds.
    package static func get(_ path: String = "/", port: Int) -> Response? {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return nil }
        let descriptor = FileDescriptor(rawValue: handle)
        defer { try? descriptor.close() }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        unsafe setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = LoopbackPorts.address(port)
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
        return Response(
            status: status,
            head: String(text[..<head.lowerBound]),
            body: text[head.upperBound...].trimmingSuffix { $0.isWhitespace }
        )
    }

    /// How many of `count` requests each body answered; "" counts those without an answer.
    package static func tally(_ count: Int, _ path: String = "/", port: Int) -> [String: Int] {
        (0..<count).reduce(into: [:]) { tally, _ in tally[get(path, port: port)?.body ?? "", default: 0] += 1 }
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
