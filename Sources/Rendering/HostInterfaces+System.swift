package import TemplateEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension HostInterfaces {
    /// The network interfaces of this machine, as the system lists them; those without an IP address are left out.
    package static func ofSystem() throws(FunctionFault) -> HostInterfaces {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&first) == 0 else {
            throw FunctionFault("the system does not tell its network interfaces: error \(errno)")
        }
        // The list is the system's, and freed once it has been copied.
        defer { unsafe freeifaddrs(first) }
        var interfaces: [Interface] = []
        var next = unsafe first
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            guard let bytes = unsafe bytes(of: entry.pointee.ifa_addr) else { continue }
            let mask = unsafe self.bytes(of: entry.pointee.ifa_netmask) ?? bytes.map { _ in 0xFF }
            guard
                let address = NetworkAddress(
                    bytes: bytes,
                    prefixLength: mask.reduce(0) { $0 + $1.nonzeroBitCount }
                )
            else { continue }
            let name = unsafe String(cString: entry.pointee.ifa_name)
            let flags = unsafe names(of: UInt32(entry.pointee.ifa_flags))
            interfaces.append(Interface(name: name, address: address, flags: flags))
        }
        return HostInterfaces(interfaces, defaultName: defaultInterface)
    }

    /// The bytes of an IP address in network order; nil for an address of another family.
    private static func bytes(of address: UnsafeMutablePointer<sockaddr>?) -> [UInt8]? {
        guard let address = unsafe address else { return nil }
        // `sockaddr_in` has its address behind four bytes, `sockaddr_in6` behind eight.
        let (offset, count): (Int, Int)
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET: (offset, count) = (4, 4)
        case AF_INET6: (offset, count) = (8, 16)
        default: return nil
        }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + offset, count: count))
    }

    /// By the bits of `SIOCGIFFLAGS` (netdevice(7)).
    private static func names(of flags: UInt32) -> Set<String> {
        let bits: [(UInt32, String)] = [
            (1, "up"), (2, "broadcast"), (8, "loopback"), (16, "point-to-point"), (4096, "multicast"),
        ]
        return Set(bits.lazy.filter { flags & $0.0 != 0 }.map(\.1))
    }

    /// The interface that Linux' table of routes has for all destinations.
    private static var defaultInterface: String? {
        guard let file = unsafe fopen("/proc/net/route", "r") else { return nil }
        // Opened here, and closed here.
        defer { unsafe fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
        for line in String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\n").dropFirst() {
            let words = line.split { $0 == "\t" || $0 == " " }
            if words.count > 7, words[1] == "00000000", words[7] == "00000000" { return String(words[0]) }
        }
        return nil
    }
}
