/// What an address of an instance or node may look like.
///
/// Decoders judge addresses with it, so that only what a balancer can connect to comes further.
package struct AddressSyntax: Sendable, Hashable {
    /// Whether host names are addresses too; else IP literals alone are.
    package var allowsHostnames: Bool

    package init(allowsHostnames: Bool) {
        self.allowsHostnames = allowsHostnames
    }

    /// Whether `text` is an IPv4 address in dotted decimals, an IPv6 address without brackets and zone (RFC 4291, section
    /// 2.2) or, where they are allowed, a host name.
    package func accepts(_ text: some StringProtocol) -> Bool {
        Self.isIPv4(text) || Self.isIPv6(text) || (allowsHostnames && Self.isHostname(text))
    }

    /// Whether `text` is four decimal numbers of 0 to 255 without leading zeros.
    package static func isIPv4(_ text: some StringProtocol) -> Bool {
        var dots = 0
        var digits = 0
        var number = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "."), digits > 0 {
                (dots, digits, number) = (dots + 1, 0, 0)
            } else {
                guard isDigit(byte), digits == 0 || number > 0 else { return false }
                digits += 1
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
                guard number <= 255 else { return false }
            }
        }
        return dots == 3 && digits > 0
    }

    /// Whether `text` is an IPv6 address: eight groups, or fewer with one `::`; the last two may be an IPv4 address.
    package static func isIPv6(_ text: some StringProtocol) -> Bool {
        let halves = splitAtDoubleColon(Array(text.utf8))
        guard (1...2).contains(halves.count) else { return false }
        var groups = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let parts = half.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            for (place, part) in parts.enumerated() {
                let isLast = index == halves.count - 1 && place == parts.count - 1
                if isLast, part.contains(UInt8(ascii: ".")) {
                    guard isIPv4(String(decoding: part, as: UTF8.self)) else { return false }
                    groups += 2
                } else {
                    guard (1...4).contains(part.count), part.allSatisfy(isHexadecimal) else { return false }
                    groups += 1
                }
            }
        }
        return halves.count == 1 ? groups == 8 : groups <= 7
    }

    /// Whether `text` is a DNS name: labels of letters, digits, `-` and `_`, at most 63 characters each and 253 in all,
    /// and not merely numbers.
    package static func isHostname(_ text: some StringProtocol) -> Bool {
        var name = Array(text.utf8)[...]
        if name.last == UInt8(ascii: ".") { name.removeLast() }
        guard (1...253).contains(name.count) else { return false }
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy(isLabel) && !(labels.last?.allSatisfy(isDigit) ?? true)
    }

    /// Whether a host is this machine, so that no network lies between.
    static func isLocal(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (isIPv4(host) && host.hasPrefix("127."))
    }

    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        guard (1...63).contains(label.count), label.first != hyphen, label.last != hyphen else { return false }
        return label.allSatisfy { isDigit($0) || isLetter($0) || $0 == hyphen || $0 == UInt8(ascii: "_") }
    }

    /// The text before and after each `::`.
    private static func splitAtDoubleColon(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var halves: [ArraySlice<UInt8>] = []
        var start = 0
        var position = 0
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: ":"), bytes[position + 1] == UInt8(ascii: ":") {
                halves.append(bytes[start..<position])
                position += 2
                start = position
            } else {
                position += 1
            }
        }
        halves.append(bytes[start...])
        return halves
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
