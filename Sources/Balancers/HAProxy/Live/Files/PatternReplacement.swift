/// New entries for a map or an ACL of a running HAProxy. If one differs, and one command makes it so, that is sent; else
/// they take the places of all old ones at once (management guide 9.3, `prepare map`). Either way their order is that of
/// the file, and no request sees half of a change.
package struct PatternReplacement: Hashable, Sendable {
    /// Which commands are for it.
    package enum Kind: String, Hashable, Sendable {
        case map
        case acl

        /// How it is named to people.
        var title: String { self == .map ? "map" : "ACL" }

        /// The words of an entry: of a map its key and its value, of an ACL the whole.
        func words(_ entry: String) -> [Substring] {
            self == .map
                ? entry.unicodeScalars.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
                    .map(Substring.init) : [entry[...]]
        }
    }

    package let kind: Kind
    /// As HAProxy names it.
    package let path: String
    /// All entries, in order, each as HAProxy shows it.
    package let entries: [String]
    /// What makes these of the entries before; nil if more than one command is needed.
    package let single: LiveCommand?

    /// - Parameter old: The entries before; nil if they are not known.
    init(kind: Kind, path: String, entries: [String], old: [String]? = nil) {
        (self.kind, self.path, self.entries) = (kind, path, entries)
        single = old.flatMap { Self.command(from: $0, to: entries, kind, path) }
    }

    /// The longest entry that can be sent: with the command, and each of its bytes protected, it must fit a line.
    static let mostEntryBytes = LiveCommand.mostBytes / 4
    /// The longest answer that is read when it is read back.
    static let mostAnswerBytes = 7 << 20

    /// Whether HAProxy's answer can be read back.
    var canBeRead: Bool { entries.reduce(0) { $0 + $1.utf8.count + 20 } < Self.mostAnswerBytes }

    /// Begins a version of the entries that is not used yet; HAProxy answers its number.
    var preparation: LiveCommand { LiveCommand("prepare \(kind.rawValue) \(path)", expects: .prepared) }

    /// Fills the version. What follows a map's command is taken as it is; an ACL takes no such thing.
    func additions(to version: String) -> [LiveBatch] {
        let head = "add \(kind.rawValue) @\(version) \(path)"
        switch kind {
        case .acl:
            return LiveBatch.batches(
                entries.map { [LiveCommand("\(head) \(Self.protected($0))", expects: .silence)] }
            )
        case .map:
            var payloads: [String] = []
            for entry in entries {
                if let last = payloads.last, last.utf8.count + entry.utf8.count < LiveCommand.mostBytes {
                    payloads[payloads.count - 1] += "\n\(entry)"
                } else {
                    payloads.append(entry)
                }
            }
            return payloads.map { LiveBatch([LiveCommand(head, expects: .silence)], payload: $0) }
        }
    }

    /// Puts the version in the place of the entries in use.
    func commit(_ version: String) -> LiveCommand {
        LiveCommand("commit \(kind.rawValue) @\(version) \(path)", expects: .silence)
    }

    /// Takes away a version that is not used.
    func withdrawal(of version: String) -> String { "clear \(kind.rawValue) @\(version) \(path)" }

    /// Shows the entries in use.
    var question: String { "show \(kind.rawValue) \(path)" }

    /// The entries of an answer to `question`; nil if it is none, or is cut.
    static func entries(in answer: String) -> [Substring]? {
        guard answer.hasSuffix("\n") else { return nil }
        var entries: [Substring] = []
        // Before each goes where it is in memory.
        for line in answer.utf8.split(separator: UInt8(ascii: "\n")) {
            guard line.starts(with: "0x".utf8), let space = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
            entries.append(Substring(line[line.index(after: space)...]))
        }
        return entries
    }

    /// The one command for an entry that is new at the end, gone, or has another value; of two with the same key a command
    /// would mean both, and a key that begins with `#` is the number of an entry to it.
    private static func command(from old: [String], to new: [String], _ kind: Kind, _ path: String) -> LiveCommand? {
        func say(_ verb: String, _ words: [Substring]) -> LiveCommand? {
            guard let key = words.first, key.first != "#", !words.contains("") else { return nil }
            let text = "\(verb) \(kind.rawValue) \(path) " + words.map { protected(String($0)) }.joined(separator: " ")
            return LiveCommand(text, expects: .silence)
        }
        func words(_ entry: String) -> [Substring] { kind.words(entry) }
        func isUnique(_ key: Substring) -> Bool {
            // Without cutting all of them.
            old.count { $0.utf8.starts(with: key.utf8) && words($0)[0].utf8.count == key.utf8.count } == 1
        }
        let most = min(old.count, new.count)
        let head = (0..<most).first { !old[$0].utf8.elementsEqual(new[$0].utf8) } ?? most
        func isSameBehind(_ first: Int, _ second: Int) -> Bool {
            PatternEntries.areSame(Array(old.dropFirst(first)), Array(new.dropFirst(second)))
        }
        switch new.count - old.count {
        case 1 where head == old.count:
            return say("add", words(new[head]))
        case -1 where isSameBehind(head + 1, head):
            let key = words(old[head])[0]
            return isUnique(key) ? say("del", [key]) : nil
        case 0 where kind == .map && head < most && isSameBehind(head + 1, head + 1):
            let (before, after) = (words(old[head]), words(new[head]))
            return before[0].utf8.elementsEqual(after[0].utf8) && isUnique(after[0]) ? say("set", after) : nil
        default:
            return nil
        }
    }

    /// A pattern as one word of a command: a backslash takes its meaning from any byte behind it.
    private static func protected(_ pattern: String) -> String {
        var text = ""
        for scalar in pattern.unicodeScalars {
            if scalar.isASCII, !LiveCommand.isWord(String(scalar)) { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}
