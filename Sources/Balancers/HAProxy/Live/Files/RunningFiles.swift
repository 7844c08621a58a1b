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

    /// Asks for all.
    static let question = "show map;show acl;show ssl cert"

    /// Reads the answer; nil if it is none. Without TLS HAProxy does not know of certificates.
    package init?(_ answer: String) {
        var part = Part.other
        var lists = 0
        for line in answer.split(separator: "\n", omittingEmptySubsequences: false) {
            switch (line, part) {
            case ("# id (file) description", _):
                lists += 1
                part = lists == 1 ? .maps : .acls
            case ("# transaction", _): part = .transaction
            case ("# filename", _): part = .certificates
            case ("", _): part = .other
            case (_, .maps): Self.patternFile(line).map { _ = maps.insert($0) }
            case (_, .acls): Self.patternFile(line).map { _ = acls.insert($0) }
            case (_, .transaction): if line.hasPrefix("*") { offered = String(line.dropFirst()) }
            case (_, .certificates): certificates.insert(String(line))
            case (_, .other): break
            }
        }
        guard lists == 2 else { return nil }
    }

    private enum Part {
        case maps
        case acls
        case transaction
        case certificates
        case other
    }

    /// The path in a line like `4 (/etc/haproxy/domains.map) pattern loaded from file …`.
    private static func patternFile(_ line: Substring) -> String? {
        guard let start = line.firstRange(of: " ("), let end = line.firstRange(of: ") ") else { return nil }
        return start.upperBound < end.lowerBound ? String(line[start.upperBound..<end.lowerBound]) : nil
    }
}
