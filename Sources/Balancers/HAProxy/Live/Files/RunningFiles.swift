/// The files that a running HAProxy has loaded beside its configuration, by their paths, from `show map`, `show acl` and
/// `show ssl cert` (management guide 9.3).
package struct RunningFiles: Hashable, Sendable {
    package private(set) var maps: Set<String> = []
    /// Those of maps are among them.
    package private(set) var acls: Set<String> = []
    /// Those of directories and lists of certificates are among them.
    package private(set) var certificates: Set<String> = []
    /// A certificate that somebody has given to HAProxy, and not yet put in use: HAProxy takes no second one.
    package private(set) var offered: String?

    /// None.
    package init() {}

    /// Reads the answers; nil if one of the first two is none. Without TLS HAProxy does not know of certificates.
    package init?(maps: String, acls: String, certificates: String) {
        guard let maps = Self.patternFiles(maps), let acls = Self.patternFiles(acls) else { return nil }
        (self.maps, self.acls) = (maps, acls)
        var isInUse = false
        for line in certificates.split(separator: "\n") {
            switch line {
            case "# transaction": isInUse = false
            case "# filename": isInUse = true
            case _ where isInUse: self.certificates.insert(String(line))
            case _ where line.hasPrefix("*"): offered = String(line.dropFirst())
            default: break
            }
        }
    }

    /// The paths in lines like `4 (/etc/haproxy/domains.map) pattern loaded from file …`.
    private static func patternFiles(_ answer: String) -> Set<String>? {
        let lines = answer.split(separator: "\n")
        guard lines.first?.hasPrefix("# id (file)") == true else { return nil }
        return Set(
            lines.dropFirst().compactMap { line in
                guard let start = line.firstRange(of: " ("), let end = line.firstRange(of: ") ") else { return nil }
                return start.upperBound < end.lowerBound ? String(line[start.upperBound..<end.lowerBound]) : nil
            }
        )
    }
}
