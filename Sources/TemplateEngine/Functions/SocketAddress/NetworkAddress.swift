/// An IPv4 or IPv6 address with the length of its network's prefix.
package struct NetworkAddress: Hashable, Sendable {
    /// Four or sixteen.
    package let bytes: [UInt8]
    package let prefixLength: Int

    /// An address in network byte order; nil if it has neither 4 nor 16 bytes, or the prefix is longer than it.
    package init?(bytes: [UInt8], prefixLength: Int) {
        guard bytes.count == 4 || bytes.count == 16, (0...bytes.count * 8).contains(prefixLength) else { return nil }
        self.bytes = bytes
        self.prefixLength = prefixLength
    }

    /// `10.0.0.1/8`, `fd00::1`: without a prefix the whole address is one.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2,
            let bytes = first.contains(":") ? Self.version6(first) : Self.version4(first)
        else { return nil }
        guard let last = parts.dropFirst().first else {
            self.init(bytes: bytes, prefixLength: bytes.count * 8)
            return
        }
        guard let length = Int(last), last.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.init(bytes: bytes, prefixLength: length)
    }

    package var isVersion4: Bool { bytes.count == 4 }

    /// Whether `address` is in this network.
    package func contains(_ address: NetworkAddress) -> Bool {
        guard bytes.count == address.bytes.count else { return false }
        for index in bytes.indices {
            let bits = prefixLength - index * 8
            if bits <= 0 { return true }
            let mask: UInt8 = bits >= 8 ? 0xFF : ~(0xFF >> UInt8(bits))
            if bytes[index] & mask != address.bytes[index] & mask { return false }
        }
        return true
    }

    /// The address without its prefix, IPv6 in the form of RFC 5952.
    package var text: String {
        if isVersion4 { return bytes.map { String($0) }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
        var longest = 0..<0
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = max(end, start) + 1
        }
        func hexadecimal(_ groups: ArraySlice<Int>) -> String {
            groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if longest.isEmpty { return hexadecimal(groups[...]) }
        return hexadecimal(groups[..<longest.lowerBound]) + "::" + hexadecimal(groups[longest.upperBound...])
    }

    private static func version4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part -> UInt8? in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } && (part.count == 1 || part.first != "0")
                ? UInt8(part) : nil
        }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func version6(_ text: Substring) -> [UInt8]? {
        if let range = text.firstRange(of: "::") {
            guard let head = groups(text[..<range.lowerBound]), let tail = groups(text[range.upperBound...]),
                head.count + tail.count <= 14
            else { return nil }
            return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
        }
        guard let bytes = groups(text), bytes.count == 16 else { return nil }
        return bytes
    }

    /// The bytes of groups with single colons between; the last may be an IPv4 address.
    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                guard let last = version4(part) else { return nil }
                bytes += last
            } else {
                guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes
    }
}

extension NetworkAddress {
    /// Whether routers pass packets to it on (RFC 6890, "Forwardable").
    var isForwardable: Bool { !Self.unforwardable.contains { $0.contains(self) } }

    /// Whether the address is in a block that the RFC of `number` sets aside; nil for an RFC that is not known here.
    func isOf(rfc number: Int) -> Bool? {
        Self.blocks[number].map { blocks in blocks.contains { $0.contains(self) } }
    }

    private static let unforwardable = networks(
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "240.0.0.0/4",
        "::/128",
        "::1/128",
        "::ffff:0:0/96",
        "2001:db8::/32",
        "2001:10::/28",
        "fe80::/10"
    )

    /// By the number of the RFC.
    private static let blocks: [Int: [NetworkAddress]] = [
        1918: networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        3927: networks("169.254.0.0/16"),
        4193: networks("fc00::/7"),
        6598: networks("100.64.0.0/10"),
        6890: networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "240.0.0.0/4",
            "::/128",
            "::1/128",
            "64:ff9b::/96",
            "::ffff:0:0/96",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "fc00::/7",
            "fe80::/10"
        ),
    ]

    static let knownRFCs = blocks.keys.sorted()

    private static func networks(_ texts: String...) -> [NetworkAddress] { texts.compactMap { NetworkAddress($0) } }
}
