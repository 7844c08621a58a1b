import SystemPackage

extension HAProxyConfiguration {
    /// What a file is named for.
    enum FileUse: Hashable, Sendable {
        /// `-f FILE` of an `acl` or a condition, `map(FILE)` and its like: which of the two, the running HAProxy tells.
        case patterns
        case certificate
        /// Something else, or by another path than the file's, or in a way that cannot be told.
        case other(ConfigurationPlace)
    }

    /// What the configuration names a file for, by its absolute path as HAProxy has it: letter for letter.
    func uses(of path: String) -> [FileUse] {
        let name = Array(path.utf8.split(separator: UInt8(ascii: "/")).last ?? [])
        guard !name.isEmpty else { return [] }
        var uses: [FileUse] = []
        for text in texts {
            for line in text.lines.indices {
                for word in 0..<Int(text.lines[line].wordCount) where text.contains(name, word, of: line) {
                    uses += self.uses(of: path, in: text, word, of: line)
                }
            }
        }
        return uses
    }

    private func uses(of path: String, in text: ConfigurationText, _ word: Int, of line: Int) -> [FileUse] {
        let other = FileUse.other(text.place(of: line))
        guard text.isLiteral(word, of: line) else { return [other] }
        let string = text.string(word, of: line)
        return string.split(whereSeparator: "(), '\"".contains).compactMap { part in
            let previous = word > 0 ? text.string(word - 1, of: line) : ""
            if part == string, previous == "crt" {
                let names = part.hasPrefix("/") ? string : certificateDirectory.map { "\($0)/\(part)" } ?? string
                return names == path ? .certificate : isSame(names, path) ? other : nil
            }
            guard part == path else { return isSame(part, path) ? other : nil }
            if part == string { return previous == "-f" ? .patterns : other }
            return isMap(string[..<part.startIndex]) ? .patterns : other
        }
    }

    /// Whether a path that is not written like `path` may be of the same file.
    private func isSame(_ part: some StringProtocol, _ path: String) -> Bool {
        let names = FilePath(String(part)).lexicallyNormalized()
        return names.isAbsolute ? names.string == path : FilePath(path).components.last == names.components.last
    }

    /// Whether what stands before a path is `map(`, `map_beg(`, `map_str_int(`, as the end of an expression.
    private func isMap(_ head: Substring) -> Bool {
        guard head.last == "(" else { return false }
        let name = head.dropLast().split(omittingEmptySubsequences: false) { !"_-".contains($0) && !$0.isLetter }.last
        return name == "map" || name?.hasPrefix("map_") == true
    }

    /// Where certificates lie that are named by a relative path (`crt-base`).
    private var certificateDirectory: String? {
        for section in sections where section.kind == .global {
            if let base = directives("crt-base", in: section).first { return base.words.dropFirst().first ?? nil }
        }
        return nil
    }
}

extension ConfigurationText {
    /// Whether bytes are somewhere in a word.
    fileprivate func contains(_ part: [UInt8], _ word: Int, of line: Int) -> Bool {
        let word = words[Int(lines[line].firstWord) + word]
        let last = Int(word.end) - part.count
        return last >= Int(word.start)
            && (Int(word.start)...last).contains { start in
                part.indices.allSatisfy { bytes[start + $0] == part[$0] }
            }
    }
}
