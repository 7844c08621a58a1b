import Crypto

/// The SHA-256 of some bytes.
package struct ContentHash: Hashable, Sendable {
    /// 64 hexadecimal digits, lower case.
    package let hexadecimal: String

    /// The hash of `bytes`.
    package init(of bytes: [UInt8]) {
        self.init(SHA256.hash(data: bytes))
    }

    /// A hash written as 64 lower-case hexadecimal digits; nil for anything else.
    package init?(hexadecimal: some StringProtocol) {
        let digits = hexadecimal.utf8
        guard digits.count == 64, digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
            return nil
        }
        self.hexadecimal = String(hexadecimal)
    }

    private init(_ digest: SHA256.Digest) {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * SHA256.Digest.byteCount)
        for byte in digest {
            for digit in [byte >> 4, byte & 15] { digits.append(digit < 10 ? 0x30 + digit : 0x61 - 10 + digit) }
        }
        hexadecimal = String(decoding: digits, as: UTF8.self)
    }
}

/// The identity of what a target's files hold: one hash over all destinations and their bytes.
///
/// Modes and owners are no part of it: they change nothing that a balancer reads.
package struct Revision: Hashable, Sendable, CustomStringConvertible {
    package let hash: ContentHash

    /// The revision of `files`; their order does not matter.
    package init(of files: some Sequence<(destination: String, contents: ContentHash)>) {
        // One line a file; a destination's length goes before it, so that no path can pretend to be two lines.
        let lines = files.map { "\($0.contents.hexadecimal) \($0.destination.utf8.count) \($0.destination)\n" }
        hash = ContentHash(of: lines.sorted().flatMap { Array($0.utf8) })
    }

    package init(_ hash: ContentHash) { self.hash = hash }

    /// The first twelve digits, as people compare and name revisions.
    package var description: String { String(hash.hexadecimal.prefix(12)) }
}
