/// A host and a port, as addresses of registries have them.
package struct HostPort: Sendable, Hashable {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) { (self.host, self.port) = (host, port) }

    /// `HOST`, `HOST:PORT` or `[IPV6]:PORT`; nil if it is none.
    init?(_ text: Substring, defaultPort: Int) {
        var (host, port) = (text, Substring(""))
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.first == ":" else { return nil }
            port = after.dropFirst()
            if !after.isEmpty, port.isEmpty { return nil }
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
            if port.isEmpty { return nil }
        }
        let isHost = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            case UInt8(ascii: ":"): text.first == "["
            default: false
            }
        }
        guard !host.isEmpty, isHost else { return nil }
        self.host = String(host)
        self.port = defaultPort
        guard !port.isEmpty else { return }
        guard let number = Int(port), (1...65535).contains(number) else { return nil }
        self.port = number
    }
}

extension HostPort: CustomStringConvertible {
    package var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
