internal import Settings
import SystemPackage

/// Reads which servers a system's programs ask (resolv.conf(5)).
enum ResolverFile {
    /// More are not asked, as in the C library.
    private static let mostServers = 3

    /// The servers of the file at `path`, read anew each time.
    static func servers(at path: String = "/etc/resolv.conf") throws(DNSFault) -> [HostPort] {
        let bytes: [UInt8]
        do {
            bytes = try readFile(at: FilePath(path))
        } catch {
            throw .noServer("\(path) cannot be read: \(error)")
        }
        let servers = servers(in: String(decoding: bytes, as: UTF8.self))
        guard !servers.isEmpty else { throw .noServer("\(path) names none") }
        return servers
    }

    static func servers(in text: String) -> [HostPort] {
        let found = text.split(whereSeparator: \.isNewline).compactMap { line -> HostPort? in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, words[0] == "nameserver",
                AddressSyntax.isIPv4(words[1]) || AddressSyntax.isIPv6(words[1].prefix { $0 != "%" })
            else { return nil }
            return HostPort(host: String(words[1]), port: 53)
        }
        return Array(found.prefix(mostServers))
    }
}
