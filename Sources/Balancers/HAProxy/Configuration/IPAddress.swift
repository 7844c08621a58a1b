/// An IPv4 or IPv6 address as a value, so that two ways to write one are equal.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// Four or sixteen bytes, in network order.
    package let bytes: [UInt8]

    package var isIPv6: Bool { bytes.count == 16 }
    /// Whether it is `0.0.0.0` or `::`, which stand for no place in particular.
    package var isAny: Bool { bytes.allSatisfy { $0 == 0 } }

    /// Reads dotted decimal without leading zeros, or the text forms of RFC 4291 (2.2); nil for anything else.
    package init?(_ text: some StringProtocol) {
        let text = Array(text.utf8)
        guard let bytes = text.contains(UInt8(ascii: ":")) ? Self.groups(text) : Self.quad(text[...]) else {
            return nil
        }
        self.bytes = bytes
    }

    /// As glibc's inet_ntop writes it, and thus HAProxy.
    package var description: String {
        guard isIPv6 else { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = max(end, start + 1)
        }
        // The last four bytes of a mapped or compatible address are written in decimal.
        if longest == 0..<6 || longest == 0..<5 && groups[5] == 0xFFFF {
            let quad = bytes[12...].map { String($0) }.joined(separator: ".")
            return longest == 0..<6 ? "::\(quad)" : "::ffff:\(quad)"
        }
        func text(_ groups: ArraySlice<Int>) -> String {
            groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !longest.isEmpty else { return text(groups[...]) }
        return "\(text(groups[..<longest.lowerBound]))::\(text(groups[longest.upperBound...]))"
    }

    private static func quad(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(\.isASCIIDigit),
                part.count == 1 || part.first != UInt8(ascii: "0"),
                let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func groups(_ text: [UInt8]) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        let gap = text.indices.dropLast().first { text[$0] == colon && text[$0 + 1] == colon }
        guard let gap else { return bytes(of: text[...], count: 8) }
        guard let head = bytes(of: text[..<gap], count: nil), let tail = bytes(of: text[(gap + 2)...], count: nil),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// The bytes of groups without `::` among them; `count` groups, or any number of them, also none.
    private static func bytes(of text: ArraySlice<UInt8>, count: Int?) -> [UInt8]? {
        if text.isEmpty, count == nil { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let quad = quad(part) else { return nil }
                bytes += quad
                continue
            }
            guard (1...4).contains(part.count), part.allSatisfy({ $0.hexadecimalValue != nil }),
                let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return count.map { bytes.count == $0 * 2 } ?? true ? bytes : nil
    }
}
