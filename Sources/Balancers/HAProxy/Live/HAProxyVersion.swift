/// A version of HAProxy, of which the first two numbers tell what it can.
package struct HAProxyVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var major: Int
    package var minor: Int
    package var patch: Int

    package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads `2.6.12-1+deb12u4`; a development version such as `3.5-dev3` counts as the release before it.
    package init?(_ text: some StringProtocol) {
        let numbers = text.prefix { $0.isNumber || $0 == "." }.split(separator: ".").map { Int($0) }
        guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return nil }
        self.init(major, minor, numbers.count > 2 ? numbers[2] ?? 0 : 0)
        if text.contains("-dev"), minor > 0 { self.minor -= 1 }
    }

    package static func < (left: HAProxyVersion, right: HAProxyVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    package var description: String { "\(major).\(minor).\(patch)" }
}
