import Diagnostics

/// What is known of a kind of balancer: how to check and reload it, what needs quoting, and a template to begin with.
///
/// A profile is a directory with `NAME.profile.yaml` and its template: a new balancer needs no Swift code.
package struct Profile: Sendable, Hashable {
    package var name: String
    /// One line for `headgate profiles`.
    package var description: String
    /// The file name of the template in the profile's directory.
    package var template: String
    /// The template's text.
    package var templateContents: String
    /// The profile's directory, as messages name it: `templates/haproxy` for a bundled one.
    package var directory: String
    /// Whether it comes with the binary, and no file need be read.
    package var isBundled: Bool
    /// Where the balancer expects the file, as a default.
    package var destination: String?
    package var check: CheckSettings?
    package var reload: ReloadSettings?
    package var quoting: QuotingSettings?
    /// What a person should know before using it.
    package var notes: String?
    /// YAML lines that show the values the template takes, for the starter configuration.
    package var example: String?

    /// The profiles that come with headgate, by name.
    package static let bundled: [Profile] = directories(of: embeddedFiles.map(\.path)).compactMap { directory in
        // The tests read every bundled profile: a faulty one does not leave the house.
        try? Profile(reading: .bundled(directory: directory))
    }

    /// The template as a target's file, without a destination.
    package var file: FileSettings {
        FileSettings(template: "\(directory)/\(template)", contents: isBundled ? templateContents : nil)
    }

    /// The check's command as a person would type it; nil if there is none.
    package var checkText: String? { check?.command.line.text }

    /// The reload as a person would type it; nil if there is none.
    package var reloadText: String? { reload?.text }

    private static func directories(of paths: [String]) -> [String] {
        Set(
            paths.filter { $0.hasSuffix(".profile.yaml") }.compactMap {
                $0.split(separator: "/").first.map(String.init)
            }
        )
        .sorted()
    }
}

extension CommandSettings.Line {
    /// The command as one line of text, for people to read.
    package var text: String {
        switch self {
        case .shell(let text): text
        case .arguments(let words):
            words.map { word in
                let isSafe = !word.isEmpty && !word.contains { " \t\n'\"\\$`;&|<>()*?[#~".contains($0) }
                return isSafe ? word : "'\(word.replacing("'", with: "'\\''"))'"
            }
            .joined(separator: " ")
        }
    }
}
