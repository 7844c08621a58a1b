/// The name of a file that waits beside its destination: `.haproxy.cfg.headgate-0123456789abcdef`.
///
/// A dot in front and a foreign ending keep it out of what balancers load: HAProxy's directory (`*.cfg`, no dot-files)
/// and NGINX's `include conf.d/*.conf`. In the same directory so that a rename suffices.
package struct StagedName: Hashable, Sendable {
    private static let marker = ".headgate-"
    private static let tokenLength = 16
    /// NAME_MAX of Linux file systems.
    private static let longestName = 255

    /// The staged file's absolute path.
    package let path: String

    /// A fresh name beside `destination`.
    package init(for destination: String) {
        let token = String(UInt64.random(in: .min ... .max), radix: 16)
        let padding = String(repeating: "0", count: Self.tokenLength - token.count)
        let name = Self.prefix(for: baseName(of: destination)) + padding + token
        let directory = directoryName(of: destination)
        path = directory == "/" ? "/\(name)" : "\(directory)/\(name)"
    }

    /// Whether `entry` is a staged name for a file called `name` in the same directory.
    package static func isStaged(_ entry: String, for name: String) -> Bool {
        let prefix = prefix(for: name)
        guard entry.hasPrefix(prefix) else { return false }
        return isToken(entry.dropFirst(prefix.count))
    }

    /// Whether `entry` is a staged name for any file.
    package static func isStaged(_ entry: String) -> Bool {
        guard entry.hasPrefix("."), entry.utf8.count > marker.utf8.count + tokenLength else { return false }
        let token = entry.suffix(tokenLength)
        return isToken(token) && entry.dropLast(tokenLength).hasSuffix(marker)
    }

    private static func isToken(_ text: Substring) -> Bool {
        text.utf8.count == tokenLength
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...9 + UInt8(ascii: "0")).contains($0) || (97...102).contains($0)
            }
    }

    private static func prefix(for name: String) -> String {
        // Cut by characters so that the name stays valid UTF-8.
        var kept = Substring(name)
        while kept.utf8.count + 1 + marker.utf8.count + tokenLength > longestName { kept = kept.dropLast() }
        return ".\(kept)\(marker)"
    }
}
