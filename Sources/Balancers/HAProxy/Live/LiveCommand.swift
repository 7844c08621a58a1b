/// A command of the Runtime API (management guide 9.3), and how its success is told.
package struct LiveCommand: Hashable, Sendable, CustomStringConvertible {
    /// What HAProxy answers to a command that it has carried out. Its errors are plain text, so success is matched.
    package enum Expectation: Hashable, Sendable {
        case silence
        case registered
        case deleted
        /// The address or port changed, or was so already.
        case moved
        /// There is a new version of the entries of a map or an ACL.
        case prepared
        /// A certificate is there to be put in use.
        case offered
        /// A certificate is in use.
        case committed
    }

    package let text: String
    package let expects: Expectation

    init(_ text: String, expects: Expectation) {
        self.text = text
        self.expects = expects
    }

    package var description: String { text }

    /// Whether `line` is the answer of a command that was carried out and that answers in words.
    func isDone(_ line: Substring) -> Bool {
        switch expects {
        case .silence: return line.isEmpty
        case .registered: return line == "New server registered."
        case .deleted: return line == "Server deleted."
        case .prepared: return line.hasPrefix("New version created: ")
        // `updated` would be one that somebody else has begun.
        case .offered: return line.hasPrefix("Transaction created for certificate ")
        case .committed: return line.hasPrefix("Committing ") && line.contains("Success!")
        case .moved:
            let end = " by 'stats socket command'"
            guard line.hasSuffix(end) else { return false }
            // 2.6 names what did not change too.
            return line.dropLast(end.count).split(separator: ", ", omittingEmptySubsequences: false).allSatisfy {
                part in
                part.hasPrefix("IP changed from ") || part.hasPrefix("port changed from ")
                    || part == "no need to change the addr" || part == "no need to change the port"
            }
        }
    }
}

extension LiveCommand {
    /// The most words of a command: from 3.2 on more than 64 are refused, before that the rest is dropped silently.
    package static let mostWords = 60
    /// The most bytes of a line of commands: from 3.2 on the line must fit a buffer of 16 kB.
    package static let mostBytes = 12 << 10

    var fits: Bool { text.utf8.count < Self.mostBytes && text.split(separator: " ").count <= Self.mostWords }

    /// Whether a name can stand in a command; more than HAProxy allows in names is not let through.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_.:-".utf8.contains($0) }
    }

    /// Whether an option's word can stand in a command: nothing that separates, quotes, begins a comment or a payload.
    static func isWord(_ word: String) -> Bool {
        !word.isEmpty && word.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_.:-/@%+,=()[]".utf8.contains($0) }
    }
}
