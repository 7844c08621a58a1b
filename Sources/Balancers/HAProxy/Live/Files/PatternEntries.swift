/// The entries of a map or an ACL file, as HAProxy reads them when it starts (configuration manual 7.1.1, 7.3.1 `map`).
struct PatternEntries: Sendable {
    /// In order, each as HAProxy shows it: the pattern; of a map the key, a space, and the value.
    let entries: [String]

    /// Whether these are, byte by byte, `shown`: to HAProxy two ways to write one letter are two letters.
    static func areSame(_ entries: [String], _ shown: [some StringProtocol]) -> Bool {
        entries.elementsEqual(shown) { $0.utf8.elementsEqual($1.utf8) }
    }

    /// Why what a file says cannot be sent to HAProxy, in words that follow its name.
    struct Fault: Error, Hashable {
        var what: String
    }

    init(_ bytes: [UInt8], of kind: PatternReplacement.Kind) throws(Fault) {
        var entries: [String] = []
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard line.first != UInt8(ascii: "#") else { continue }
            var text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            text = text.drop(while: isBlank)
            guard !text.isEmpty else { continue }
            guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }) else {
                throw Fault(what: "line \(number) has a control character")
            }
            guard let pattern = String(validating: text, as: UTF8.self) else {
                throw Fault(what: "line \(number) is not UTF-8")
            }
            let entry = kind == .map ? Self.mapEntry(pattern) : pattern
            guard entry.utf8.count < PatternReplacement.mostEntryBytes else {
                throw Fault(what: "line \(number) is too long to be sent to HAProxy")
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    private static func mapEntry(_ text: String) -> String {
        let key = text.utf8.prefix { !isBlank($0) }
        var value = text.utf8[key.endIndex...].drop(while: isBlank)
        while let last = value.last, isBlank(last) { value.removeLast() }
        return "\(Substring(key)) \(Substring(value))"
    }

    /// How these differ from `old`, in words: `2 entries added, 1 removed`.
    func difference(from old: PatternEntries, of kind: PatternReplacement.Kind) -> String {
        // Mostly a few of many differ: those between what is the same at both ends.
        let head = zip(entries, old.entries).prefix { $0 == $1 }.count
        let tail = zip(entries[head...].reversed(), old.entries[head...].reversed()).prefix { $0 == $1 }.count
        let (new, before) = (entries[head...].dropLast(tail), old.entries[head...].dropLast(tail))
        let (added, removed) = (Self.surplus(of: new, over: before), Self.surplus(of: before, over: new))
        var keys: [Substring: Int] = [:]
        if kind == .map { for entry in removed { keys[key(entry), default: 0] += 1 } }
        var changed = 0
        for entry in added {
            guard let count = keys[key(entry)], count > 0 else { continue }
            keys[key(entry)] = count - 1
            changed += 1
        }
        let counts = [(added.count - changed, "added"), (removed.count - changed, "removed"), (changed, "changed")]
        let parts = counts.filter { $0.0 > 0 }
        guard let first = parts.first else { return "in another order" }
        return "\(first.0) \(first.0 == 1 ? "entry" : "entries") \(first.1)"
            + parts.dropFirst().map { ", \($0.0) \($0.1)" }.joined()
    }

    /// The entries that there are more of in `some` than in `others`.
    private static func surplus(of some: ArraySlice<String>, over others: ArraySlice<String>) -> [String] {
        var counts: [String: Int] = [:]
        for entry in others { counts[entry, default: 0] += 1 }
        return some.filter { entry in
            guard let count = counts[entry], count > 0 else { return true }
            counts[entry] = count - 1
            return false
        }
    }

    private func key(_ entry: String) -> Substring { entry.prefix { $0 != " " } }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
